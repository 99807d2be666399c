"""Asking the Hugging Face Hub: what it states of a model, where its files lie, how they are opened.

One answer of the hub's API names the commit that a branch stands for now and states, for each file
of it, the size and a hash: the sha256 of what Git LFS keeps (the weights), and of the small files
git's own id, the sha1 of "blob <size>", a zero byte and the content.

Session, addresses and the record of a model are huggingface_hub's: mirrors, offline mode, proxies
and redirects are its business; no token and nothing about this machine is sent.  Its own downloads
are not used.  Seen with 2.4.0 on a server that fails (a file of 30 MB): `hf_hub_download` takes a
file with a wrong byte, keeps nothing of a download that was stopped, gives up a connection that
breaks every 70 kB with nothing done, tells how far it is every 10 MB (14 s at 0.7 MB/s), is still
at it 45 s after a server fell silent, and wrote 454 MB of a body without an end in 4 s; of such an
answer `HfApi.model_info` held 567 MB in memory by then.  So what is opened here is watched, carried
and checked by tlcore.fetching.http_file.  No torch here.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from tlcore.catalog.hub import FILES, HASHES, USUAL, WEIGHTS, By, Repo
from tlcore.fetching.http_open import Opened, Refused
from tlcore.ground.errors import UserError

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

SMALL = 32 * 2**20  # bytes that a file which git keeps may have, and the answer of the API


@dataclass(frozen=True)
class Stated:
    """What the hub says of a file.  `by` is the kind of hash that `digest` is."""

    size: int
    digest: str
    by: By

    @property
    def algorithm(self) -> str:
        return HASHES[self.by][0]

    @property
    def before(self) -> bytes:
        """What is hashed before the content."""
        return b"blob %d\0" % self.size if self.by == "git sha1" else b""


@dataclass(frozen=True)
class Listing:
    commit: str
    files: Mapping[str, Stated]


def endpoint() -> str:
    """Address of the hub, or of a mirror that HF_ENDPOINT names, as huggingface_hub reads it."""
    return (os.environ.get("HF_ENDPOINT") or USUAL).rstrip("/")


def api(repo: Repo) -> str:
    """Of the answer that tells commit and hashes: what `HfApi.model_info` asks with its files."""
    named = quote(repo.revision, safe="")  # refs/pr/1 is one part of the address
    return f"{endpoint()}/api/models/{repo.id}/revision/{named}?blobs=true"


def address(repo: Repo, commit: str, file: str) -> str:
    # Here and below: half a second, and only who fetches needs it.
    from huggingface_hub import hf_hub_url

    return hf_hub_url(repo.id, file, revision=commit, endpoint=endpoint())


def connect(repo: Repo) -> None:
    """Load the library and make its session, before anybody counts the seconds of silence.

    Raises UserError("hub.offline", repo) where HF_HUB_OFFLINE forbids to ask.
    """
    from huggingface_hub import get_session, is_offline_mode

    if is_offline_mode():
        raise UserError("hub.offline", repo=repo.id)
    get_session()


@contextlib.contextmanager
def opened(url: str, headers: dict[str, str], seconds: float) -> Iterator[Opened]:
    """By the session of huggingface_hub.  `seconds`: of silence."""
    import httpx2
    from huggingface_hub import get_session

    try:
        with get_session().stream("GET", url, headers=headers, timeout=seconds) as answer:
            if answer.is_error:
                raise Refused(answer.status_code)
            told = answer.headers.get("Content-Length")
            length = None if told is None else int(told)
            yield Opened(answer.status_code, answer.headers, length, answer.iter_raw())
    except httpx2.HTTPError as error:
        raise ConnectionError(str(error)) from error


def read(answer: bytes, repo: Repo) -> Listing:
    """The API's answer.  Files that are not asked for are passed over.

    Raises UserError: hub.no_answer (repo) for what is no such answer, hub.no_safetensors (repo,
    revision), hub.no_file (repo, file), hub.no_hash (repo, file).
    """
    from huggingface_hub import ModelInfo

    try:
        info = ModelInfo(**json.loads(answer))  # type: ignore[no-untyped-call]
        commit, siblings = info.sha or "", {one.rfilename: one for one in info.siblings or ()}
        known = bool(re.fullmatch(r"[0-9a-f]{40}", commit))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        known = False
    if not known:
        raise UserError("hub.no_answer", repo=repo.id)
    if WEIGHTS not in siblings:
        raise UserError("hub.no_safetensors", repo=repo.id, revision=repo.revision)
    return Listing(commit, {file: _stated(siblings.get(file), file, repo) for file in FILES})


def _stated(told: RepoSibling | None, file: str, repo: Repo) -> Stated:
    if told is None:
        raise UserError("hub.no_file", repo=repo.id, file=file)
    by: By = "lfs sha256" if told.lfs or file == WEIGHTS else "git sha1"
    given = told.blob_id if by == "git sha1" else told.lfs and told.lfs.sha256
    most = None if by == "lfs sha256" else SMALL
    sound = isinstance(told.size, int) and 0 < told.size <= (most or told.size)
    if not sound or not isinstance(given, str) or not re.fullmatch(HASHES[by][1], given):
        raise UserError("hub.no_hash", repo=repo.id, file=file)
    assert told.size is not None
    return Stated(told.size, given, by)
