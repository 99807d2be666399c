"""From the download to the run: a tiny model of each family, fetched, built, fine-tuned, asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.tlcore.fetching import hub_server, tiny_hub
from tests.tlcore.fetching.hub_server import Hub
from tests.tlcore.fetching.tiny_fetched import KINDS, fetch
from tlcore.catalog import hub, hub_files, stored
from tlcore.data import sets
from tlcore.fetching import hub_fetch
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.networks.backbones import build
from tlcore.networks.language import hub_models
from tlcore.networks.text import hub_text, text_blocks, tokens
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.transfer import fine_tune, pooling
from tlcore.training.transfer import plan as plan_module

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture(scope="module")
def server(unhurried: None) -> Iterator[Hub]:
    with hub_server.serving() as running:
        yield running


@pytest.fixture
def fetched(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Fetches a tiny model of a kind as its row; returns the row's name."""
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    return partial(fetch, server, monkeypatch)


def asked(name: str, **more: Any) -> FineTuneSpec:
    given = {"read": 3, "keep": 3, "freeze": 3, "train_size": 20, "epochs": 1, "batch": 10}
    return FineTuneSpec(backbone=name, data="reviews", **{**given, "seed": 1, **more})


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_what_is_built_is_the_model_that_was_fetched(fetched: Any, kind: str) -> None:
    """Pooled over a real text with its own tokenizer, against transformers' class."""
    name = fetched(kind)
    backbone = build(name)
    assert backbone.weights_sha256 == hub_files.weights(name)
    rows = tokens.read(name, ["The bank on the corner lends money.", "", "We sat."])
    ids = tokens.padded(rows, backbone.input)
    found = text_blocks.part(backbone.blocks.eval()(ids))[0]
    model = tiny_hub.whole(kind)
    mask = (ids != backbone.input.pad).long()
    body = model.encoder if kind == "t5" else model.base_model
    theirs = body(ids, attention_mask=mask).last_hidden_state
    assert (found - theirs)[mask > 0].abs().max() < 2e-5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("learns", ["head", "all", "lora", "adapters", "scratch"])
def test_every_family_is_fine_tuned_in_every_way(fetched: Any, kind: str, learns: str) -> None:
    name = fetched(kind)
    plan = {
        "head": {},
        "all": {"freeze": 0},
        "lora": {"freeze": 1, "learns": "lora"},
        "adapters": {"freeze": 1, "learns": "adapters"},
        "scratch": {"keep": 0, "freeze": 0},
    }[learns]
    told = list(fine_tune.rows_of(asked(name, **plan), Compute()))
    assert told[-1]["kind"] == "result"
    assert told[-1]["status"] == "finished"
    losses = [row["loss"] for row in told if row["kind"] == "step"]
    assert all(loss == loss for loss in losses)  # a number


def test_a_cached_run_says_what_an_uncached_one_does(fetched: Any, tmp_path: Path) -> None:
    """Of GPT-2 the last word is stored in place of the whole text."""
    name = fetched("gpt2")
    one, two = (
        list(fine_tune.rows_of(asked(name), Compute(), cache=cache))[-1]["test_loss"]
        for cache in (None, tmp_path / "cache")
    )
    assert one == pytest.approx(two, abs=1e-6)


@torch.no_grad()
def test_a_head_on_gpt2_reads_the_last_word_and_on_bert_the_mean(fetched: Any) -> None:
    for kind, kept in (("gpt2", True), ("bert", False)):
        backbone = build(fetched(kind))
        ids = torch.tensor([[9, 8, 7, 6, 5]])
        head = plan_module.new_head(backbone.channels[-1], 2)
        pooling.fit(head, backbone.input)
        x = backbone.blocks.eval()(ids)
        pooled = head.pool(x)[0, 0, :-1]
        assert torch.allclose(pooled, x[0, -1, :-1]) == kept
        assert torch.equal(head.pool(head.pool(x)), head.pool(x))


