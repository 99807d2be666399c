"""The ASGI side of the app: JSON of a run, the chart library, a cookie, start and end.

Everything here runs in the web process, so nothing here may load torch.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import importlib.util
import pkgutil
import sys
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import pages
from pages.ui.frame import bundle, navigation
from pages.ui.runs import runs
from pages.ui.server import (
    connections,
    files,
    log_repeats,
    pictures_route,
    sessions,
    streamlit_private,
    visitors,
)
from pages.ui.server.address import network_address
from pages.ui.server.addresses import DeepAddresses
from pages.ui.server.edge import Edge
from pages.ui.server.poll import Polls
from pages.ui.server.timing import ServerTiming
from pages.ui.server.upload_quota import UploadQuota
from tlcore.catalog import own
from tlcore.ground.errors import UserError
from tlcore.words import i18n

_PLOTLY = importlib.util.find_spec("plotly")  # found, not imported: only its script is wanted
assert _PLOTLY is not None
assert _PLOTLY.origin is not None
PLOTLY_FILE = Path(_PLOTLY.origin).parent / "package_data" / "plotly.min.js"
streamlit_private.take_pages_for_modules()
sessions.make_room_for_sockets()
connections.guard()
streamlit_private.keep_sessions(sessions.kept())
streamlit_private.watch_no_files_after_a_drop()
POLLS = Polls(lambda *asked: runs.poll(*asked))  # looked up anew: tests put another in its place
QUIET = 1.0  # seconds after the start that belong to the first visitor alone
PIECE = 2**16  # bytes
INLINE = 2**15  # bytes that are compressed in less time than a thread takes to be woken
OPENING = 5.0  # seconds that the end waits for a beginning


@cache
def _plotly_gzip() -> bytes:
    """4.8 MB of script become 1.4 MB, once a start."""
    return gzip.compress(PLOTLY_FILE.read_bytes(), 6)


async def plotly_js(request: Request) -> Response:
    """Plotly.js, compressed; the version is in the address, so a browser keeps it for a year."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(PLOTLY_FILE, media_type="text/javascript", headers=headers)
    body = await asyncio.to_thread(_plotly_gzip)
    headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(body))}
    return StreamingResponse(_pieces(body), media_type="text/javascript", headers=headers)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    """One after the other is read: whoever reads slowly, or not at all, holds one of them."""
    for at in range(0, len(body), PIECE):
        yield body[at : at + PIECE]


async def run_json(request: Request) -> Response:
    """What a chart polls: status and the rows after a cursor."""
    try:
        after = max(0, int(request.query_params.get("after", 0)))
    except ValueError:
        after = 0
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    try:
        found = await POLLS.answer(request.path_params["id"], after, gzipped)
    except UserError as error:
        return JSONResponse({"error": error.key}, status_code=503)
    if found is None:
        return JSONResponse({"error": "run.unknown"}, status_code=404)
    headers, body = {"Cache-Control": "no-store"}, found.body
    if gzipped and not found.compressed:  # Streamlit would do it at level 9, three times as long
        quick = len(body) < INLINE
        body = gzip.compress(body, 1) if quick else await asyncio.to_thread(gzip.compress, body, 1)
    if gzipped:
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, media_type="application/json", headers=headers)


class UserCookie:
    """Gives each browser a signed random id in an HttpOnly cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = "" if scope["type"] != "http" else Request(scope).cookies.get(visitors.COOKIE, "")
        if scope["type"] != "http" or visitors.who(given):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                name = await asyncio.to_thread(_name, given, Request(scope))
                value = f"{visitors.COOKIE}={visitors.signed(name)}"
                cookie = f"{value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
                headers = [*message.get("headers", []), (b"set-cookie", cookie.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _name(given: str, request: Request) -> str:
    """A new id; or the one that a version before this gave without a signature, where the store
    knows it: nothing is written any more in a name that was not signed."""
    with contextlib.suppress(UserError):
        if visitors.ID.fullmatch(given) and (runs.store().knows(given) or own.of(given)):
            return given
    peer = request.client.host if request.client else None
    return visitors.fresh(visitors.address(peer, request.headers))


def _is_page(message: Message) -> bool:
    return any(k == b"content-type" and v.startswith(b"text/html") for k, v in message["headers"])


@contextlib.asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Start: dispatcher, profile, compressed chart library.  End: leave no process behind."""
    port = st.get_option("server.port")
    lines = [f"Transfer Lab: http://localhost:{port}"]
    if address := network_address():
        lines.append(f"On this network: http://{address}:{port}")
    sys.stdout.write("\n  " + "\n  ".join(lines) + "\n\n")
    sys.stdout.flush()
    log_repeats.count()
    opening = asyncio.create_task(_open())
    rest = asyncio.create_task(_get_ready())
    gc.collect()
    gc.freeze()  # what is loaded now stays; the collector need not walk it again
    yield {}
    rest.cancel()
    await asyncio.wait({opening}, timeout=OPENING)  # or it would start what is ended next
    await asyncio.to_thread(runs.close)


async def _open() -> None:
    try:
        await asyncio.to_thread(runs.open_)
    except UserError as error:  # the pages tell the reader; the server stays up to say so
        sys.stderr.write(f"  {i18n.tell(error, 'en')}\n")


async def _get_ready() -> None:
    await asyncio.to_thread(_plotly_gzip)
    await asyncio.sleep(QUIET)
    await asyncio.to_thread(_import_what_pages_use)


def _import_what_pages_use() -> None:
    """Or the first visitor of a page would wait for it, and all others with them: pandas alone
    takes half a second, which Streamlit's sliders ask for."""
    scripts = set(map(navigation.module, navigation.PAGES))
    for found in pkgutil.walk_packages(pages.__path__, "pages."):
        if found.name not in scripts:
            importlib.import_module(found.name)
    importlib.import_module("pandas")


ROUTES = [
    Route(f"{bundle.root()}/api/runs/{{id}}", run_json),
    Route(f"{bundle.root()}/api/runs/{{id}}/files/{{name}}", files.file),
    Route(f"{bundle.root()}/api/pictures/{{set}}", pictures_route.bring, methods=["POST"]),
    Route(f"{bundle.root()}/api/pictures/{{set}}/{{file}}", pictures_route.look),
    Route(f"{bundle.root()}/vendor/plotly.min.js", plotly_js),
]
LAYERS = (ServerTiming, Edge, UserCookie, DeepAddresses, UploadQuota)  # the outermost first
MIDDLEWARE = [Middleware(layer) for layer in LAYERS]
