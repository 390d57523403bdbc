"""A digest written by hand: an invented incident in which a flag drains a connection pool."""

from datetime import UTC, datetime, timedelta

from bot.nouns.digest import (
    Coverage,
    Digest,
    Evidence,
    Fact,
    Hypothesis,
    LayerFinding,
    Moment,
    Phase,
    Phases,
    SignalFinding,
)
from bot.nouns.incident import Missing

START = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
_NUMBER = 1935835200


def ts(minute: int) -> str:
    return f"{_NUMBER + 60 * minute}.000100"


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


_SAID = [
    (0, "alertbot", "CartErrorsHigh cart-api: 5xx rate 31% (threshold 2%)", "alert"),
    (2, "selma", "is it the new search build? it went out at 11:50", "message"),
    (9, "jonas", "rolled search back, nothing changed. it isn't search", "message"),
    (21, "selma", "cart-api waits for connections, the pool is at 80 of 80 and every request holds two", "message"),
    (
        34,
        "jonas",
        (
            "the flag promo_stacking went to 100% at 11:57. with it cart-api opens a second transaction inside the first one, "
            "so with 40 requests at once all 80 connections of cart-db are held and nobody gets the second"
        ),
        "message",
    ),
    (38, "selma", "flag is off. pool draining", "message"),
    (41, "alertbot", "CartErrorsHigh cart-api recovered", "alert"),
    (60, "mira", "for the review: did the load test ever run with promo_stacking on?", "message"),
    (
        62,
        "jonas",
        "no, the load test uses the default flags and 10 parallel users, it never holds more than 20 connections",
        "message",
    ),
    (64, "mira", "why did nobody see the pool fill up?", "message"),
    (65, "selma", "PoolSaturation fires at 90% but it goes to #cart-noise, which everybody muted in march", "message"),
    (68, "jonas", "and flags don't go out in steps. it is on or off for all 2,400 shops, no canary", "message"),
    (70, "mira", "around 1,900 orders lost, 310 tickets", "message"),
    (72, "selma", "we will move PoolSaturation to the pager and cap nested transactions", "message"),
    (73, "mira", "our objective for cart is a page within 3 minutes of time to page", "message"),
]
_LOGS = [
    ("cart-api.log:118", "WARN pool wait 2900 ms active=80 max=80 caller=PromoService"),
    ("cart-api.log:41", "WARN PoolSaturation 92% notify=#cart-noise"),
]


def evidence() -> dict[str, Evidence]:
    made = {
        ts(minute): Evidence(
            ref=ts(minute), text=text, kind="alert" if kind == "alert" else "message", speaker=who, at=at(minute)
        )
        for minute, who, text, kind in _SAID
    }
    return made | {ref: Evidence(ref=ref, text=text, kind="log") for ref, text in _LOGS}


def fact(number: int, minute: int, question: str | None = None, text: str | None = None, *more: str) -> Fact:
    said = evidence()[ts(minute)]
    return Fact(
        id=f"F{number}",
        text=text or said.text,
        evidence=(ts(minute), *more),
        question=question,
        speaker=said.speaker,
        at=said.at,
    )


def sample_digest() -> Digest:
    load_question, alert_question = (evidence()[ts(minute)].text for minute in (60, 64))
    return Digest(
        channel_id="C0CART",
        channel_name="inc-cart-pool",
        title="Cart errors since 12:00 UTC",
        severity="SEV2",
        phases=Phases(
            started=Phase(at=at(-3), how="flag change", evidence=(ts(34),)),
            detected=Phase(at=at(0), how="first alert", evidence=(ts(0),)),
            mitigated=Phase(at=at(38), how="flag off", evidence=(ts(38),)),
            resolved=Phase(at=at(41), how="all-clear", evidence=(ts(41),)),
        ),
        timeline=(
            Moment(at=at(38), kind="mitigated", what="flag is off. pool draining", evidence=(ts(38),)),
            Moment(at=at(0), kind="alert", what="CartErrorsHigh cart-api", evidence=(ts(0),)),
            Moment(at=at(9), kind="command", what="jonas rolled search back", evidence=(ts(9),)),
        ),
        services=("cart-api", "cart-db", "search"),
        causes=(fact(1, 34), fact(2, 21, None, None, "cart-api.log:118"), fact(3, 2)),
        cause_settled=True,
        families=(("thread-starvation", 2.0), ("database-bottleneck", 1.2)),
        hypotheses=(
            Hypothesis(statement=fact(4, 2), outcome="rejected", why=fact(5, 9)),
            Hypothesis(statement=fact(6, 34), outcome="confirmed"),
        ),
        layers=(
            LayerFinding(layer="load", reason="environment-differed", facts=(fact(7, 62, load_question),), score=3),
            LayerFinding(layer="alerting", reason="signal-ignored", facts=(fact(8, 65, alert_question),), score=2.5),
            LayerFinding(layer="canary", reason="no-test", facts=(fact(9, 68),), score=2),
        ),
        signals=(
            SignalFinding(
                kind="misrouted",
                fact=Fact(id="F10", text="WARN PoolSaturation 92% notify=#cart-noise", evidence=("cart-api.log:41",)),
                score=2,
            ),
        ),
        impact=(fact(11, 70),),
        actions=(fact(12, 72),),
        objectives=(fact(13, 73),),
        missing=(Missing(what="db.log.gz", why="the file is corrupt after line 900"),),
        coverage=Coverage(messages=15, people=3, texts=1, log_lines=200),
        evidence=evidence(),
    )
