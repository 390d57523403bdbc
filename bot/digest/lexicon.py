"""Small general word lists in English, German and Spanish, as prefixes of words.

Frozen: written from what such words mean, not from any incident. A list that is extended to find the words of one
incident finds nothing in the next one (measured: see the decisions in CONTRIBUTING.md).
"""

import re
from typing import Literal

from bot.digest.wordlist import WordList
from bot.nouns.vocabulary import CauseFamily, Layer

Target = Literal[
    "cause", "signals", "impact", "actions", "objectives",
    "unit", "integration", "contract", "end-to-end", "load", "soak", "chaos", "canary", "alerting", "backup-restore",
    "migration-rehearsal",
]  # fmt: skip


ABSENCE = WordList(
    "never, nobody, no one, noone, none of us, nothing, nowhere, no test*, not a single, no alert*, no alarm*, no monitor*, no check*, no runbook,"
    "no record*, no owner, without, missing, lacks, lacked, lacking, only, just the, assum*, fake*, mock*, stub*, by hand, manually, skip*, disabl*,"
    "turned off, switched off, commented out, untested, not tested, wasn't tested, isn't tested, don't test, doesn't test, didn't test, don't cover,"
    "doesn't cover, not covered, uncovered, not part of, not exercised, didn't check, doesn't check, nothing checks, didn't run, doesn't run, not run,"
    "not in, isn't in, wasn't in, hardcoded, hard-coded, different from, differs, unlike, too small, empty, stale, for years, ages ago, forgot*, overlooked,"
    "ignored, muted, silenced, snoozed, green, passed, instead of, should have, would have caught, would have, not enough, no way to, there's no, there is no,"
    "we don't have, we didn't have, we have no, had no, has no, zero coverage, blind, gap, first time, last time, not really, rehears*, drill*, practi*",
    "nie, niemals, niemand, nichts, nirgends, kein, keine, keinen, keiner, keinem, nicht getestet, ungetestet, ohne, fehlt, fehlte, fehlen, nur, von hand, händisch,"
    "manuell, deaktiviert, abgeschaltet, ausgeschaltet, stummgeschaltet, angenommen, übersehen, vergessen, ignoriert, hätte, hätten, zum ersten mal, grün,"
    "simuliert, attrappe, leer, veraltet, anders als, nicht geprüft, nicht abgedeckt, geübt, keine ahnung",
    "nunca, jamás, nadie, nada, ningún, ninguna, ninguno, sin, falta, faltaba, faltan, solo, sólo, solamente, a mano, manualmente, desactivad*, apagad*, silenciad*,"
    "ignorad*, olvid*, no se prob*, no probamos, no prueba, no cubre, no hay, no había, no tenemos, no teníamos, suponíamos, asumimos, simulad*, falso, vacío,"
    "debería haber, habría, primera vez, en verde, distinto, diferente, no comprueba*, no verific*, ensay*",
)

CAUSE_DISCOURSE = WordList(
    "root cause, the cause, caused by, because, turns out, turned out, it turns, found it, got it, that's it, that's why, that is why, that explains, explains, so that's,"
    "culprit, the reason, reason is, reason was, smoking gun, the problem is, the problem was, the issue was, the bug, due to, confirmed, reproduced, reproduces, introduced,"
    "which means, meaning, since the deploy, since the change, since the release, rolled back, revert*, before that, one commit, the change, the diff, what happened, in short,"
    "the answer, found the, here it is, there it is, mystery, source of, the answer, i think we found, the trigger, triggered by, that was me, my change, my fault, i ran, i deleted, i removed",
    "ursache, grund, der grund, deshalb, deswegen, daher, weil, lag an, liegt an, lag daran, liegt daran, stellte sich heraus, stellt sich heraus, hat sich herausgestellt,"
    "gefunden, ich hab's, schuld, auslöser, bestätigt, reproduzier*, das erklärt, erklärt, war ich, mein fehler, das problem war, das problem ist, nämlich, damit ist klar, verursacht",
    "causa, causa raíz, porque, resulta que, resultó, se debe a, se debía, debido a, culpable, encontrado, encontré, lo encontré, ya lo tengo, por eso, eso explica, explica, confirmado,"
    "reproducido, el problema era, el problema es, el motivo, la razón, provocad*, causad*, fui yo, mi culpa, el cambio",
)

