"""Where case files stand: `<data>/reviews/<channel>/r<revision>/`, and their removal."""

import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from bot.nouns.request import ReviewRequest

DAY_S = 86_400


def case_folder(data_dir: Path, request: ReviewRequest) -> Path:
    """The folder of one revision; channel ids are Slack's, but a path is made of word characters only."""
    channel = re.sub(r"[^\w-]", "_", request.channel_id)
    return data_dir / "reviews" / channel / f"r{request.revision}"


def case_folders(data_dir: Path, channel: str | None, older_than_days: int | None) -> list[Path]:
    """Existing case files, of one channel or all, last written more than so many days ago."""
    found = sorted((data_dir / "reviews").glob(f"{channel or '*'}/r*"))
    if older_than_days is None:
        return found
    limit = time.time() - older_than_days * DAY_S
    return [folder for folder in found if folder.stat().st_mtime < limit]


def purge(folders: Sequence[Path]) -> int:
    """Delete case files with everything in them; says how many."""
    for folder in folders:
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    return len(folders)
