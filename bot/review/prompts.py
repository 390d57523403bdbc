"""The prompts: files in `prompts/`, filled strictly, with a version that changes when any of them does."""

import hashlib
from functools import cache
from pathlib import Path

import jinja2

_STAGES = (
    "fact_sheet",
    "judge_cause",
    "judge_layers",
    "cause",
    "layer",
    "signal",
    "test",
    "dialogue",
    "summary",
    "retry",
)


def prompts_folder() -> Path:
    """`bot/_prompts` in an installed wheel, `prompts/` beside `bot/` in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


class Prompts:
    """Reads the files once. A variable that a template names and the caller does not give raises before any call."""

    def __init__(self, folder: Path) -> None:
        # Plain text for a model, not HTML: escaping would change the facts.
        self._templates = jinja2.Environment(  # noqa: S701 not HTML
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        digest = hashlib.sha256()
        for stage in _STAGES:
            digest.update((folder / f"{stage}.j2").read_bytes())
        self.version = digest.hexdigest()[:12]

    def fill(self, stage: str, **values: object) -> str:
        return self._templates.get_template(f"{stage}.j2").render(**values).strip()


@cache
def prompts() -> Prompts:
    return Prompts(prompts_folder())