MECHANISM = WordList(
    "remov*, delet*, dropped, wiped, emptied, overw*, truncat*, expir*, revoked, renamed, rotated, misconfigur*, wrong, mismatch*, missing, lost, stale, old, outdated, duplicate*,"
    "twice, race*, deadlock*, lock, locks, locked, leak*, exhaust*, ran out, full, filled, overflow*, unbounded, infinite, loop*, retry, retries, retrying, storm, stampede, thundering,"
    "cache*, evict*, invalidat*, timeout*, blocked, blocking, starv*, saturat*, limit, limits, quota, throttl*, default, defaults, typo, null, nil, unset, swapped, inverted, reversed,"
    "off by one, timezone, daylight, leap, encoding, precision, rounding, collid*, collision, upgrade*, bumped, migrat*, schema, index, full scan, table scan, regex, parse*, version,"
    "changed, merged, deployed, enabled, toggled, flag, config, lowered, raised, reduced, doubled, never released, not released, not closed, never closed, held, stuck, silently,"
    "certificate, dns, route*, permission*, policy, firewall, at once, same time, at the same time",
    "gelöscht, entfernt, überschrieben, abgelaufen, falsch, verwechselt, fehlend*, veraltet, doppelt, gleichzeitig, verklemm*, voll, vollgelaufen, erschöpft, leck, endlos*, schleife,"
    "zwischenspeicher, grenze, limit, standardwert, tippfehler, vertauscht, zeitzone, sommerzeit, rundung, umbenannt, aktualisier*, umgestellt, geändert, migriert, zertifikat, sperre, gesperrt,"
    "hochgesetzt, heruntergesetzt, freigegeben, blockiert",
    "borrad*, eliminad*, sobrescrit*, caducad*, expirad*, vencid*, equivocad*, incorrect*, falta*, duplicad*, dos veces, carrera, bloqueo, bloquead*, agotad*, llen*, fuga, bucle, reintent*,"
    "caché, límite, cuota, por defecto, errata, zona horaria, redondeo, renombrad*, actualiz*, cambiad*, cambió, migrad*, certificado, simultáne*, a la vez, desbord*",
)

RULED_OUT = WordList(
    "not that, isn't it, wasn't it, ruled out, rule out, red herring, not related, unrelated, not the cause, isn't the cause, wasn't the cause, not our problem, not the problem, no change,"
    "nothing changed, didn't help, doesn't help, did not help, no effect, no difference, made no difference, still down, still dead, still failing, not it, looks fine, is fine, are fine, all fine,"
    "looks clean, looks normal, healthy, false alarm, was a symptom, a victim, a consequence, coincidence, scratch that, never mind, nope, made it worse, so not, not the network, not dns",
    "ausgeschlossen, nicht daran, daran liegt es nicht, hat nicht geholfen, half nicht, bringt nichts, unverändert, kein unterschied, fehlanzeige, falsche fährte, sieht gut aus,"
    "ist gesund, unauffällig, symptom, folge, doch nicht, nicht die ursache, nichts geändert",
    "descartad*, descartamos, no es eso, no era eso, no ayud*, no sirvió, sin efecto, sin cambios, igual que antes, sigue caído, pista falsa, está bien, parece bien, síntoma, consecuencia,"
    "no es la causa, no era la causa, falsa alarma",
)

SUSPECT = WordList(
    "maybe, perhaps, might be, could be, i suspect, suspect, suspected, smells like, looks like, i bet, my guess, guess, theory, hypothesis, is it, are we, could it, probably, wonder, what if, always dns",
    "vielleicht, könnte, vermut*, verdacht, tippe auf, wahrscheinlich, eventuell, riecht nach, sieht aus wie, liegt es an, kann es sein, möglicherweise",
    "quizás, quizá, tal vez, puede ser, podría, sospech*, creo que, parece que, parece, será, probablemente, huele a, a lo mejor, apuesto",
)

