"""The composition root: settings in, running parts out. The only place where real clients are built."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvicorn
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot import pipeline
from bot.engine.calendar import Calendar
from bot.engine.desk import ASK, QUESTIONS, REVIEW, REVIEWS, DurableDesk
from bot.engine.durable import DurableEngine
from bot.errors import ModelError, PostmortemError, SettingsError
from bot.followup.listen import addresses_bot
from bot.gather.slack import SlackSource
from bot.gather.slack_client import make_client
from bot.keepers import ModelKeeper, VoiceKeeper
from bot.nouns.ports import Json, Memo, Voice
from bot.nouns.request import Question, ReviewRequest
from bot.observe import health, metrics
from bot.publish.slack import SlackPublisher
from bot.redact.rescan import scrub
from bot.settings import Settings
from bot.shelf import case_folder, case_folders, purge
from bot.trigger.bolt import http_route, make_app, socket_mode
from bot.trigger.rules import ResolveRules

log = structlog.get_logger(__name__)

CHORES = "chores"
DAY_S, WARM_S = 86_400, 600


class Bot:
    """The running bot: Slack in and out, the durable engine, the calendar, and the operator's HTTP routes."""

    def __init__(self, settings: Settings, *, use_model: bool = True, voice: Voice | None = None) -> None:
        """Without `use_model` reviews are made by rules; `voice` replaces the one that the settings name."""
        self.settings = settings
        token = _needed(settings.slack_bot_token, "SLACK_BOT_TOKEN")
        self.client: AsyncWebClient = make_client(token, settings.slack_api_url)
        self.publisher = SlackPublisher(self.client, scrub=scrub)
        self.models = ModelKeeper(settings, use_model=use_model)
        self.voices = VoiceKeeper(settings, voice)
        self.engine = DurableEngine(
            settings.database_url or f"sqlite:///{settings.data_dir}/state.db",
            settings.executor_id,
            {REVIEWS: 1, QUESTIONS: 2, CHORES: 1},
        )
        self.desk = DurableDesk(self.engine, self.publisher, settings.settle_s, _count)
        self.parts = pipeline.Parts(
            source=SlackSource(
                self.client,
                max_messages=settings.max_messages,
                max_file_mb=settings.max_file_mb,
                max_unpacked_mb=settings.max_unpacked_mb,
                allow_shared=settings.allow_shared_channels,
            ),
            publisher=self.publisher,
            case_folder=lambda request: case_folder(settings.data_dir, request),
            connect_model=self.models.connect,
            load_voice=self.voices.load,
            thread=self._thread,
        )
        self.calendar = Calendar(self._chore, {"sweep": DAY_S, "warm": WARM_S}, lambda: datetime.now(UTC))
        self._register()

    def _register(self) -> None:
        self.engine.workflow(REVIEW, self._review)
        self.engine.workflow(ASK, self._answer)
        self.engine.workflow("sweep", self._sweep)
        self.engine.workflow("warm", self._warm)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything is up inside the block; work in flight at its end is taken up at the next start."""
        settings = self.settings
        signing_secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
        rules = ResolveRules.from_patterns(
            settings.incident_channels,
            settings.resolved_pattern,
            review_channel=settings.review_channel,
            allow_shared=settings.allow_shared_channels,
        )
        bolt = make_app(self.client, self.desk, rules, addresses_bot, signing_secret=signing_secret)
        routes = health.routes({"slack": self._slack_well, "model": self._model_well})
        async with contextlib.AsyncExitStack() as stack:
            await self.engine.launch()
            stack.push_async_callback(self.engine.close)
            stack.push_async_callback(self.models.close)
            if settings.slack_mode == "http":
                routes.append(http_route(bolt, signing_secret))
            else:
                handler = socket_mode(bolt, _needed(settings.slack_app_token, "SLACK_APP_TOKEN"))
                await handler.connect_async()
                stack.push_async_callback(handler.close_async)
            server = await _serve_http(Starlette(routes=routes), settings.host, settings.port)
            stack.push_async_callback(server.close)
            await self.calendar.start()
            stack.callback(self.calendar.stop)
            log.info("serving", mode=settings.slack_mode, http=server.address)
            yield

    async def _review(self, payload: Json, memo: Memo) -> Json:
        request = ReviewRequest(**payload)
        try:
            return await pipeline.review_incident(request, memo, self.parts)
        except PostmortemError:
            raise
        except Exception:  # the outer border of all reviews: the log gets the traceback, the thread a sentence
            log.exception("review_crashed")
            metrics.reviews.labels(outcome="crashed").inc()
            why = f"The review broke off by an error of the bot; its log has it under {request.id}. Try `rerun`."
            with contextlib.suppress(PostmortemError):
                await self.publisher.failed(request, None, why)
            raise

    async def _answer(self, payload: Json, memo: Memo) -> Json:
        question = Question(**payload)

        async def find() -> Json:
            found = await self.desk.case_folder(question.channel_id, question.thread_ts)
            return {"folder": str(found) if found and found.is_dir() else None}

        folder = (await memo("find_case_file", find))["folder"]
        if folder is None:
            return await memo("say_gone", lambda: self._say_gone(question))
        return await pipeline.answer_question(question, Path(folder), memo, self.parts)

    async def _say_gone(self, question: Question) -> Json:
        log.info("question_without_case_file", thread=question.thread_ts)
        await self.client.chat_postEphemeral(
            channel=question.channel_id,
            user=question.user,
            thread_ts=question.thread_ts,
            text="I no longer have this incident's evidence: it was deleted as the operator set it. "
            "`/testing-postmortem rerun` in the incident's channel reads it anew.",
        )
        return {}

    async def _sweep(self, _: Json, memo: Memo) -> Json:
        async def make() -> Json:
            old = case_folders(self.settings.data_dir, None, self.settings.retention_days)
            return {"deleted": await asyncio.to_thread(purge, old)}

        return await memo("sweep", make)

    async def _warm(self, _: Json, memo: Memo) -> Json:
        """Keeps the model in memory between reviews; a model that is not there is no failure here."""

        async def make() -> Json:
            try:
                model = self.models.current()
                if model is not None:
                    await model.warm()
            except ModelError as error:
                log.info("not_warm", why=str(error))
            return {}

        return await memo("warm", make)

    async def _chore(self, name: str, workflow_id: str) -> None:
        await self.engine.enqueue(CHORES, name, workflow_id, {})

    async def _thread(self, question: Question) -> list[tuple[str, str]]:
        answer = await self.client.conversations_replies(channel=question.channel_id, ts=question.thread_ts, limit=50)
        messages: list[Json] = answer.get("messages", [])
        said = [message for message in messages if message["ts"] < question.message_ts]
        return [("bot" if m.get("bot_id") else "person", scrub(m.get("text", ""))) for m in said[1:]]

    async def _slack_well(self) -> str | None:
        answer = await self.client.auth_test()
        return None if answer.get("ok") else f"Slack says {answer.get('error')}"

    async def _model_well(self) -> str | None:
        try:
            await self.models.connect()
        except ModelError as error:
            return str(error)
        return None


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises SettingsError for a missing token."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    async with Bot(settings).running():
        await stop.wait()
        log.info("stopping")


class _Server(uvicorn.Server):
    """Signals stop the whole bot, not only this server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Http:
    """A uvicorn server inside our event loop; `address` is where it listens."""

    def __init__(self, server: uvicorn.Server, task: asyncio.Task[None]) -> None:
        self._server, self._task = server, task
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        self.address = f"http://{host}:{port}"

    async def close(self) -> None:
        self._server.should_exit = True
        await self._task


async def _serve_http(app: Starlette, host: str, port: int) -> _Http:
    server = _Server(uvicorn.Config(app, host=host, port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            raise SettingsError(f"Nothing can listen at {host}:{port}. Set TESTING_POSTMORTEM_PORT to a free port.")
        await asyncio.sleep(0.02)
    return _Http(server, task)


def _needed(secret: object, name: str) -> str:
    if secret is None:
        raise SettingsError(f"{name} is not set. Set it in the environment or the configuration file; see README.md.")
    return str(secret.get_secret_value())  # type: ignore[attr-defined]


def _count(trigger: str, state: str) -> None:
    metrics.requests.labels(trigger=trigger, state=state).inc()
