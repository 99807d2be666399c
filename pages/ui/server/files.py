"""`/api/runs/<id>/files/<name>`: what was exported of a run, to be saved; a survey's pictures."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from pages.ui.runs import runs

RUN = re.compile(r"[0-9a-f]{32}")
KINDS = {  # what may be asked for, and how it is told to the browser
    "rows.csv": "text/csv; charset=utf-8",
    "model.zip": "application/zip",
    "train_again.zip": "application/zip",
    "report-en.html": "text/html; charset=utf-8",
    "report-ko.html": "text/html; charset=utf-8",
    "tensorboard.zip": "application/zip",
}

PICTURES = {  # made by our own worker
    *("gallery.png", "seen.png", "pairs.png"),  # of a survey
    *("shown.png", "input.png", "choices.png", "map.png"),  # of a look, and of what changed
    *("activations-before.png", "activations-after.png"),
    *("patches-before.png", "patches-after.png"),
    *("groups.png", "hand.png", "turned.png"),  # of the kinds of learning
}
HOUR = "private, max-age=3600"  # a run that has ended does not change


async def file(request: Request) -> Response:
    """An export as an attachment: saved, never opened inside this app.  A picture to be shown."""
    run_id, name = request.path_params["id"], request.path_params["name"]
    if not RUN.fullmatch(run_id):
        return _none()
    if name in PICTURES:
        return await _picture(run_id, name)
    if name not in KINDS:
        return _none()
    path = runs.store().folder(run_id) / "export" / name
    if not await asyncio.to_thread(path.is_file):
        return _none()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    saved_as = f"transfer-lab-{run_id[:8]}-{name}"
    return FileResponse(path, media_type=KINDS[name], headers=headers, filename=saved_as)


async def _picture(run_id: str, name: str) -> Response:
    path = runs.store().folder(run_id) / name
    if not await asyncio.to_thread(path.is_file):
        return _none()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": HOUR}
    return FileResponse(path, media_type="image/png", headers=headers)


def _none() -> JSONResponse:
    return JSONResponse({"error": "file.unknown"}, status_code=404)