SIGNAL = WordList(
    "alert*, alarm*, page, paged, pager, pages, monitor*, dashboard, panel, graph*, metric*, threshold, warning*, warned, warn, canary, notif*, e-mail*, email*, mail, mails, inbox, log line, logs say, ticket*,"
    "report, release notes, changelog, deprecat*, dry run, dry-run, lint, flaky, health check*, probe*, slo, burn rate, on-call, oncall, escalat*, channel, nobody looked, ignored, muted, silenced, snoozed,"
    "acknowledged, acked, noise, noisy, skimmed, missed, didn't look, scrolled, too late, late, minutes late, hours late, delayed, wrong team, wrong channel, never fired, didn't fire, did not fire,"
    "fired, all green, was green, looked healthy, looked normal, looked fine, info line, trend, creeping, climbing, growing, been failing, been warning, for weeks, for days, for months, since last",
    "alarm*, warnung*, gewarnt, warnt, überwachung, schwelle*, schwellwert, benachrichtig*, meldung*, rufbereitschaft, bereitschaft, postfach, übersehen, ignoriert, stumm*, zu spät, falsches team, falscher kanal,"
    "hat nicht ausgelöst, alles grün, seit wochen, seit tagen, seit monaten, metrik*, verlauf, anstieg, stieg, hinweis*",
    "alert*, alarma*, aviso*, avis*, umbral*, panel, tablero, gráfic*, métrica*, monitor*, guardia, correo*, notific*, ignorad*, silenciad*, tarde, equipo equivocado, canal equivocado, no saltó, no salta, no disparó,"
    "en verde, semanas, desde hace, advertencia*, crecía, subiendo, nadie miró",
)

IMPACT = WordList(
    "customer*, users, merchant*, orders, payments, tickets, affected, impact*, lost, loss, data loss, refund*, charged, duplicate*, failed, revenue, complain*, calls, support, outage, downtime, unavailable",
    "kunden*, nutzer*, benutzer*, bestellungen, zahlungen, betroffen, verloren, verlust, auswirkung*, beschwer*, anrufe, support, ausfall, fehlgeschlagen",
    "cliente*, usuari*, pedidos, pagos, cargos, afectad*, perdid*, pérdida*, impacto, quej*, soporte, caída, fallid*, reembols*",
)

ACTION = WordList(
    "we should, we need to, will add, going to add, action item*, follow up, let's add, must add, next step*, we want, from now on, plan is to",
    "wir sollten, wir müssen, wir brauchen, werden wir, ich baue, maßnahme*, nächste schritte, aufgabe*, künftig, in zukunft, ab jetzt",
    "deberíamos, tenemos que, hay que, vamos a, haré, añadir*, agregar*, tarea*, próximos pasos, acción, acciones, en adelante",
)

OBJECTIVE = WordList(
    "slo, sla, rto, rpo, error budget, objective, target, limit, limits, threshold, budget, budgeted, supposed to, expected, max, maximum, at most, p99, p95, p50, timeout, quota, capacity, no more than, less than, within",
    "zielwert, grenzwert, höchstens, maximal, soll, vereinbart, schwelle, schwellwert",
    "objetivo, límite, umbral, máximo, como mucho, acordado, esperado, menos de",
)

