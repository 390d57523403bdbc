"""Small invented channels, written as transcripts: `HH:MM who: text`, `HH:MM who > text` for a thread reply to the last root.

`[danger]`, `[warning]` and `[good]` before a bot's text make a coloured card; `topic:` sets the topic; `+1d` moves the day.
"""

import re
from datetime import UTC, datetime, timedelta

from bot.nouns.incident import Card, Channel, CleanIncident, CleanMessage, CleanText, Person

DAY = datetime(2026, 3, 10, tzinfo=UTC)
_LINE = re.compile(
    r"(?:\+(?P<days>\d+)d )?(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d))? (?P<who>[\w-]+)(?P<mark>:| >) ?(?P<text>.*)",
    re.DOTALL,
)
_BOTS = frozenset({"alertbot", "grafana", "pager", "deploybot", "statuscake"})


def ts_of(at: datetime, number: int = 0) -> str:
    """Slack's ts of a moment."""
    return f"{at.timestamp():.0f}.{number:06d}"


def channel(
    transcript: str, *, people: tuple[Person, ...] = (), texts: tuple[CleanText, ...] = (), day: datetime = DAY
) -> CleanIncident:
    """The transcript as a clean incident; a line that starts with two spaces continues the message before."""
    messages: list[CleanMessage] = []
    entries: list[str] = []
    for line in transcript.strip("\n").splitlines():
        if line.startswith("  ") and entries:
            entries[-1] += "\n" + line.strip()
        elif line.strip():
            entries.append(line)
    root = ""
    shift = timedelta(0)
    for number, entry in enumerate(entries, start=1):
        match = _LINE.fullmatch(entry)
        assert match, entry
        shift = timedelta(days=int(match["days"])) if match["days"] else shift
        at = day + shift + timedelta(hours=int(match["h"]), minutes=int(match["m"]), seconds=int(match["s"] or 0))
        ts = ts_of(at, number)
        reply = match["mark"] == " >"
        root = root if reply else ts
        messages.append(_message(ts, match["who"], match["text"], root if reply else None))
    return CleanIncident(
        channel=Channel(id="C1", name="inc-test"), messages=tuple(messages), people=people, texts=texts
    )


def _message(ts: str, who: str, text: str, thread: str | None) -> CleanMessage:
    if text.startswith("topic:"):
        return CleanMessage(
            ts=ts,
            text=f"@{who} set the channel topic: {text[6:].strip()}",
            user=who,
            author=who,
            subtype="channel_topic",
        )
    color = re.match(r"\[(danger|warning|good)\] ", text)
    if color:
        title, _, body = text[color.end() :].partition(" | ")
        card = Card(title=title, text=body, color=color[1])
        return CleanMessage(ts=ts, text="", author=who, is_bot=True, subtype="bot_message", cards=(card,))
    return CleanMessage(ts=ts, text=text, user=who, author=who, is_bot=who in _BOTS, thread_ts=thread)


class Lines:
    """A log text in memory."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self._lines = lines
        self.size = sum(len(line) + 1 for line in lines)

    def lines(self):
        return iter(self._lines)


GERMAN = """
08:12 statuscake: [danger] Bestellstrecke nicht erreichbar | HTTP 500 seit 08:09 Uhr
08:14 jens: sehe ich auch, warenkorb geht, beim bezahlen kommt ein fehler 500
08:15 mira: topic: Bestellungen gestört seit ca. 09:09 Uhr | IC: mira
08:17 mira: liegt es am zahlungsanbieter?
08:21 tobias: nein, deren status ist grün und testzahlungen gehen durch. daran liegt es nicht
08:24 jens: vielleicht das release von gestern abend?
08:31 tobias: release zurückgerollt, hat nicht geholfen
08:36 mira: support meldet 140 anrufe, betroffen sind alle kunden mit rechnungskauf
08:44 oleg: ich hab's. das zertifikat für den rechnungsdienst ist um 08:08 abgelaufen, seitdem lehnt der client jede verbindung ab
08:45 mira > warum wurde das nicht automatisch erneuert?
08:47 oleg > die erneuerung läuft nur auf dem alten host, der im januar abgeschaltet wurde. hat niemand umgezogen
08:58 oleg: neues zertifikat eingespielt, dienst neu gestartet
09:03 statuscake: [good] Bestellstrecke wieder erreichbar | seit 09:02 Uhr
09:05 mira: topic: behoben 09:02 Uhr, nachbesprechung morgen
09:20 mira: für die nachbesprechung: was hätte das vorher zeigen müssen?
09:22 tobias > es gibt keinen alarm auf die restlaufzeit von zertifikaten, wir haben nur den öffentlichen host im monitoring
09:24 jens > der synthetische test kauft immer per karte, nie auf rechnung
09:26 oleg > die ablaufwarnung ging per mail an das postfach vom alten team, liest niemand mehr
"""

SPANISH = """
14:02 lucia: a varios clientes les llegan dos cargos por el mismo pedido, soporte tiene 23 quejas desde las 13:40
14:04 bruno: miro. ¿puede ser la pasarela?
14:09 bruno: la pasarela recibe dos peticiones distintas, así que no es eso. somos nosotros
14:12 carla: topic: Cobros duplicados desde 13:35 | IC: carla
14:20 bruno: a las 13:31 se desplegó la versión 4.8 del servicio de cobros en todas las regiones de golpe
14:26 bruno: revertido a 4.7
14:31 carla: no hay cargos nuevos duplicados, mitigado a las 14:28
14:40 bruno: encontré la causa: en 4.8 la clave de idempotencia lleva la marca de tiempo, así que cada reintento genera una clave nueva y se cobra otra vez
14:41 carla > ¿y las pruebas?
14:43 bruno > la prueba de integración usa una pasarela simulada que nunca da timeout, así que nunca reintenta
15:10 carla: resuelto. quedan 312 reembolsos por hacer a mano
15:12 carla: ¿qué debería haber detectado esto antes?
15:14 bruno > no hay despliegue gradual para cobros, va todo de golpe
15:16 lucia > no hay ninguna alerta sobre cargos duplicados, nos enteramos por los clientes
"""

LEAK = """
02:10 pager: [danger] ingest-7 OOMKilled | container restarted, memory limit 4GiB
02:14 priya: third time this week. it comes back by itself, going back to bed
07:30 pager: [danger] ingest lag 41 min | consumer group ingest is behind on 12 partitions. since 07:05 UTC
07:33 priya: ok now it's real, all eight ingest pods restarted within ten minutes
07:35 priya: topic: SEV2 ingest lag, dashboards stale since 07:05 UTC | IC: priya
07:41 wes: traffic is normal. kafka is healthy. not a traffic thing
07:49 wes: could be the new parser?
07:58 tam: parser was released in january, and memory was flat for weeks after. so not the parser
08:06 priya: bumped the limit to 8GiB, lag is going down
08:40 pager: [good] ingest lag OK | lag below 1 min since 08:38 UTC
08:41 priya: topic: mitigated 08:38 UTC, cause open
11:20 tam: heap dump is interesting: 2.9 GB of tenant_config objects. the config watcher adds a listener on every reload and never removes the old one
11:22 wes > since when do we reload that often?
11:25 tam > since tuesday, when ops set the reload interval from 1h to 10s to get faster flag flips
11:31 wes > so six listeners a minute per pod, forever. that explains it
11:40 priya: what would have caught this?
11:43 tam > our longest perf run is 20 minutes. nothing runs for days
11:45 wes > restarts aren't alerted on, only lag. the OOM page has been auto-closing itself since tuesday
11:52 priya: resolved, fix is merged, interval is back to 1h
"""
