"""The publisher for people without a Slack app: the review as files in a folder."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.errors import PublishError
from bot.nouns.answer import Answer, Narration, Posted
from bot.nouns.digest import Digest
from bot.nouns.ports import Report
from bot.nouns.request import Progress, Question, ReviewRequest
from bot.nouns.review import Review
from bot.publish.citations import Citations
from bot.publish.report import report_files, write_whole
from bot.publish.scrubbing import Scrub

AUDIO = "summary.mp3"


class FolderPublisher:
    """`nouns.ports.Publisher` that writes whole files, so that calling it twice leaves the same. Raises PublishError."""

    def __init__(self, out: Path, *, report: Report, scrub: Scrub = str) -> None:
        self._out, self._report, self._scrub = out, report, scrub

    async def acknowledge(self, request: ReviewRequest) -> Posted:  # noqa: ARG002 - the port's signature
        self._disk(lambda: self._out.mkdir(parents=True, exist_ok=True))
        return Posted()

    async def progress(self, request: ReviewRequest, posted: Posted, progress: Progress) -> None:  # noqa: ARG002 - the port's signature
        await self._report(progress)

    async def review(
        self,
        request: ReviewRequest,  # noqa: ARG002 - the port's signature
        posted: Posted,
        review: Review,
        digest: Digest,
        folder: Path,  # noqa: ARG002 - the case file; the report goes to the folder that the person named
    ) -> Posted:
        paths = await asyncio.to_thread(report_files, review, digest, self._out, self._scrub)
        return posted.model_copy(update={"parts": tuple(str(path) for path in paths)})

    async def audio(self, request: ReviewRequest, posted: Posted, review: Review, narration: Narration) -> None:  # noqa: ARG002 - the port's signature
        """The mp3 beside summary.txt, which has the same words."""
        data = await asyncio.to_thread(lambda: Path(narration.path).read_bytes())
        self._disk(lambda: write_whole(self._out / AUDIO, data))

    async def no_audio(self, request: ReviewRequest, posted: Posted, review: Review, why: str) -> None:  # noqa: ARG002 - the port's signature
        """An mp3 of an earlier run would be of another review."""
        self._disk(lambda: (self._out / AUDIO).unlink(missing_ok=True))
        await self._report(Progress(stage="speak", note=f"no audio: {why}"))

    async def failed(self, request: ReviewRequest, posted: Posted | None, why: str) -> None:
        """Whoever started the command gets the error from it."""

    async def answer(self, question: Question, answer: Answer, digest: Digest) -> None:
        """Kept in answers.md, once for each question."""
        path = self._out / "answers.md"
        cite = Citations(digest, with_day=True)
        before = path.read_text("utf-8") if path.is_file() else ""
        mark = f"<!-- {question.id} -->"
        if mark in before:
            return
        refs = ", ".join(cite.label(ref) for ref in answer.evidence)
        evidence = f"\n\nEvidence: {refs}" if refs else ""
        entry = self._scrub(f"**{question.text}**\n\n{answer.text}{evidence}\n\n")
        self._disk(lambda: write_whole(path, f"{before}{mark}\n{entry}".encode()))

    def _disk(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError as error:
            raise PublishError(
                f"Cannot write to {self._out}: {error.strerror}. Free some space or choose another folder with --out."
            ) from error
