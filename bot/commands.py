"""What the commands do that need no running bot: review and ask from files, models, doctor, manifest."""

import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from bot import casefile, pipeline, weights
from bot.engine.inline import inline
from bot.errors import BadInput, ModelError, PostmortemError, SpeechError
from bot.gather.files import FileSource
from bot.inference import library
from bot.inference.choose import LOCAL_OLLAMA
from bot.keepers import ModelKeeper, VoiceKeeper
from bot.nouns.answer import Answer
from bot.nouns.ports import Report
from bot.nouns.request import ReviewRequest
from bot.nouns.review import Review
from bot.publish.folder import FolderPublisher
from bot.redact.rescan import scrub
from bot.settings import Settings

CASE = "case"  # the case file inside an output folder


@dataclass(frozen=True)
class FileJob:
    """A review from files. With `model_required` a missing model is an error, not a fallback."""

    path: Path
    out: Path
    channel: str | None = None
    day: date | None = None  # of a transcript that has clock times only
    use_model: bool = True
    model_required: bool = False


async def review_files(settings: Settings, job: FileJob, report: Report) -> Review:
    """Review the incident at `job.path` into `job.out`. Raises BadInput, ModelError when a model was required."""
    source = FileSource(
        job.path,
        channel=job.channel,
        day=job.day,
        max_unpacked=settings.max_unpacked_mb * 1_000_000,
        max_messages=settings.max_messages,
    )
    case = job.out / CASE
    _clear(job.out)
    models = ModelKeeper(settings, use_model=job.use_model)
    parts = pipeline.Parts(
        source=source,
        publisher=FolderPublisher(job.out, report=report, scrub=scrub),
        case_folder=lambda _: case,
        connect_model=models.connect,
        load_voice=VoiceKeeper(settings).load,
        model_required=job.model_required,
    )
    name = job.path.name or job.path.resolve().name
    request = ReviewRequest(id=f"files:{name}", channel_id=name, trigger="files", source=str(job.path))
    try:
        await pipeline.review_incident(request, inline, parts)
    finally:
        await models.close()
    made = casefile.CaseFile(case).review()
    assert made is not None  # the pipeline has just stored it
    return made


