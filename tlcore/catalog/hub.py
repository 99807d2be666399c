"""Which models of the Hugging Face Hub the app knows: repository, branch, and the files it reads.

Only the files named here are ever asked for: safetensors and JSON, no pickle and no code.  No hash
is written down here: what the hub states is checked against what comes, and kept
(tlcore.fetching.hub_client, tlcore.fetching.hub_fetch).  No torch here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

USUAL = "https://huggingface.co"
WEIGHTS, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.json"
FILES = (CONFIG, TOKENIZER, WEIGHTS)  # the small ones first: they may refuse the rest
RECORD = "record.json"  # beside them: what was fetched
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


def page(repo: Repo) -> str:
    """Where a person reads about the model."""
    return f"{USUAL}/{repo.id}"