RETROSPECT = WordList(
    "should have caught, would have caught, could have caught, why didn't we, why did we not, why did nobody, why did no one, how did this, how come, catch this, caught this, catch it, caught it, caught by,"
    "ever test*, ever tried, ever tested, do we test, did we test, have we ever, did we ever, did anyone ever, did anything alert, was there a test, is there a test, is there a runbook, did we practise, did we practice,"
    "notice earlier, noticed earlier, seen earlier, seen this coming, prevent*, lessons, for the review, for the postmortem, for the writeup, retro, before production, reach production, reached production, slip through, slipped through",
    "hätte das, hätten wir, warum haben wir, warum hat, wieso hat, wieso haben, jemals getestet, je getestet, gab es einen test, gibt es einen test, auffallen müssen, früher merken, für die nachbesprechung, für den bericht, vor produktion",
    "debería haber, habría detectado, por qué no, cómo es que, alguna vez, lo probamos, probamos, hay una prueba, había una prueba, para la revisión, para el informe, antes de producción, llegó a producción",
)

LAYER_WORDS: dict[Layer, WordList] = {
    "unit": WordList(
        "unit test*, unit, edge case*, corner case*, boundary, off by one, property test*, test case, fixture*, rounding, parser, null, negative, leap, timezone",
        "unittest*, komponententest*, randfall, randfälle, grenzfall, grenzwert*", "test unitari*, prueba unitari*, pruebas unitarias, caso límite, casos límite",
    ),
    "integration": WordList(
        "integration, integration test*, test suite, suite, ci, pipeline, in-memory, sqlite, testcontainer*, fake*, mock*, mocked, stub*, concurren*, parallel, two workers, single worker, one worker, real database,"
        "real server, real client, against a real, job, version, client library, both sides, staging, together",
        "integrationstest*, testsuite, nebenläufig*, parallel, echte datenbank, attrappe, gemockt, zusammenspiel", "integración, pruebas de integración, concurren*, paralelo, base de datos real, simulad*, en conjunto",
    ),
    "contract": WordList(
        "contract, schema, api, payload, field*, format, consumer*, producer*, provider*, compatib*, backward*, breaking change, spec, openapi, protobuf, proto, avro, version, config check, validat*,"
        "policy, lint, admission, interface, vendor, header*, enum*, interface, in git, repo, in code",
        "vertrag, schnittstelle*, schema, feld*, format, kompatib*, validier*, abwärts*", "contrato, esquema, campo*, formato, compatib*, interfaz, validac*, validar",
    ),
    "end-to-end": WordList(
        "end-to-end, end to end, e2e, smoke, smoke test*, synthetic*, journey, user flow, browser test*, cypress, playwright, selenium, checkout, login, sign-in, through the, whole path, real user, simulator, full flow, acceptance",
        "ende-zu-ende, durchstich, gesamtablauf, synthetisch*, rauchtest, abnahmetest*", "extremo a extremo, de punta a punta, flujo completo, sintétic*, prueba de humo, aceptación",
    ),
    "load": WordList(
        "load test*, loadtest*, under load, load testing, traffic, peak, burst, spike, rps, qps, requests per second, concurren*, throughput, at scale, scale, scaled, fleet, production size, production-sized, volume, rows, dataset, big, k6, locust, gatling, jmeter,"
        "capacity, stress, black friday, launch, pool, herd, queue, backlog",
        "lasttest*, unter last, verkehr, spitze*, durchsatz, skalier*, menge, produktionsgröße, datenmenge, kapazität, ansturm", "prueba* de carga, carga, tráfico, pico*, volumen, escala, capacidad, rendimiento, concurren*",
    ),
    "soak": WordList(
        "soak, soak test*, leak*, over days, for days, long-running, long running, hours, overnight, uptime, slow growth, grows, growing, creep*, accumulat*, memory, rss, heap, file descriptors, fds, fd, restart*, weekly, weeks, rotated",
        "dauertest, langzeit*, langzeittest*, leck, über tage, wächst, anwachs*, speicher, wochen, tagelang, neustart", "prueba de resistencia, larga duración, fuga, crece, creciendo, días, semanas, memoria, reinici*, acumul*",
    ),
    "chaos": WordList(
        "chaos, game day, gameday, fault injection, inject*, kill*, pause*, failover, fail over, failing over, partition*, dependency down, degrade*, circuit breaker, fallback, retry, retries, timeout*, resilien*, redundan*, replica*, az, zone outage,"
        "pull the plug, dependency, dependencies, third party, third-party, upstream, slow, what happens when, if it dies, network loss, drill*",
        "chaos*, fehlerinjektion, abschalt*, ausfalltest, notfallübung, ausfall, umschalt*, abhängigkeit*, drittanbieter, rückfall*, redundan*", "caos, inyecc*, apagar, conmutac*, dependencia*, proveedor, tercero*, redundan*, simulacro, degrad*, reintent*",
    ),
    "canary": WordList(
        "canary, canaries, gradual*, percent, rollout, rolled out, rolling, staged, all at once, everywhere, all regions, whole fleet, blue-green, feature flag, flag*, bake, baked, soak time, deploy*, ring, one region first, test cluster*,"
        "same time, global*, progressive, cohort, staging, production-like, environment",
        "kanarienvogel, canary, schrittweise, stufenweise, auf einmal, alle regionen, überall, ausroll*, ausgerollt, rollout, testumgebung, testcluster", "canario, gradual*, escalonad*, de golpe, todas las regiones, en todas partes, despliegue, desplegad*, entorno",
    ),
    "alerting": WordList(
        "alert*, alarm*, monitor*, page, paged, pager, pages, dashboard*, panel, metric*, threshold*, probe*, notif*, e-mail*, email*, mail, mails, slo, burn rate, oncall, on-call, log line, warning*, observab*, graph*, health check*, dead man*, silent*, silence*, told us",
        "alarm*, überwach*, monitoring, schwelle*, schwellwert*, benachrichtig*, warnung*, metrik*, rufbereitschaft, bereitschaft, dashboard, gemeldet", "alerta*, alarma*, monitor*, umbral*, aviso*, avis*, métrica*, panel, guardia, notific*, tablero",
    ),
    "backup-restore": WordList(
        "backup*, back up, backed up, restore*, restoring, restored, snapshot*, dump*, recovery, recover*, point in time, pitr, rpo, rto, replica*, archive*, wal, copy of the data, undelete",
        "backup*, sicherung*, wiederherstell*, rücksicher*, zurückspiel*, schnappschuss, abbild", "copia* de seguridad, respaldo*, backup*, restaur*, recuper*, instantánea*, volcado*",
    ),
    "migration-rehearsal": WordList(
        "migrat*, upgrade*, rollback, roll back, downgrade*, rehears*, dry run, dry-run, practi*, runbook*, procedure*, checklist, backfill*, alter table, schema change, cutover, cut-over, switch over, maintenance, copy of production, on a copy, production copy,"
        "staging, by hand, manual step*, rotation, rotate*, renew*, change window, plan b, first time",
        "migration*, migrier*, aufrüst*, aktualisier*, zurückroll*, rückweg, probelauf, generalprobe, geübt, üben, anleitung, ablaufplan, handbuch, umstell*, wartung*", "migrac*, migr*, actualiz*, marcha atrás, ensay*, simulacro, procedimiento, guía, mantenimiento, copia de producción",
    ),
}  # fmt: skip

