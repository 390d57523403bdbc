"""`make demo`: the main job in an offline workspace, with the real bot, a local model and a real voice.

The incident is played into a channel and resolved; everything after that is the bot's own doing. With `once` nobody is
needed: the follow-up is asked by the demo, what was posted is checked and written to the output folder.
"""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import weights
from bot.app import Bot
from bot.commands import manifest
from bot.errors import BadInput, ModelError
from bot.inference import library
from bot.inference.choose import LOCAL_OLLAMA
from bot.keepers import VOICE_WEIGHTS
from bot.settings import Settings
from bot.workspace.server import Workspace
from bot.workspace.slack_app import SlackApp

Say = Callable[[str], None]

DEFAULT_CASE = Path(__file__).parent.parent / "tests" / "incidents" / "codequarry-db1-removal"
PLAY_S = 8.0
SETTLE_S = PLAY_S + 1  # an all-clear in the middle of the played channel must not start the review too early
QUESTION = "What should have caught this earlier?"
REPORTS = ("review.json", "review.md", "review.html", "summary.txt", "summary.mp3")
MEGABYTES_PER_S = 10


@dataclass(frozen=True)
class Plan:
    case: Path | None
    once: bool
    out: Path
    port: int
    use_model: bool


async def fetch(settings: Settings, plan: Plan, report: weights.Report, say: Say) -> None:
    """Fetch the model and the voice into the cache when they are not there; say first what that takes."""
    case = plan.case or DEFAULT_CASE
    if not case.exists():
        raise BadInput(f"There is no case at {case}. Give a case folder or a Slack export with --case.")
    wanted = [VOICE_WEIGHTS] if settings.audio else []
    if plan.use_model and not await _ollama_has_model(settings):
        wanted.append(settings.model)
    catalogue = weights.load_catalogue()
    needed = [w for name in wanted if not weights.is_present(settings.cache_dir, w := weights.find(name, catalogue))]
    if not needed:
        return
    size = sum(w.bytes for w in needed) / 1e6
    names = " and ".join(w.key for w in needed)
    minutes = max(1, round(size / MEGABYTES_PER_S / 60))
    say(f"Fetching {names} once into {settings.cache_dir}: {size:,.0f} MB of disk, about {minutes} min at 10 MB/s.")
    for w in needed:
        await weights.pull(w.key, settings.cache_dir, report)


