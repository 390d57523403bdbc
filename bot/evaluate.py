"""Scores reviews of cases that have an answer key, without and with the model, in one run.

The scorer lies beside the cases (`score.py`), apart from the product: it is a ruler, not a specification.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from bot import commands
from bot.errors import BadInput
from bot.nouns.request import Progress
from bot.settings import Settings

PARTS = (
    "root_cause",
    "missed_layers",
    "ignored_signals",
    "recommended_tests",
    "times",
    "evidence",
    "measurable",
    "readable",
)


async def evaluate(
    settings: Settings, cases: Sequence[Path], *, use_model: bool, json_file: Path | None, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """One row per case and mode; the last line is the summary. Raises BadInput for a case without a key."""
    for case in cases:
        if not (case / "gold.json").is_file():
            raise BadInput(f"{case} has no gold.json; only cases with an answer key can be scored.")
    rows = []
    say(
        f"{'case':32} {'mode':14} {'total':>6}  "
        + " ".join(f"{part[:9]:>9}" for part in PARTS)
        + f" {'seconds':>8} {'tokens':>12}"
    )
    for mode in ("rules", "model") if use_model else ("rules",):
        for case in cases:
            rows.append(await _row(settings, case, mode))
            say(_line(rows[-1]))
    if json_file is not None:
        json_file.write_text(json.dumps(rows, indent=1), "utf-8")
    say(_summary(rows))
    return rows


async def _row(settings: Settings, case: Path, mode: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="eval-") as folder:
        out = Path(folder)
        job = commands.FileJob(case, out, use_model=mode == "model", model_required=mode == "model")
        started = time.monotonic()
        review = await commands.review_files(settings.model_copy(update={"audio": False}), job, _silent)
        seconds = time.monotonic() - started
        scored = await _score(case, out / "review.json")
    named = review.provenance.model or "rules"
    return {
        **scored,
        "mode": named if mode == "model" else "rules",
        "seconds": round(seconds, 1),
        "tokens": review.provenance.tokens,
    }


async def _score(case: Path, review: Path) -> dict[str, Any]:
    scorer = case.parent / "score.py"
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(scorer), str(case), str(review), "--json", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise BadInput(f"{scorer} did not score {case.name}; run it by hand to see why.")
    scored: dict[str, Any] = json.loads(output)
    return scored


async def _silent(_: Progress) -> None:
    return


def _line(row: dict[str, Any]) -> str:
    tokens = row["tokens"]
    spent = f"{tokens.get('prompt', 0)}+{tokens.get('generated', 0)}"
    points = " ".join(f"{row['points'][part]:9.1f}" for part in PARTS)
    return f"{row['case']:32} {row['mode'][:14]:14} {row['total']:6.1f}  {points} {row['seconds']:8.1f} {spent:>12}"


def _summary(rows: list[dict[str, Any]]) -> str:
    modes = dict.fromkeys(row["mode"] for row in rows)
    means = [f"{mode} {mean(row['total'] for row in rows if row['mode'] == mode):.1f}" for mode in modes]
    cases = len({row["case"] for row in rows})
    return f"eval: mean of 100 over {cases} case(s): " + ", ".join(means)