LAYER_QUERIES: dict[Layer, str] = {
    "unit": "unit test edge case input value not covered by any test case",
    "integration": "integration test with the real dependency was missing, mocks and fakes hid it, never ran together in the test suite",
    "contract": "contract schema api field format validation between services was not checked, incompatible config or version",
    "end-to-end": "end to end test of the whole user flow, synthetic check, smoke test after deploy was missing",
    "load": "load test at production scale traffic peak volume concurrency capacity was never done, small data in staging",
    "soak": "soak test over hours and days memory leak slow growth restart hides it",
    "chaos": "chaos fault injection game day dependency down failover never tried, what happens when it is slow or dies",
    "canary": "canary gradual rollout staged deploy went everywhere at once, test environment differs from production",
    "alerting": "alert alarm monitoring page threshold dashboard nobody was notified, alert too late or wrong team",
    "backup-restore": "backup restore snapshot recovery never tested, how long does the restore take, data lost",
    "migration-rehearsal": "migration upgrade rollback rehearsal dry run on a copy of production, runbook procedure never practised",
}
SIGNAL_QUERY = "alert warning ignored muted noisy nobody looked dashboard trend for weeks paged wrong team too late never fired looked healthy"

FAILURE = re.compile(
    r"\b(?:errors?|fail\w*|fatal|panic\w*|abort\w*|refus\w*|den(?:y|ied)|reject\w*|bounc\w*|tim(?:e|ed|ing)[ -]?out\w*(?!\w*=)|expir\w*|exhaust\w*|invalid|mismatch\w*|missing|not found|unavailable|unable|cannot|can't|could not|"
    r"lost|corrupt\w*|exceed\w*|too (?:many|long|large|slow|old)|over(?:flow|run|load)\w*|deadlock\w*|kill(?:ed|ing)|oom\w*|out of (?:memory|space|range|sync)|no space|no such|unreachable|broken|dropp(?:ed|ing)|"
    r"conflict\w*|throttl\w*|stale|duplicate|skipp(?:ed|ing)|deprecat\w*|retry\w*|retries|unexpected|unhealthy|degraded|lag(?:ging)?|backlog|behind|slow|long|delay\w*|late|warn\w*|alert\w*|limit reached|quota exceeded|over quota|denied|"
    r"rollback|violat\w*|unauthori[sz]ed|forbidden|reset by peer|truncat\w*|ignor\w*|fehler\w*|fehlgeschlagen|warnung\w*|fallo|fallid\w*|advertencia)\b|\b(?:0|zero|no) (?:\w+ )?(?:peers?|objects?|hosts?|endpoints?|members?|"
    r"addresses|targets?|replicas?|rows|nodes?|matches|backends?|results?|bytes|workers?|consumers?|instances?)\b",
    re.IGNORECASE,
)

