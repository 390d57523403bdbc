"""The short messages around a review: status, failure, audio, answers. Pure."""

from bot.nouns.answer import Answer, Narration
from bot.nouns.digest import Digest
from bot.nouns.request import Progress, ReviewRequest
from bot.nouns.review import Review
from bot.publish import wording
from bot.publish.blocks import Block, Post, actions, button, context, fallback, fitted, sections
from bot.publish.citations import Citations
from bot.publish.mrkdwn import bold, clip, safe, with_mentions
from bot.publish.verdict import RERUN

CANCEL = "tp_cancel"  # action id, handled by the trigger stage
STAGES = ("gather", "digest", "review", "speak", "publish")
_WORDS = {
    "gather": "reading the channel and its files",
    "digest": "finding what happened",
    "review": "reviewing the testing gaps",
    "speak": "speaking the summary",
    "publish": "posting the review",
}
_SHOWN = tuple(stage for stage in STAGES if stage != "speak")  # by then the verdict stands in the status's place
_BAR = 20
_TRANSCRIPT, _WHY, _NAME = 2_800, 2_000, 100


def status(request: ReviewRequest, progress: Progress | None = None) -> Post:
    """The live message; before the first progress it only says that the review has begun.

    A `Progress` of stage "queue" carries the number of reviews ahead in `done`.
    """
    title = f"Testing-gap review of {_channel(request)}"
    line = _line(progress)
    stop = button(
        "Cancel", CANCEL, request.id, style="danger", confirm="Stop this review? You can start it again at any time."
    )
    blocks = (*sections([bold(title), line, *_bar(progress)]), actions(stop))
    return Post("status", fallback(f"{title}: {line}"), blocks)


def _channel(request: ReviewRequest) -> str:
    return clip(f"#{request.channel_name}", _NAME) if request.channel_name else "this channel"


def _line(progress: Progress | None) -> str:
    if progress is None:
        return "Started."
    if progress.stage == "queue":
        return f"Waiting: {wording.counted(progress.done, 'review')} ahead of this one."
    stage = _WORDS.get(progress.stage, clip(safe(progress.stage), _NAME))
    where = f"Stage {_SHOWN.index(progress.stage) + 1} of {len(_SHOWN)}: {stage}" if progress.stage in _SHOWN else stage
    note = f" ({clip(safe(progress.note), 200)})" if progress.note else ""
    return f"{where}{note} · {wording.duration(round(progress.elapsed_s))}"


def _bar(progress: Progress | None) -> list[str]:
    if progress is None or progress.total <= 0:
        return []
    share = min(1.0, max(0.0, progress.done / progress.total))
    full = round(share * _BAR)
    return [f"`{'█' * full}{'░' * (_BAR - full)}` {share:.0%}"]


def failure(request: ReviewRequest, why: str) -> Post:
    """In the place of the status message. `why` is a sentence of the bot; it may mention a person by id."""
    lines = [f"*No review of {safe(_channel(request))}*", clip(with_mentions(why), _WHY)]
    blocks = (*sections(lines), actions(button("Run again", RERUN, request.id)))
    return Post("failed", fallback(f"No review of {_channel(request)}. {why}"), blocks)


def late_failure(why: str) -> Post:
    """Below a review that stands: only something after it failed."""
    return Post(
        "failed-later", fallback(why), tuple(sections(["*The review stands, but:*", clip(with_mentions(why), _WHY)]))
    )


def no_audio(why: str, transcript: str) -> Post:
    """The spoken summary as text, with the reason why nobody speaks it."""
    blocks = [*sections([clip(safe(transcript), _TRANSCRIPT)]), context(f"No audio: {safe(why)}")]
    return Post("audio", fallback(f"No audio: {why}"), fitted(blocks))


def no_files(why: str) -> Post:
    return Post("files", fallback(f"The report files could not be uploaded. {why}"),
                (context(f"The report files could not be uploaded. {safe(why)}"),))  # fmt: skip


def audio_title(narration: Narration) -> str:
    return f"Audio Summary ({wording.duration(round(narration.seconds))})"


def transcript(review: Review) -> str:
    """The text that goes beside the mp3."""
    return f"*Audio Summary*, transcript:\n{clip(safe(review.audio_summary), _TRANSCRIPT)}"


def answer_post(answer: Answer, digest: Digest) -> Post:
    """A follow-up answer with its citations and who wrote it."""
    cite = Citations(digest, with_day=True)
    by = "Answered by the model from the evidence." if answer.mode == "model" else "Answered by rules, no model."
    if answer.declined:
        by = "The evidence does not say."
    lines = [safe(line) for line in answer.text.splitlines() if line.strip()] or ["No answer."]
    refs = cite.mrkdwn(answer.evidence)
    blocks: list[Block] = [*sections([*lines, *([f"Evidence: {refs}"] if refs else [])])]
    return Post("answer", fallback(answer.text), fitted(blocks, [context(f"{by} Check before acting. Times are UTC.")]))
