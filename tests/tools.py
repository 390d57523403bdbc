"""Says before the tests run which outside tools are missing, so that nobody finds out from a list of skips.

python tests/tools.py                 # chromium and npm: there, or how to get them
python tests/tools.py --readme-check  # README's configuration table is the settings class's
python tests/tools.py --readme-write  # write that table
"""

import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
MARKS = ("<!-- settings -->", "<!-- /settings -->")


def browser() -> str | None:
    """The system's Chromium; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def report() -> int:
    missing = []
    if browser() is None:
        missing.append("Chromium, for the browser tests (Debian: apt-get install chromium; or set CHROMIUM=path)")
    if shutil.which("npm") is None:
        missing.append("npm, for the tests against the foreign Slack emulator")
    for what in missing:
        print(f"missing: {what}")
    return 1 if missing and os.environ.get("TESTS_REQUIRE_ALL") else 0


def settings_table() -> str:
    from bot.settings import Settings

    rows = ["| environment | default | what it is for |", "| --- | --- | --- |"]
    for key, field in Settings.model_fields.items():
        alias = field.validation_alias
        name = str(alias.choices[-1]) if alias is not None else f"TESTING_POSTMORTEM_{key.upper()}"
        default = "" if field.default is None or field.default_factory else str(field.default)
        if field.default_factory:
            default = {"data_dir": "XDG data folder", "cache_dir": "XDG cache folder"}[key]
        cell = f"`{default}`" if default and not default.startswith("XDG") else default
        rows.append(f"| `{name}` | {cell.replace('|', chr(92) + '|')} | {field.description} |")
    return "\n".join(rows)


def readme(*, write: bool) -> int:
    path = ROOT / "README.md"
    text = path.read_text("utf-8")
    wanted = f"{MARKS[0]}\n{settings_table()}\n{MARKS[1]}"
    made = re.sub(f"{re.escape(MARKS[0])}.*{re.escape(MARKS[1])}", lambda _: wanted, text, flags=re.DOTALL)
    if write:
        path.write_text(made, "utf-8")
    elif made != text or MARKS[0] not in text:
        print("README.md: the configuration table is stale; run: python tests/tools.py --readme-write")
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(readme(write=sys.argv[1] == "--readme-write"))
    sys.exit(report())