FAMILY_WORDS: dict[CauseFamily, WordList] = {
    "scalability": WordList("scale, scales, scaling, scaled, at scale, growth, quadratic, n+1, fan-out, fanout, more traffic, volume, fleet, skalier*, escala, escalar"),
    "observability-gap": WordList("blind, no metric*, no alert*, no monitoring, invisible, no visibility, couldn't see, nobody saw, blindflug, sin visibilidad"),
    "resource-exhaustion": WordList("out of memory, oom, oomkilled, disk full, no space, exhaust*, ran out, leak*, file descriptor*, inodes, heap, memory, ephemeral ports, platte voll, speicher, vollgelaufen, erschöpft, memoria, disco lleno, agotad*, fuga"),
    "race-condition": WordList("race, races, raced, race condition, interleav*, toctou, check-then-act, out of order, stale read, lost update, newer, overwritten by, at the same moment, wettlauf, condición de carrera, carrera"),
    "retry-storm": WordList("retry, retries, retrying, retry storm, thundering herd, backoff, amplif*, hammering, wiederholung*, reintent*"),
    "caching": WordList("cache, caches, cached, caching, ttl, evict*, invalidat*, stampede, cold cache, redis, memcache*, cdn, zwischenspeicher, caché"),
    "database-bottleneck": WordList("index, slow query, slow queries, table scan, full scan, sequential scan, query plan, vacuum, autovacuum, lock wait, row lock*, alter table, connection pool, postgres*, mysql, database load, datenbank, índice, consulta*, base de datos"),
    "thread-starvation": WordList("thread pool, threads, threadpool, starv*, blocked threads, worker pool, event loop, executor, hilos, threads blockiert"),
    "concurrency": WordList("deadlock*, mutex, lock, locks, locking, concurren*, parallel, double, twice, idempoten*, sperre*, verklemm*, bloqueo, concurrencia, duplicad*"),
    "kubernetes": WordList("kubernetes, k8s, pod, pods, kubelet, node pool, helm, hpa, readiness, liveness, daemonset, ingress, kubectl, coredns, cluster, namespace, operator"),
    "ci-cd": WordList("pipeline, ci, build, artifact*, artefact*, image tag, release job, deploy script, deployment script, rollout, terraform, ansible, runner, jenkins, github actions, gitlab"),
    "configuration": WordList("config, configs, configuration, misconfig*, setting, settings, env var, environment variable, flag, feature flag, yaml, default, defaults, parameter, typo, toggle*, konfigurat*, einstellung, umgebungsvariable, configurac*, variable, parámetro"),
    "dependency": WordList("third party, third-party, vendor, provider, upstream, dependency, library, package, sdk, their side, their status, their outage, drittanbieter, anbieter, bibliothek, proveedor, tercero, dependencia, librería"),
    "network": WordList("network, dns, route, routes, routing, bgp, packet loss, firewall, mtu, load balancer, nat, vpn, peering, security group, resolver, record set, netzwerk, red, cortafuegos, enrutamiento"),
    "capacity": WordList("capacity, quota, limit, limits, autoscal*, instances, provision*, undersized, too small, headroom, rate limit*, throttl*, kapazität, kontingent, capacidad, cuota, límite"),
    "destructive-operation": WordList("rm -rf, deleted the, removed the, dropped the, drop table, truncate, truncated, wiped, emptied, wrong host, wrong server, wrong cluster, wrong account, by accident, accidentally, versehentlich, gelöscht, por error, borrad*, terraform destroy"),
    "data-integrity": WordList("corrupt*, wrong values, wrong amount*, wrong total*, wrong price*, wrong currency, mismatch, inconsisten*, rounding, duplicated rows, missing rows, truncated values, encoding, overflow, off by, falsche werte, falsche beträge, inkonsisten*, rundung, corromp*, importe*, redondeo, datos incorrectos"),
    "upgrade": WordList("upgrade*, upgraded, version bump, bumped, new version, minor version, major version, deprecat*, removed in, release notes, breaking change, update*, aktualisier*, neue version, actualiz*, versión nueva"),
    "certificate": WordList("certificate*, cert, certs, tls, ssl, expired, expiry, renew*, x509, acme, let's encrypt, ca bundle, zertifikat*, abgelaufen, certificado*, caducad*, vencid*"),
    "security": WordList("attack*, breach, leaked, leak of, token leaked, credential*, compromis*, malicious, exploit*, phish*, ddos, brute force, unauthori*, angriff, kompromitt*, ataque, credencial*, intrus*"),
}  # fmt: skip

