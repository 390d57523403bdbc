"""The report files, the same for Slack and for a folder: review.json, .md, .html, summary.txt, dialogue.md."""

import os
import tempfile
from pathlib import Path

from bot.errors import PublishError
from bot.nouns.digest import Digest
from bot.nouns.review import Review
from bot.publish.evidence import cited
from bot.publish.html import review_html
from bot.publish.markdown import dialogue_md, review_md
from bot.publish.scrubbing import Scrub, scrubbed_digest, scrubbed_review

# What is uploaded to Slack, with the titles there; summary.txt goes beside the audio.
FILES = {
    "review.md": "Testing-gap review (Markdown)",
    "review.html": "Testing-gap review (web page)",
    "review.json": "Testing-gap review (data)",
    "dialogue.md": "Dialogue of the two engineers",
}


def report_files(review: Review, digest: Digest, folder: Path, scrub: Scrub = str) -> tuple[Path, ...]:
    """Write them; each appears whole or not at all. Raises PublishError when the folder cannot be written.

    `scrub` is the second redaction scan; the default changes nothing.
    """
    clean = scrubbed_review(review, scrub)
    sheet = scrubbed_digest(digest, scrub, frozenset(cited(clean)))
    contents = {
        "review.json": clean.model_dump_json(indent=2) + "\n",
        "review.md": review_md(clean, sheet),
        "review.html": review_html(clean, sheet),
        "summary.txt": clean.audio_summary.strip() + "\n",
        "dialogue.md": dialogue_md(clean, sheet),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            write_whole(folder / name, text.encode("utf-8", "replace"))
    except OSError as error:
        raise PublishError(
            f"Cannot write the report to {folder}: {error.strerror}. Free some space or choose another folder."
        ) from error
    return tuple(folder / name for name in contents)


def write_whole(path: Path, data: bytes) -> None:
    """Written beside and renamed, so that a reader never sees half a file. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
