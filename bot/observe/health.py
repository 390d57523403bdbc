"""The operator's HTTP routes: /healthz (the process lives), /readyz (its parts answer), /metrics (Prometheus)."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str | None]]  # None when fine, else what is wrong and what to do


def routes(checks: dict[str, Check]) -> list[Route]:
    """Routes over `checks`: part -> check. Readiness is 503 when any part is not well, with the reason."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        found = {part: await check() for part, check in checks.items()}
        well = not any(found.values())
        return JSONResponse({part: why or "ok" for part, why in found.items()}, status_code=200 if well else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
