"""The outside world put together: routes, headers, and the postman that runs beside them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox import bank, couriers, faults, messages, pages, past
from sandbox.delivery import Postman
from sandbox.journal import Journal
from sandbox.web import STATIC, Told, World, english, told

_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
_FILES = {"style.css": "text/css", "countdown.js": "text/javascript", "icon.svg": "image/svg+xml"}


async def home(request: Request) -> Response:
    """Where a person finds the parts of the outside world."""
    return HTMLResponse(pages.home(english=english(request)))


async def healthy(request: Request) -> JSONResponse:  # noqa: ARG001 - a route's shape
    """Whether the process answers."""
    return JSONResponse({"status": "ok"})


async def static(request: Request) -> Response:
    """One of the three files of the pages."""
    name = request.path_params["name"]
    if name not in _FILES:
        return Response(status_code=404)
    return FileResponse(STATIC / name, media_type=_FILES[name], headers={"Cache-Control": "max-age=3600"})


ROUTES = [
    Route("/", home),
    Route("/healthz", healthy),
    Route("/static/{name}", static),
    Route("/pay/{token}", bank.page),
    Route("/pay/{token}/pay", bank.pay, methods=["POST"]),
    Route("/pay/{token}/fail", bank.fail, methods=["POST"]),
    Route("/bank/attempts/{no}", bank.ask),
    Route("/bank/attempts/{no}/close", bank.close, methods=["POST"]),
    Route("/bank/refunds", bank.refund, methods=["POST"]),
    Route("/bank/refunds/{no}", bank.ask_refund),
    Route("/bank/bills", bank.bills),
    Route("/courier/{carrier}/waybills", couriers.book, methods=["POST"]),
    Route("/courier/{carrier}/waybills/{waybill}", couriers.ask),
    Route("/courier/{carrier}/waybills/{waybill}/cancel", couriers.cancel, methods=["POST"]),
    Route("/parcels", couriers.parcels),
    Route("/parcels/{waybill}/{event}", couriers.move, methods=["POST"]),
    Route("/messages", messages.inbox, methods=["GET"]),
    Route("/messages", messages.send, methods=["POST"]),
    Route("/past", past.remember, methods=["POST"]),
    Route("/faults", faults.list_faults, methods=["GET"]),
    Route("/faults", faults.set_fault, methods=["POST"]),
]


async def _refuse(request: Request, error: Exception) -> Response:
    """A refusal: a page for people, JSON for programs."""
    answer = await told(request, error)
    if "text/html" in request.headers.get("accept", "") and isinstance(error, Told):
        return HTMLResponse(pages.refused(error.code, english=english(request)), error.status)
    return answer


async def _headers(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
    """Put the headers on that keep a page to itself."""
    answer = await go(request)
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def build(data: Path, secret: str, shop_url: str) -> Starlette:
    """The application over the journal in `data`."""
    world = World(Journal(data), secret, shop_url)

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        postman = Postman(world)
        work = asyncio.create_task(postman.work())
        yield
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        await postman.stop()
        world.journal.close()

    guards = [Middleware(BaseHTTPMiddleware, dispatch=_headers)]
    app = Starlette(routes=ROUTES, lifespan=life, exception_handlers={Told: _refuse}, middleware=guards)
    app.state.world = world
    return app
