"""The page frozen into one HTML file, for reports: the same scripts, with the data beside them instead of a server."""

import base64
import hashlib
import json
import re
from html import escape

from bot.workspace.files import Files
from bot.workspace.page import PAGE, Page
from bot.workspace.state import Channel, Json

INLINE_MB = 8
SCRIPTS = (
    "dom", "emoji", "store", "api", "mrkdwn", "markdown", "rich_text", "elements", "blocks", "files", "messages",
    "composer", "views", "sidebar", "app",
)  # fmt: skip
_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def dump(page: Page, files: Files, channel: Channel, *, thread_ts: str, viewer: str) -> str:
    data = page.snapshot() | {
        "frozen": True,
        "channel": channel.id,
        "thread_ts": thread_ts,
        "viewer": viewer,
        "contents": {channel.id: page.messages(channel)},
        "inline": _inline(files, channel),
    }
    script = f"window.frozenWorkspace = {_for_script(data)};\n" + bundle()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; media-src data:"
    )
    html = (PAGE / "index.html").read_text("utf-8")
    html = re.sub(r"<link rel=\"stylesheet\"[^>]*>", lambda _: f"<style>{_styles()}</style>", html)
    html = re.sub(r"<link rel=\"icon\"[^>]*>\n?", "", html)
    html = re.sub(r"<script type=\"module\"[^>]*></script>", "", html)
    html = html.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">', 1)
    return html.replace("</body>", f"<script>{script}</script>\n</body>", 1)


def bundle() -> str:
    """All scripts as one, in the order of their imports; their top-level names are distinct."""
    parts = [(PAGE / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    body = "\n".join(_EXPORT.sub("", _IMPORT.sub("", part)) for part in parts)
    return f"(() => {{\n'use strict';\n{body}\n}})();\n"


def _styles() -> str:
    return (PAGE / "page.css").read_text("utf-8")


def _for_script(data: Json) -> str:
    return json.dumps(data).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _inline(files: Files, channel: Channel) -> dict[str, str]:
    """Audio and images as data addresses, and small texts for their preview, up to a size in all."""
    found: dict[str, str] = {}
    room = INLINE_MB * 1_000_000
    for message in reversed(channel.messages.values()):
        for shape in message.get("files", []):
            content = files.content(shape.get("id", ""))
            kind = str(shape.get("mimetype", ""))
            if content and len(content) <= room and kind.startswith(("audio/", "image/", "text/")):
                room -= len(content)
                found[shape["id"]] = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return found
