"""Fetching a model of the hub: what it states first, then each file, then the record of it all.

No torch here: it runs in a lane for downloads.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock

from tlcore.catalog import hub, hub_config, stored, whole_files
from tlcore.catalog.hub import RECORD, REPOS, Repo
from tlcore.fetching import http_answer, http_file, hub_client
from tlcore.fetching.http_wanted import Wanted
from tlcore.fetching.hub_client import Listing, Stated
from tlcore.ground.errors import UserError

Tell = Callable[[str, int, int | None], None]  # file, bytes that are there, bytes of all files


def fetch(name: str, tell: Tell = lambda file, done, of: None) -> None:
    """All files of one commit, each checked against what the hub states, then the record.

    What is there with the right hash is not fetched again; what has come in part goes on, where
    the hub still has the same file.
    Raises UserError: what `http_file.fetch`, `hub_client.connect` and `hub_client.read`
    raise, and hub.other_model (repo, what).
    """
    repo, where = REPOS[name], stored.place(name)
    where.mkdir(parents=True, exist_ok=True)
    with _turn(where, tell):
        if stored.present(name):  # another caller's doing
            return
        hub_client.connect(repo)
        listing = _ask(repo, where / listing_of(name), tell)
        total, before = sum(stated.size for stated in listing.files.values()), 0
        for file, stated in listing.files.items():

            def told(done: int, _of: int | None, file: str = file, before: int = before) -> None:
                tell(file, before + done, total)

            _fetch(repo, listing, file, where / file, told)
            if file == hub.CONFIG:
                _check_config(name, where / file)
            before += stated.size
            tell(file, before, total)
        record = _record(repo, listing, where)
        half = where / f"{RECORD}.half"
        half.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        half.replace(where / RECORD)


@contextlib.contextmanager
def _turn(where: Path, tell: Tell) -> Iterator[None]:
    """One download of a model at a time; who waits can be stopped all the same."""
    lock = whole_files.lock(where)
    while True:
        try:
            lock.acquire(timeout=0.3)
            break
        except filelock.Timeout:
            tell(listing_of(where.name), 0, None)
    try:
        yield
    finally:
        lock.release()


def listing_of(name: str) -> str:
    """The file that keeps the answer of the API: a sentence may have to name it."""
    return f"files-of-{name}.json"


def _ask(repo: Repo, path: Path, tell: Tell) -> Listing:
    wanted = Wanted(hub_client.api(repo), path, "", most=hub_client.SMALL, open=hub_client.opened)
    for old in (path, wanted.partial):  # of an earlier day: the branch may have moved on
        old.unlink(missing_ok=True)
    http_file.fetch(wanted, lambda done, of: tell(path.name, done, of))
    return hub_client.read(path.read_bytes(), repo)


def _fetch(repo: Repo, listing: Listing, file: str, path: Path, tell: http_answer.Tell) -> None:
    stated = listing.files[file]
    if path.exists() and not _is(path, stated):
        whole_files.set_aside(path)
    url = hub_client.address(repo, listing.commit, file)
    http_file.fetch(
        Wanted(
            url,
            path,
            stated.digest,
            stated.algorithm,
            stated.before,
            stated.size,
            hub_client.opened,
        ),
        tell,
    )


def _is(path: Path, stated: Stated) -> bool:
    return path.stat().st_size == stated.size and http_file.digest_of(
        path, stated.algorithm, stated.before
    ) == stated.digest  # fmt: skip


def _check_config(name: str, path: Path) -> None:
    try:
        hub_config.check(name, path.read_bytes())
    except UserError:
        whole_files.set_aside(path)
        raise


def _record(repo: Repo, listing: Listing, where: Path) -> dict[str, Any]:
    files = {
        file: {
            "sha256": whole_files.sha256_of(where / file),
            "size": stated.size,
            "stated": stated.digest,
            "stated_by": stated.by,
        }
        for file, stated in listing.files.items()
    }
    return {
        "repo": repo.id,
        "commit": listing.commit,
        "from": hub_client.endpoint(),
        "files": files,
    }