async def run(settings: Settings, plan: Plan, say: Say) -> int:
    """Play, resolve, watch; returns the exit code: 0 only if everything was posted."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="testing-postmortem-demo-")))
        workspace = await stack.enter_async_context(await Workspace.start(plan.port, app=_app()))
        bot = Bot(_demo_settings(settings, workspace, folder), use_model=plan.use_model)
        await stack.enter_async_context(bot.running())
        await workspace.connected()
        say(f"The workspace's page: {workspace.page_url}")
        show = _Show(workspace, bot, plan, say)
        code = await show.play()
        if not plan.once:
            say("The page stays up: ask in the review's thread, type /testing-postmortem help. Ctrl-C stops.")
            await asyncio.Event().wait()
        return code


async def _ollama_has_model(settings: Settings) -> bool:
    """Whether an Ollama answers and has the model, so that nothing need be fetched."""
    host = settings.ollama_host or LOCAL_OLLAMA
    try:
        names = {info.name for info in await library.ollama_models(host)}
    except ModelError:
        return False
    return settings.model in names or f"{settings.model}:latest" in names


def _app() -> SlackApp:
    """The app as its manifest says: a scope or event that is missing there is missing in the demo."""
    return SlackApp.from_manifest(json.loads(manifest()))


def _demo_settings(settings: Settings, workspace: Workspace, folder: Path) -> Settings:
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(workspace.bot_token),
            "slack_app_token": SecretStr(workspace.app_token),
            "slack_api_url": workspace.api_url,
            "slack_mode": "socket",
            "data_dir": folder,
            "database_url": None,
            "settle_s": SETTLE_S,
            "port": 0,
        }
    )


class _Show:
    """One run: what is played and what the bot made of it."""

    def __init__(self, workspace: Workspace, bot: Bot, plan: Plan, say: Say) -> None:
        self._workspace, self._bot, self._plan, self._say = workspace, bot, plan, say
        self._checks: dict[str, bool] = {}

    async def play(self) -> int:
        case = self._plan.case or DEFAULT_CASE
        self._say(f"Playing {case.name}")
        channel = await self._workspace.play(case, seconds=PLAY_S)
        self._say(f"#{channel.name} is resolved; the bot starts when the channel has settled.")
        started = time.monotonic()
        done = await self._reviewed(channel.id)
        self._say(f"Review and audio posted after {time.monotonic() - started:.0f} s.")
        root = done["posted"]["root_ts"]
        answer = await self._ask(channel.id, root)
        self._collect(channel.id, root, Path(done["folder"]), answer)
        return self._summary(channel.id, root, Path(done["folder"]), answer)

    async def _reviewed(self, channel_id: str) -> dict[str, Any]:
        """Wait for the review, telling what the status message tells."""
        last = ""
        while True:
            runs = await self._bot.engine.runs(f"review:{channel_id}:")
            if runs and not runs[-1].active:
                return await self._bot.engine.result(runs[-1].id)
            text = self._status(channel_id)
            if text and text != last:
                self._say(f"  {text}")
                last = text
            await asyncio.sleep(1)

    def _status(self, channel_id: str) -> str:
        bot = self._workspace.bot.id
        roots = [m for m in self._workspace.messages(channel_id) if m.get("thread_ts", m["ts"]) == m["ts"]]
        said = [str(m.get("text", "")) for m in roots if m.get("user") == bot]
        return said[-1].splitlines()[0] if said and said[-1] else ""

    async def _ask(self, channel_id: str, root: str) -> dict[str, Any]:
        person = next(u for u in self._workspace.state.users.values() if not u.is_bot)
        asked = self._workspace.post(person, channel_id, QUESTION, thread_ts=root)
        self._say(f"Asked in the thread: {QUESTION}")
        question_id = f"ask:{channel_id}:{asked['ts']}"
        for _ in range(1200):
            if await self._bot.engine.runs(question_id):
                return await self._bot.engine.result(question_id)
            await asyncio.sleep(0.25)
        return {}

    def _collect(self, channel_id: str, root: str, folder: Path, answer: dict[str, Any]) -> None:
        """Everything a person would look at, in the output folder."""
        out = self._plan.out
        out.mkdir(parents=True, exist_ok=True)
        for name in REPORTS:
            (out / name).unlink(missing_ok=True)
            if (folder / name).is_file():
                shutil.copy2(folder / name, out / name)
        (out / "answer.txt").write_text(str(answer.get("text", "")) + "\n", "utf-8")
        (out / "page.html").write_text(self._workspace.page_dump(channel_id, thread_ts=root), "utf-8")

    def _summary(self, channel_id: str, root: str, folder: Path, answer: dict[str, Any]) -> int:
        thread = self._workspace.thread(channel_id, root)
        files = [file["name"] for message in thread for file in message.get("files", [])]
        review = json.loads((folder / "review.json").read_text("utf-8"))
        updates = sum(method == "chat.update" for method, _ in self._workspace.calls)
        mode = review["provenance"]["mode"]
        self._check("acknowledged in the channel", bool(thread))
        self._check(f"live progress ({updates} updates)", updates >= 3)
        self._check(f"review in the thread ({len(thread)} messages)", len(thread) >= 4)
        self._check(
            f"mode: {mode} ({review['provenance']['model'] or 'rules'})", mode == "model" or not self._plan.use_model
        )
        self._check("audio uploaded", any(name.endswith(".mp3") for name in files) or not self._bot.settings.audio)
        self._check("transcript posted", bool(review["audio_summary"]))
        self._check("question answered", bool(answer.get("text")))
        for name in REPORTS:
            wanted = name != "summary.mp3" or self._bot.settings.audio
            self._check(f"{self._plan.out / name}", (self._plan.out / name).is_file() or not wanted)
        self._say(f"Primary root cause: {review['root_cause']['statement']}")
        self._say("Missed layers: " + ", ".join(layer["layer"] for layer in review["missed_layers"]))
        self._say(f"Answer: {answer.get('text', 'none')}")
        whole = all(self._checks.values())
        self._say("demo: all of it happened" if whole else "demo: something is missing, see above")
        return 0 if whole else 1

    def _check(self, what: str, happened: bool) -> None:  # noqa: FBT001 - a table of two columns
        self._checks[what] = happened
        self._say(f"  {'ok     ' if happened else 'MISSING'} {what}")