LAYER_PRIOR: dict[Layer, float] = {
    "alerting": 1.0, "integration": 0.75, "chaos": 0.65, "load": 0.6, "migration-rehearsal": 0.55, "canary": 0.55, "backup-restore": 0.45,
    "contract": 0.5, "end-to-end": 0.45, "unit": 0.4, "soak": 0.35,
}  # fmt: skip

FAMILY_LAYERS: dict[CauseFamily, tuple[Layer, ...]] = {
    "scalability": ("load", "soak", "canary"), "observability-gap": ("alerting",), "resource-exhaustion": ("soak", "load", "alerting"),
    "race-condition": ("integration", "chaos"), "retry-storm": ("chaos", "load"), "caching": ("load", "chaos", "integration"),
    "database-bottleneck": ("load", "migration-rehearsal"), "thread-starvation": ("load", "chaos"), "concurrency": ("integration", "load"),
    "kubernetes": ("canary", "chaos"), "ci-cd": ("canary", "end-to-end"), "configuration": ("contract", "canary", "integration"),
    "dependency": ("chaos", "contract"), "network": ("chaos", "alerting"), "capacity": ("load", "alerting"),
    "destructive-operation": ("backup-restore", "migration-rehearsal"), "data-integrity": ("unit", "integration", "contract"),
    "upgrade": ("migration-rehearsal", "canary", "contract"), "certificate": ("alerting", "end-to-end", "migration-rehearsal"), "security": ("alerting", "contract"),
}  # fmt: skip
