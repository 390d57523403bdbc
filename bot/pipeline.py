"""The story: from a request to a published review, step by step.

Each `memo(name, make)` is a durable step. After a crash the stored result is used and the step in flight is run again,
so a step that posts first looks whether it has posted already. Raw text lives only inside the gather step: what it
stores is redacted.

    acknowledge -> gather + redact -> digest -> review -> publish -> speak -> upload

The Slack app and `testing-postmortem review PATH` run the same story with another source and publisher.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog

from bot.casefile import CaseFile
from bot.digest import EvidenceSearch, digest
from bot.errors import BadInput, ModelError, PostmortemError, SpeechError
from bot.followup.answer import answer
from bot.nouns.answer import Answer, Narration, Posted
from bot.nouns.base import Noun
from bot.nouns.digest import Digest
from bot.nouns.incident import CleanIncident
from bot.nouns.ports import ChatModel, IncidentSource, Json, Memo, Publisher, Voice
from bot.nouns.request import Progress, Question, ReviewRequest
from bot.nouns.review import Review
from bot.observe import metrics
from bot.redact.incident import clean_incident
from bot.redact.redactor import Redactor
from bot.redact.rescan import scrub
from bot.review import review as write_review
from bot.speech.narrate import narrate

log = structlog.get_logger(__name__)


N = TypeVar("N", bound=Noun)
ConnectModel = Callable[[], Awaitable[ChatModel | None]]


@dataclass(frozen=True)
class Parts:
    """What the story is told with; the composition root chooses them."""

    source: IncidentSource
    publisher: Publisher
    case_folder: Callable[[ReviewRequest], Path]
    connect_model: ConnectModel  # None: rules only, by wish; raises ModelError
    load_voice: Callable[[], Awaitable[Voice | None]]  # None: no audio, by wish; raises SpeechError
    model_required: bool = False  # without a model the review fails instead of falling back to rules
    thread: Callable[[Question], Awaitable[list[tuple[str, str]]]] | None = None  # (author, text), oldest first


async def review_incident(request: ReviewRequest, memo: Memo, parts: Parts) -> Json:
    """Run the whole job. Returns where it was posted and what it was made of; raises what no fallback can mend."""
    structlog.contextvars.bind_contextvars(incident=request.channel_name or request.channel_id, request=request.id)
    case = CaseFile(parts.case_folder(request))
    posted: Posted | None = None
    try:
        posted = Posted(**await memo("acknowledge", lambda: _acknowledge(request, parts)))
        teller = _Teller(request, posted, parts.publisher)
        await memo("gather", lambda: _gather(request, parts, case, teller))
        await memo("digest", lambda: _digest(case, teller))
        await memo("review", lambda: _review(case, parts, teller))
        posted = Posted(**await memo("publish", lambda: _publish(request, parts, case, teller)))
        spoken = await memo("speak", lambda: _speak(case, parts, teller))
        await memo("upload", lambda: _upload(request, parts, case, posted, spoken))
    except PostmortemError as error:
        why = str(error)
        log.warning("review_failed", why=why, details=error.details)
        metrics.reviews.labels(outcome="failed").inc()
        await memo("say_failure", lambda: _say_failure(request, parts, posted, why))
        raise
    metrics.reviews.labels(outcome="done").inc()
    log.info("review_done", posted=posted.root_ts or parts.case_folder(request).name)
    return {"posted": posted.model_dump(), "folder": str(case.folder), "audio": spoken}


class _Teller:
    """Passes progress on to the publisher, with the time since the start; progress is never worth a failure."""

    def __init__(self, request: ReviewRequest, posted: Posted, publisher: Publisher) -> None:
        self.posted = posted
        self._request, self._publisher = request, publisher
        self._started = time.monotonic()

    async def report(self, progress: Progress) -> None:
        elapsed = time.monotonic() - self._started
        with contextlib.suppress(PostmortemError):
            await self._publisher.progress(
                self._request, self.posted, progress.model_copy(update={"elapsed_s": round(elapsed, 1)})
            )


def _held(record: N | None) -> N:
    """What an earlier step has stored; that it is gone means that somebody deleted it meanwhile."""
    if record is None:
        raise BadInput("The case file of this review was deleted while it was in use. Start the review again.")
    return record


async def _acknowledge(request: ReviewRequest, parts: Parts) -> Json:
    return (await parts.publisher.acknowledge(request)).model_dump()


async def _gather(request: ReviewRequest, parts: Parts, case: CaseFile, teller: "_Teller") -> Json:
    """Raw messages and files in, redacted case file out, in one step: nothing raw outlives it."""
    with metrics.stage("gather"):
        incident = await parts.source.incident(request, teller.report)
        redactor = Redactor()
        clean = clean_incident(incident, redactor)
        written = await case.write_texts(parts.source, incident, redactor, teller.report)
        made = CleanIncident(
            channel=clean.channel,
            messages=clean.messages,
            people=clean.people,
            texts=written.texts,
            missing=(*clean.missing, *written.missing),
            redactions=dict(redactor.counts),
            input_sha256=written.sha256,
            workspace_url=incident.workspace_url,
        )
        case.save(made)
    log.info("gathered", messages=len(made.messages), texts=len(made.texts), redactions=sum(made.redactions.values()))
    return {"messages": len(made.messages), "texts": len(made.texts)}


async def _digest(case: CaseFile, teller: "_Teller") -> Json:
    await teller.report(Progress(stage="digest", note="reading messages and logs"))
    with metrics.stage("digest"):
        sheet = await asyncio.to_thread(lambda: digest(_held(case.clean()), case.log_texts()))
    case.save(sheet)
    log.info("digested", causes=len(sheet.causes), layers=len(sheet.layers), signals=len(sheet.signals))
    return {"causes": len(sheet.causes), "log_lines": sheet.coverage.log_lines}


async def _review(case: CaseFile, parts: Parts, teller: "_Teller") -> Json:
    """With the model when there is one, by rules otherwise, and the review says which and why.

    Its stages are kept in the case file and not as durable steps: which of them run depends on what the model answers
    and on whether it is there at all, which a restart may find changed.
    """
    incident, sheet = _held(case.clean()), _held(case.digest())
    started = time.monotonic()
    model, why = await _model(parts)
    with metrics.stage("review"):
        try:
            made = await _write(sheet, incident, model, case, teller)
        except ModelError as error:
            if parts.model_required:
                raise
            why = str(error)
            made = await _write(sheet, incident, None, case, teller)
    if why:
        log.warning("model_not_used", why=why)
        note = f"No language model was used: {why}"
        made = made.model_copy(update={"missing_evidence": (*made.missing_evidence, note)})
    seconds = {**made.provenance.seconds, "review": round(time.monotonic() - started, 1)}
    made = made.model_copy(update={"provenance": made.provenance.model_copy(update={"seconds": seconds})})
    case.save(made)
    return {"mode": made.provenance.mode, "model": made.provenance.model}


async def _model(parts: Parts) -> tuple[ChatModel | None, str]:
    try:
        return await parts.connect_model(), ""
    except ModelError as error:
        if parts.model_required:
            raise
        return None, str(error)


async def _write(
    sheet: Digest, incident: CleanIncident, model: ChatModel | None, case: CaseFile, teller: "_Teller"
) -> Review:
    return await write_review(
        sheet, model, case.memo, teller.report, input_sha256=incident.input_sha256, redactions=incident.redactions
    )


async def _publish(request: ReviewRequest, parts: Parts, case: CaseFile, teller: "_Teller") -> Json:
    await teller.report(Progress(stage="publish"))
    posted = await parts.publisher.review(
        request, teller.posted, _held(case.review()), _held(case.digest()), case.folder
    )
    return posted.model_dump()


async def _speak(case: CaseFile, parts: Parts, teller: "_Teller") -> Json:
    """The audio is an extra: when it fails, the reason is said and the text stands."""
    try:
        voice = await parts.load_voice()
        if voice is None:
            return {"why": "Audio is switched off."}
        with metrics.stage("speak"):
            narration = await narrate(
                _held(case.review()).audio_summary, voice, case.folder / "summary.mp3", teller.report
            )
    except SpeechError as error:
        log.warning("no_audio", why=str(error), details=error.details)
        return {"why": str(error)}
    return {"narration": narration.model_dump()}


async def _upload(request: ReviewRequest, parts: Parts, case: CaseFile, posted: Posted, spoken: Json) -> Json:
    if "narration" in spoken:
        await parts.publisher.audio(request, posted, _held(case.review()), Narration(**spoken["narration"]))
    else:
        await parts.publisher.no_audio(request, posted, _held(case.review()), spoken["why"])
    return {}


async def _say_failure(request: ReviewRequest, parts: Parts, posted: Posted | None, why: str) -> Json:
    """Said to the person who asked; that saying it fails too must not hide the first reason."""
    with contextlib.suppress(PostmortemError):
        await parts.publisher.failed(request, posted, why)
    return {"why": why}


async def answer_question(question: Question, folder: Path, memo: Memo, parts: Parts) -> Json:
    """A follow-up in a review thread: answered from the case file, with citations, or declined."""
    case = CaseFile(folder)

    async def make() -> Json:
        history = await parts.thread(question) if parts.thread else []
        made = await ask(question.text, history, case, parts.connect_model)
        metrics.questions.labels(outcome="declined" if made.declined else "answered").inc()
        return made.model_dump()

    found = Answer(**await memo("answer", make))

    async def post() -> Json:
        await parts.publisher.answer(question, found, _held(case.digest()))
        return {}

    await memo("post_answer", post)
    return found.model_dump()


async def ask(text: str, history: list[tuple[str, str]], case: CaseFile, connect_model: ConnectModel) -> Answer:
    """Answer one question from a case file. Falls back to rules when the model fails."""
    search = await asyncio.to_thread(lambda: EvidenceSearch(_held(case.clean()), _held(case.digest())))
    sheet, made = _held(case.digest()), _held(case.review())
    try:
        model = await connect_model()
    except ModelError as error:
        log.warning("model_not_used", why=str(error), details=error.details)
        model = None
    question = scrub(text)
    try:
        return await answer(question, history, made, sheet, search, model)
    except ModelError as error:
        log.warning("model_not_used", why=str(error), details=error.details)
        return await answer(question, history, made, sheet, search, None)