def test_weights_by_their_old_names_are_read(fetched: Any) -> None:
    name = fetched("bert", old_names=True)
    given, _ = hub_text.tensors(name)
    assert any(key.endswith("gamma") for key in given)
    norm = build(name).blocks[0].norm.weight
    assert torch.equal(norm, tiny_hub.whole("bert").bert.embeddings.LayerNorm.weight)
    whole = hub_models.whole(name)
    assert torch.equal(whole.bert.embeddings.LayerNorm.weight, norm)


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_the_whole_model_is_transformers_own_with_these_weights(fetched: Any, kind: str) -> None:
    name = fetched(kind)
    ours, theirs = hub_models.whole(name), tiny_hub.whole(kind)
    assert type(ours) is type(theirs)
    assert not ours.training
    known = theirs.state_dict()
    for key, weight in ours.state_dict().items():
        assert torch.equal(weight, known[key]), key
    ids = torch.randint(6, 4000, (2, 9))
    more = {"decoder_input_ids": ids} if kind == "t5" else {}
    for one, two in zip(ours(ids, **more)[:1], theirs(ids, **more)[:1], strict=True):
        assert torch.allclose(one, two, atol=1e-6)


@pytest.mark.parametrize("kind", ["gpt2", "t5"])
def test_what_writes_writes_as_transformers_does(fetched: Any, kind: str) -> None:
    model, made = hub_models.generator(fetched(kind))
    ids = torch.tensor([made.encode("The bank on the corner").ids])
    theirs = tiny_hub.whole(kind)
    told = [m.generate(ids, max_new_tokens=5, do_sample=False) for m in (model, theirs)]
    assert torch.equal(*told)
    with pytest.raises(UserError, match=r"fetch\.unknown"):
        hub_models.generator("bert_base")


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_weights_that_lack_a_part_are_set_aside(fetched: Any, server: Hub, kind: str) -> None:
    """The hub's own hash says that they are whole; they are no model of this kind all the same."""
    import safetensors.torch

    name = fetched(kind)
    given = safetensors.torch.load(server.files[hub.WEIGHTS])
    given.pop(next(key for key in given if "attn.c_proj.weight" in key or "key.weight" in key))
    stored.remove(name)
    server.files = {**server.files, hub.WEIGHTS: safetensors.torch.save(given)}
    for ask in (build, hub_models.whole):
        hub_fetch.fetch(name)
        with pytest.raises(UserError, match=r"weights\.set_aside"):
            ask(name)
        assert not stored.present(name)


@pytest.mark.parametrize("which", [hub.WEIGHTS, hub.TOKENIZER])
def test_files_that_are_no_such_files_are_told(fetched: Any, server: Hub, which: str) -> None:
    name = fetched("bert")
    stored.remove(name)
    server.files = {**server.files, which: b"neither numbers nor words"}
    hub_fetch.fetch(name)
    with pytest.raises(UserError, match=r"weights\.set_aside"):
        build(name) if which == hub.WEIGHTS else tokens.read(name, ["a"])


def test_before_the_download_a_run_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    for ask in (
        lambda: build("bert_base"),
        lambda: tokens.read("bert_base", ["a"]),
        lambda: sets.load("reviews", 20, 0, backbone="bert_base"),
        lambda: hub_models.generator("gpt2"),
    ):
        with pytest.raises(UserError, match=r"hub\.absent"):
            ask()


def test_no_code_of_a_repository_is_imported(fetched: Any) -> None:
    """Its modeling.py lies beside the files, as a careless copy would have it."""
    name = fetched("bert")
    where = hub_files.folder(name)
    (where / "modeling.py").write_bytes(b"raise RuntimeError('run')")
    code = (
        "import sys; from tests.tlcore.fetching.tiny_hub import TINY\n"
        "from tlcore.catalog import hub_config\n"
        "from tlcore.networks.text import hub_text, text_models\n"
        "from tlcore.networks.backbones import build\n"
        f"hub_config.SHAPES['{name}'] = TINY['bert'].shape\n"
        f"made = hub_text.HubText('{name}', 'bert', TINY['bert'].shape)\n"
        f"text_models.MODELS['{name}'] = made\n"
        f"build('{name}'); made.tokenizer()\n"
        "from tlcore.networks.language import hub_models\n"
        f"hub_models.whole('{name}')\n"
        "assert 'modeling' not in sys.modules"
    )
    shutil.rmtree(where / "__pycache__", ignore_errors=True)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
    assert not (where / "__pycache__").exists()
