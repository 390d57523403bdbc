"""A finished review written by hand: an invented incident in which a retention job deletes live invoices."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.nouns.answer import Narration, Posted
from bot.nouns.digest import Coverage, Digest, Evidence, Fact, Phase, Phases
from bot.nouns.request import ReviewRequest
from bot.nouns.review import (
    BlastRadius,
    DialogueLine,
    IgnoredSignal,
    IncidentFacts,
    MissedLayer,
    PreventiveAction,
    RecommendedTest,
    RejectedHypothesis,
    Review,
    ReviewProvenance,
    RootCause,
    SecondaryFactor,
    Threshold,
    TimelineEntry,
)

START = datetime(2032, 3, 9, 21, 40, tzinfo=UTC)

_SAID = [
    (0, "deploybot", "invoice-reaper 4.2.0 deployed to production", "alert"),
    (31, "alertbot", "InvoiceNotFound billing-api: 404 rate 18% (threshold 1%)", "alert"),
    (34, "ines", "customers can't open invoices from february, support has 40 tickets", "message"),
    (39, "tomasz", "is it the CDN cache? purging", "message"),
    (47, "tomasz", "purged, no change. the objects are gone from the bucket, not cached wrong", "message"),
    (58, "yuki", "invoice-reaper 4.2.0 reads retention_days=0 as 'delete everything older than today'. before 4.2.0 zero meant keep for ever", "message"),
    (61, "yuki", "reaper is scaled to 0, nothing is deleted any more", "message"),
    (140, "ines", "restore from the 18:00 snapshot is at 60%", "message"),
    (205, "ines", "all invoices readable again, checked 200 at random", "message"),
    (220, "tomasz", "the unit tests only have retention_days=30, nobody ever ran it with 0, which is what production has", "message"),
    (224, "yuki", "DeletedObjects went from 300 a day to 41,000 in ten minutes. the alert exists but goes to a mailbox nobody reads", "message"),
    (231, "ines", "the last restore drill was in 2030, that's why it took us two hours to find the right flags", "message"),
    (236, "tomasz", "there is no dry run on a copy of production before the reaper goes live", "message"),
]  # fmt: skip
_LOGS = [
    ("reaper.log.gz:412", "2032-03-09T21:44:02Z INFO retention_days=0 cutoff=2032-03-09 candidates=41207"),
    ("reaper.log.gz:977", "2032-03-09T21:52:40Z WARN deleted=41207 expected<=500 notify=mail:ops-archive"),
]


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def ts(minute: int) -> str:
    return f"{int(at(minute).timestamp())}.000{minute:03d}"


def link(minute: int) -> str:
    return f"https://acme.slack.com/archives/C0INVOICE/p{ts(minute).replace('.', '')}"


def sample_evidence() -> dict[str, Evidence]:
    said = {
        ts(minute): Evidence(
            ref=ts(minute),
            text=text,
            kind="alert" if kind == "alert" else "message",
            speaker=who,
            at=at(minute),
            permalink=link(minute),
        )
        for minute, who, text, kind in _SAID
    }
    return said | {ref: Evidence(ref=ref, text=text, kind="log") for ref, text in _LOGS}


def fact(number: int, minute: int) -> Fact:
    said = sample_evidence()[ts(minute)]
    return Fact(id=f"F{number}", text=said.text, evidence=(ts(minute),), speaker=said.speaker, at=said.at)


def sample_digest() -> Digest:
    return Digest(
        channel_id="C0INVOICE",
        channel_name="inc-invoices-gone",
        title="Invoices of February cannot be opened",
        severity="SEV1",
        phases=Phases(
            started=Phase(at=at(4), how="first deletion in the log", evidence=("reaper.log.gz:412",)),
            detected=Phase(at=at(31), how="first alert", evidence=(ts(31),)),
            mitigated=Phase(at=at(61), how="reaper stopped", evidence=(ts(61),)),
            resolved=Phase(at=at(205), how="all-clear", evidence=(ts(205),)),
        ),
        services=("billing-api", "invoice-reaper"),
        causes=(fact(1, 58), fact(2, 47)),
        cause_settled=True,
        coverage=Coverage(messages=64, people=3, texts=1, log_lines=8214),
        evidence=sample_evidence(),
    )


def _iso(minute: int) -> str:
    return at(minute).isoformat()


def sample_review() -> Review:
    return Review(
        incident=IncidentFacts(
            id="C0INVOICE",
            channel="inc-invoices-gone",
            title="Invoices of February cannot be opened",
            severity="SEV1",
            started_at=_iso(4),
            detected_at=_iso(31),
            mitigated_at=_iso(61),
            resolved_at=_iso(205),
            time_to_detect_s=27 * 60,
            time_to_mitigate_s=57 * 60,
        ),
        timeline=(
            TimelineEntry(at=_iso(0), kind="change", what="invoice-reaper 4.2.0 deployed to production", evidence=(ts(0),)),
            TimelineEntry(at=_iso(4), kind="started", what="First deletion of invoices that were still in use", evidence=("reaper.log.gz:412",)),
            TimelineEntry(at=_iso(12), kind="alert", what="41,207 objects deleted, mail to ops-archive", evidence=("reaper.log.gz:977",)),
            TimelineEntry(at=_iso(31), kind="alert", what="InvoiceNotFound billing-api: 404 rate 18%", evidence=(ts(31),)),
            TimelineEntry(at=_iso(34), kind="finding", what="Support has 40 tickets about February's invoices", evidence=(ts(34),)),
            TimelineEntry(at=_iso(39), kind="command", what="CDN cache purged", evidence=(ts(39), ts(47))),
            TimelineEntry(at=_iso(58), kind="finding", what="retention_days=0 is read as delete everything", evidence=(ts(58),)),
            TimelineEntry(at=_iso(61), kind="mitigated", what="Reaper scaled to 0", evidence=(ts(61),)),
            TimelineEntry(at=_iso(140), kind="finding", what="Restore at 60%", evidence=(ts(140),)),
            TimelineEntry(at=_iso(205), kind="resolved", what="All invoices readable again", evidence=(ts(205),)),
        ),
        blast_radius=BlastRadius(
            summary="41,207 invoices could not be opened; support had 40 tickets.",
            services=("billing-api", "invoice-reaper"),
            customers="Everybody with invoices of February",
            duration_s=201 * 60,
            evidence=(ts(34), "reaper.log.gz:977"),
        ),
        root_cause=RootCause(
            statement="invoice-reaper 4.2.0 reads retention_days=0 as 'delete everything older than today'; before, zero meant keep for ever, and production runs with zero.",
            family="configuration",
            confidence="high",
            evidence=(ts(58), "reaper.log.gz:412"),
            written_by="model",
        ),
        secondary_factors=(
            SecondaryFactor(rank=1, statement="The restore took two hours because the right flags had to be found.", family="observability-gap", evidence=(ts(231),)),
            SecondaryFactor(rank=2, statement="The reaper has no upper bound for deletions in one run.", evidence=("reaper.log.gz:977",)),
        ),
        rejected_hypotheses=(
            RejectedHypothesis(statement="The CDN serves stale 404 answers.", why="The cache was purged and nothing changed; the objects are gone from the bucket.", evidence=(ts(39), ts(47))),
        ),
        missed_layers=(
            MissedLayer(layer="unit", reason="environment-differed", why="The unit tests only have retention_days=30; nobody ever ran it with 0, which production has.", evidence=(ts(220),), written_by="model"),
            MissedLayer(layer="alerting", reason="signal-ignored", why="The alert on deleted objects exists but goes to a mailbox that nobody reads.", evidence=(ts(224), "reaper.log.gz:977")),
            MissedLayer(layer="backup-restore", reason="test-not-run", why="The last restore drill was in 2030.", evidence=(ts(231),)),
            MissedLayer(layer="canary", reason="no-test", why="There is no dry run on a copy of production.", evidence=(ts(236),)),
        ),
        ignored_signals=(
            IgnoredSignal(signal="DeletedObjects rose from 300 a day to 41,000 in ten minutes and was mailed to ops-archive.", kind="misrouted", evidence=(ts(224), "reaper.log.gz:977")),
        ),
        recommended_tests=(
            RecommendedTest(
                id="T1", layer="unit", title="Reaper keeps everything when retention is zero",
                scope="invoice-reaper: the cutoff function, with the retention values of production",
                failure_injection="Run the cutoff with retention_days 0, 1, 30 and unset over 1,000 invoices of all ages",
                success_criteria="Exactly 0 invoices are candidates for deletion with retention_days=0",
                threshold=Threshold(metric="deletion candidates", operator="==", value=0, unit="invoices", window="per run", provenance="incident"),
                closes=("gap:unit",), effort="small", evidence=(ts(58), ts(220)), written_by="model",
            ),
            RecommendedTest(
                id="T2", layer="alerting", title="A burst of deletions pages within five minutes",
                scope="DeletedObjects alert, from metric to pager",
                failure_injection="Delete 5,000 objects of a test bucket within 10 minutes",
                success_criteria="The pager of the billing on-call rings at most 5 minutes after the 501st deletion",
                threshold=Threshold(metric="time to page", operator="<=", value=5, unit="minutes", window="10 minutes", provenance="assumed"),
                closes=("gap:alerting",), effort="medium", evidence=(ts(224),),
            ),
            RecommendedTest(
                id="T3", layer="backup-restore", title="Restore drill of the invoice bucket",
                scope="Snapshot, restore procedure and flags of the invoice bucket",
                failure_injection="Delete 40,000 objects of a copy and restore them by the written procedure",
                success_criteria="All 40,000 objects are readable at most 60 minutes after the order to restore",
                threshold=Threshold(metric="time to restore", operator="<=", value=60, unit="minutes", window="per drill", provenance="needs-owner"),
                closes=("gap:backup-restore",), effort="large", evidence=(ts(231), ts(140)),
            ),
            RecommendedTest(
                id="T4", layer="canary", title="Reaper dry run on one tenant first",
                scope="Rollout of invoice-reaper",
                failure_injection="Deploy to one tenant with production settings and compare candidates with the last run",
                success_criteria="The candidates grow by less than 20 % against the run before, else the rollout stops",
                threshold=Threshold(metric="growth of candidates", operator="<", value=20, unit="%", window="per rollout", provenance="assumed"),
                closes=("gap:canary",), effort="medium", evidence=(ts(236),),
            ),
        ),
        prevention=(
            PreventiveAction(action="Cap the deletions of one run at 500 and stop with a page above it.", owner_role="billing platform team", evidence=("reaper.log.gz:977",)),
            PreventiveAction(action="Route DeletedObjects to the billing pager.", owner_role="on-call lead", evidence=(ts(224),)),
        ),
        dialogue=(
            DialogueLine(speaker="test architect", line="What is the one cause that a test could have shown?"),
            DialogueLine(speaker="reliability engineer", line="Zero changed its meaning from keep for ever to delete all.", evidence=(ts(58),)),
            DialogueLine(speaker="test architect", line="Is that proven, or only the loudest symptom?"),
            DialogueLine(speaker="reliability engineer", line="The log has the cutoff and 41,207 candidates.", evidence=("reaper.log.gz:412",)),
        ),
        questions=("What is your objective for the time to restore invoices?", "Who owns the ops-archive mailbox?"),
        missing_evidence=("bucket-audit.csv: the file is larger than the limit of 64 MB.",),
        audio_summary="On the ninth of March a new version of the invoice reaper deleted about forty one thousand invoices. It took twenty seven minutes until an alert rang. The root cause is one setting whose meaning changed: zero days of retention used to mean keep for ever. Unit tests never ran with zero. The alert on deletions went to a mailbox that nobody reads. Write the unit test first.",
        provenance=ReviewProvenance(
            model="qwen2.5-coder:1.5b",
            model_digest="sha256:d7372fd828518a3b0f5e1f0d3a7f5e1c",
            prompt_version="3f1c0a9be2d4",
            input_sha256="9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
            redactions={"email": 2},
            tokens={"prompt": 4100, "generated": 690},
            mode="model",
        ),
    )  # fmt: skip


def sample_request(**more: object) -> ReviewRequest:
    fields = {
        "id": "review:C0INVOICE:r1",
        "channel_id": "C0INVOICE",
        "channel_name": "inc-invoices-gone",
        "trigger": "command",
        "requested_by": "U1",
        "post_channel": "C0INVOICE",
    }
    return ReviewRequest.model_validate(fields | more)


def sample_narration(folder: Path) -> Narration:
    path = folder / "summary.mp3"
    path.write_bytes(b"ID3" + bytes(400))
    return Narration(
        path=str(path), seconds=72.0, sentences=6, lufs=-16.0, voice="af_heart", engine="kokoro-onnx", cpu_seconds=30.0
    )


def sample_posted() -> Posted:
    return Posted(channel_id="C0INVOICE", root_ts=ts(0), permalink=link(0))
