"""Downloads: the weights of a backbone or a data set, in a run of their own.  No torch here.

`rows` tells how far it is; the page, the dispatcher and the command line ask it the same way.
The work itself runs in a thread, so that the one who asks can stop between two rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.catalog import hub, packaged, stored
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.fetching import http_file, hub_fetch
from tlcore.fetching.http_wanted import Wanted
from tlcore.fetching.progress import Progress
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir

Row = dict[str, Any]
TELL_S = 0.3  # seconds between two rows while something moves
STILL_S = 1.0  # and while nothing does


def rows(spec: FetchSpec, _data_dir: Path, _folder: Path) -> Iterator[Row]:
    """{"kind": "progress", "stage", "file", "done", "of", "t"} a few times a second, then the
    result with "bytes" on the disk.

    Closing it stops the download; what has come is kept, and the next call goes on from there.
    Raises UserError: fetch.unknown, weights.not_installed (what pip brings), and what
    `http_file.fetch` and `hub_fetch.fetch` raise.
    """
    if stored.is_backbone(spec.name) != (spec.what == "backbone"):
        of = (*catalog.backbones(), *hub.REPOS) if spec.what == "backbone" else catalog.datasets()
        raise UserError("fetch.unknown", given=spec.name, known=", ".join(of))
    began = time.monotonic()
    already = stored.present(spec.name)
    if not already and spec.name in packaged.PACKAGES:
        raise packaged.absent(spec.name)
    if not already:
        yield from _watched(_work_of(spec.name), began)
    yield {
        "kind": "result",
        "status": "finished",
        "what": spec.what,
        "name": spec.name,
        "already": already,
        "bytes": stored.bytes_on_disk(spec.name),
    }


def _work_of(name: str) -> Callable[[Progress], None]:
    if not stored.is_backbone(name):
        from tlcore.data.known import torchvision_fetch  # torch and torchvision

        return lambda progress: torchvision_fetch.fetch(name, progress.tell)
    if name in hub.REPOS:
        return lambda progress: hub_fetch.fetch(
            name, lambda file, done, of: progress.tell("download", file, done, of)
        )
    return lambda progress: _weights(name, progress)


def _weights(name: str, progress: Progress) -> None:
    row = catalog.backbone(name)
    assert row.url is not None
    path = stored.place(name)
    prefix = path.stem.rsplit("-", 1)[-1]  # resnet18-f37072fd.pth: begins the file's sha256
    told = round((row.megabytes or 0) * 2**20) or None

    def tell(done: int, of: int | None) -> None:
        progress.tell("download", path.name, done, of or told)

    http_file.fetch(Wanted(row.url, path, prefix), tell)


def _watched(work: Callable[[Progress], None], began: float) -> Iterator[Row]:
    progress, failed = Progress(), list[BaseException]()

    def run() -> None:
        try:
            work(progress)
        except BaseException as error:  # raised again below, where it is asked for
            failed.append(error)

    thread = threading.Thread(target=run, name="download", daemon=True)
    thread.start()
    try:
        seen, told = (progress.stage, progress.file, -1), 0.0
        while thread.is_alive():
            thread.join(0.05)
            now, since = (progress.stage, progress.file, progress.done), time.monotonic() - told
            if (now != seen and since >= TELL_S) or since >= STILL_S:
                seen, told = now, time.monotonic()
                yield _row(progress, began)
    finally:
        progress.stop.set()
        thread.join(5)
    if failed:
        raise _told(failed[0])
    yield _row(progress, began)


def _row(progress: Progress, began: float) -> Row:
    return {
        "kind": "progress",
        "stage": progress.stage,
        "file": progress.file,
        "done": progress.done,
        "of": progress.of,
        "t": round(time.monotonic() - began, 2),
    }


def _told(error: BaseException) -> BaseException:
    """A disk that refuses while archives are unpacked is told in a sentence, too."""
    if isinstance(error, OSError):
        return disk_trouble(error, data_dir()) or error
    return error
