"""What the Hugging Face Hub says of a model: its commit, its files, and the hash of each.

One answer of the hub's API names the commit that a branch stands for now and states, for each file
of it, the size and a hash: the sha256 of what Git LFS keeps (the weights), and of the small files
git's own id, the sha1 of "blob <size>", a zero byte and the content.  No hash is written down
here: what the hub states is checked against what comes, and kept (tlcore.hub_fetch).

Only the files named here are ever asked for: safetensors and JSON, no pickle and no code.  No torch
here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from tlcore.errors import UserError

USUAL = "https://huggingface.co"
WEIGHTS, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.json"
FILES = (CONFIG, TOKENIZER, WEIGHTS)  # the small ones first: they may refuse the rest
RECORD = "record.json"  # beside them: what was fetched
SMALL = 32 * 2**20  # bytes that a file which git keeps may have, and the answer of the API
By = Literal["lfs sha256", "git sha1"]
HASHES: dict[By, tuple[str, str]] = {
    "lfs sha256": ("sha256", r"[0-9a-f]{64}"),
    "git sha1": ("sha1", r"[0-9a-f]{40}"),
}


@dataclass(frozen=True)
class Repo:
    """Where a model of the catalogue is published.  `kind`: what its config.json must call it.

    `revision`: the branch that has safetensors.  XLNet's main branch had none when its pages were
    last seen; the hub's own conversion is kept as refs/pr/1 beside it.
    """

    id: str
    kind: str
    revision: str = "main"


REPOS = {  # id of the backbone: the repository
    "bert_base": Repo("google-bert/bert-base-uncased", "bert"),
    "distilbert_base": Repo("distilbert/distilbert-base-uncased", "distilbert"),
    "gpt2": Repo("openai-community/gpt2", "gpt2"),
    "t5_small": Repo("google-t5/t5-small", "t5"),
    "xlnet_base": Repo("xlnet/xlnet-base-cased", "xlnet", "refs/pr/1"),
    "distilbert_multilingual": Repo("distilbert/distilbert-base-multilingual-cased", "distilbert"),
    "klue_bert_base": Repo("klue/bert-base", "bert"),
}


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


def page(repo: Repo) -> str:
    """Where a person reads about the model."""
    return f"{USUAL}/{repo.id}"


def api(repo: Repo) -> str:
    """Of the answer that tells commit and hashes."""
    named = quote(repo.revision, safe="")  # refs/pr/1 is one part of the address
    return f"{endpoint()}/api/models/{repo.id}/revision/{named}?blobs=true"


def address(repo: Repo, commit: str, file: str) -> str:
    return f"{endpoint()}/{repo.id}/resolve/{commit}/{file}"


def read(answer: bytes, repo: Repo) -> Listing:
    """The API's answer.  Files that are not asked for are passed over.

    Raises UserError: hub.no_answer (repo) for what is no such answer, hub.no_safetensors (repo,
    revision), hub.no_file (repo, file), hub.no_hash (repo, file).
    """
    try:
        told: Any = json.loads(answer)
        commit, siblings = told["sha"], {one["rfilename"]: one for one in told["siblings"]}
        known = bool(re.fullmatch(r"[0-9a-f]{40}", commit))
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        raise UserError("hub.no_answer", repo=repo.id)
    if WEIGHTS not in siblings:
        raise UserError("hub.no_safetensors", repo=repo.id, revision=repo.revision)
    return Listing(commit, {file: _stated(siblings, file, repo) for file in FILES})


def _stated(siblings: Mapping[str, Mapping[str, Any]], file: str, repo: Repo) -> Stated:
    if file not in siblings:
        raise UserError("hub.no_file", repo=repo.id, file=file)
    lfs, size = siblings[file].get("lfs"), siblings[file].get("size")
    by: By = "lfs sha256" if lfs or file == WEIGHTS else "git sha1"
    given = siblings[file].get("blobId")
    if by == "lfs sha256":
        given = lfs.get("sha256") if isinstance(lfs, dict) else None
    form = HASHES[by][1]
    sound = isinstance(size, int) and size > 0 and (by == "lfs sha256" or size <= SMALL)
    if not sound or not isinstance(given, str) or not re.fullmatch(form, given):
        raise UserError("hub.no_hash", repo=repo.id, file=file)
    assert isinstance(size, int)
    return Stated(size, given, by)