def _clear(out: Path) -> None:
    """An earlier review's stored stages must not leak into this one."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / CASE).exists():
            shutil.rmtree(out / CASE)
    except OSError as error:
        raise BadInput(f"Cannot write to {out}: {error.strerror}. Choose another folder with --out.") from error


async def ask_files(settings: Settings, folder: Path, question: str, *, use_model: bool) -> tuple[Answer, list[str]]:
    """The answer and its evidence as lines for people. Raises BadInput when `folder` has no review."""
    case = folder / CASE if (folder / CASE).is_dir() else folder
    if not (case / "review.json").is_file():
        raise BadInput(f"{folder} has no review. Make one: testing-postmortem review PATH --out {folder}")
    models = ModelKeeper(settings, use_model=use_model)
    kept = casefile.CaseFile(case)
    try:
        answer = await pipeline.ask(question, [], kept, models.connect)
    finally:
        await models.close()
    sheet = kept.digest()
    evidence = sheet.evidence if sheet else {}
    found = [evidence.get(ref) for ref in answer.evidence]
    lines = [
        f"[{ref}] {item.speaker + ': ' if item and item.speaker else ''}{item.text if item else kept.line(ref) or ''}"
        for ref, item in zip(answer.evidence, found, strict=True)
    ]
    return answer, lines


async def list_models(settings: Settings) -> list[tuple[str, str, str, str]]:
    """Rows of name, where, size, state: what Ollama has, then what can be fetched by pinned hash."""
    host = settings.ollama_host or LOCAL_OLLAMA
    rows: list[tuple[str, str, str, str]] = []
    try:
        found = await library.ollama_models(host)
        rows += [(m.name, host, f"{m.bytes / 1e6:,.0f} MB", f"digest {m.digest[:12]}") for m in found]
    except ModelError as error:
        rows.append(("-", host, "", str(error).split(". ")[0]))
    for stored in await weights.inventory(settings.cache_dir):
        state = "present" if stored.present else "testing-postmortem models pull " + stored.key
        rows.append((stored.key, f"catalogue, {stored.licence}", f"{stored.bytes / 1e6:,.0f} MB", state))
    return rows


async def pull_model(settings: Settings, name: str, report: weights.Report) -> str:
    """Fetch `name`: a catalogue entry into the cache, anything else through Ollama. Returns a sentence."""
    if name in weights.load_catalogue():
        return f"{name} is in the cache: {await weights.pull(name, settings.cache_dir, report)}"
    host = settings.ollama_host or LOCAL_OLLAMA
    await library.pull(host, name, report)
    return f"{name} is in Ollama at {host}."


async def verify_models(settings: Settings, say: Callable[[str], None]) -> int:
    """Read every file in the cache against its hash; returns how many are wrong."""
    wrong = 0
    for stored in await weights.inventory(settings.cache_dir, check_hashes=True):
        if stored.present:
            wrong += not stored.verified
            say(f"{stored.key}: {'ok' if stored.verified else f'WRONG HASH, delete {stored.file} and pull it again'}")
    return wrong


def manifest() -> str:
    """The Slack app manifest, as shipped."""
    shipped = resources.files("bot") / "_deploy" / "slack-manifest.json"
    beside = Path(__file__).parent.parent / "deploy" / "slack-manifest.json"
    text = beside.read_text("utf-8") if beside.is_file() else shipped.read_text("utf-8")
    return json.dumps(json.loads(text), indent=2)


async def doctor(settings: Settings, say: Callable[[str], None]) -> bool:
    """One line per part: ok, or what is wrong and what to do. True when all is well."""
    well = True
    for part, check in (("disk", _disk), ("slack", _slack), ("model", _model), ("voice", _voice), ("port", _port)):
        try:
            say(f"ok    {part}: {await check(settings)}")
        except PostmortemError as error:
            well = False
            say(f"WRONG {part}: {error}")
    return well


async def _disk(settings: Settings) -> str:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{settings.data_dir} cannot be written: {error.strerror}.") from error
    free = shutil.disk_usage(settings.data_dir).free
    if free < 1e9:
        raise BadInput(f"Only {free / 1e6:,.0f} MB are free in {settings.data_dir}.")
    return f"{free / 1e9:,.0f} GB free in {settings.data_dir}"


async def _slack(settings: Settings) -> str:
    from aiohttp import ClientError
    from slack_sdk.errors import SlackApiError

    from bot.gather.slack_client import make_client

    if settings.slack_bot_token is None:
        raise BadInput("SLACK_BOT_TOKEN is not set (needed by `serve` only).")
    client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        answer = await client.auth_test()
    except (SlackApiError, ClientError, OSError, TimeoutError) as error:
        raise BadInput(f"Slack at {settings.slack_api_url} refused: {error}") from error
    return f"{answer['user']} in {answer['team']}"


async def _model(settings: Settings) -> str:
    keeper = ModelKeeper(settings)
    try:
        model = await keeper.connect()
        assert model is not None
        info = await model.info()
    finally:
        await keeper.close()
    where = "embedded" if info.embedded else settings.ollama_host or LOCAL_OLLAMA
    return f"{info.name} ({info.parameters:.1f}B {info.quantization}), {where}, context {info.num_ctx}"


async def _voice(settings: Settings) -> str:
    voice = await VoiceKeeper(settings).load()
    if voice is None:
        raise SpeechError("Audio is switched off.")
    return f"{voice.name} by {voice.engine}"


async def _port(settings: Settings) -> str:
    with socket.socket() as probe:
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadInput(f"{settings.host}:{settings.port} is taken. Set TESTING_POSTMORTEM_PORT.") from error
    return f"{settings.host}:{settings.port} is free"
