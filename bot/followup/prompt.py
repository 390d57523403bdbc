"""The prompt of a follow-up answer, from `prompts/answer.j2`, filled strictly."""

from functools import cache
from pathlib import Path

import jinja2

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def _template() -> jinja2.Template:
    """From `bot/_prompts` in an installed wheel, `prompts/` beside `bot/` in a checkout."""
    installed = _PACKAGE / "_prompts"
    folder = installed if installed.is_dir() else _PACKAGE.parent / "prompts"
    # Plain text for a model, not HTML: escaping would change the facts.
    environment = jinja2.Environment(  # noqa: S701 not HTML
        loader=jinja2.FileSystemLoader(folder), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("answer.j2")


def answer_prompt(**values: object) -> str:
    """Raises jinja2.UndefinedError when a variable of the file is not given."""
    return _template().render(**values).strip()
