"""Whatever door one comes in by, a plan that nobody typed fits its backbone: every block is there.

Counted on the built networks, not read off the catalogue: `run --backbone resnet50` once kept the
plan of eight blocks and dropped nine of seventeen without a word.
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import pytest
import torch

from tlcore import __main__ as cli
from tlcore import catalog, notebook
from tlcore.experiments.compare import presets as compare_presets
from tlcore.experiments.fetch import command as fetch_command
from tlcore.experiments.fine_tune import presets as lab
from tlcore.experiments.look import presets as what_layers_know
from tlcore.experiments.matrix import advisor
from tlcore.experiments.races import presets as why_transfer
from tlcore.experiments.text import presets as text_preset
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan
from tlcore.networks.backbone import Backbone
from tlcore.networks.backbones import build
from tlcore.runs import spec
from tlcore.training import strategies
from tlcore.training.transfer import fine_tune, plan

PICTURES, TEXTS = tuple(catalog.backbones()), tuple(catalog.texts())
EVERY = pytest.mark.parametrize("name", [*PICTURES, *TEXTS])


@cache
def built(name: str) -> Backbone:
    """Shapes alone: no weights are drawn, read or downloaded."""
    with torch.device("meta"):
        return build(name, pretrained=False)


def data(name: str) -> dict[str, Any]:
    """Of the kind that the backbone reads."""
    return {"data": "reviews", "train_size": 40} if name in TEXTS else {"data": "signs"}


def left(name: str, asked: TransferPlan) -> tuple[int, int]:
    """(blocks that the plan leaves, parameters that learn in them), in the network itself."""
    with torch.device("meta"):
        blocks, head = plan.assemble(built(name), asked, 4, seed=0)
    counts = plan.apply(blocks, head, asked)
    assert counts.pop("head")[0] > 0
    return len(blocks), sum(learning for learning, _ in counts.values())


def whole(name: str) -> tuple[int, int]:
    """All of them, and none learns: head only."""
    return len(built(name).blocks), 0


@EVERY
def test_a_link_or_a_cell_of_a_notebook_that_names_a_backbone_and_no_plan(name):
    assert left(name, spec.parse({"backbone": name, **data(name)}).plan) == whole(name)


@EVERY
def test_the_command_line(name, monkeypatch):
    asked = []
    monkeypatch.setattr(fetch_command, "needed", lambda *_: None)
    monkeypatch.setattr(fine_tune, "rows_of", lambda found, *_, **__: asked.append(found) or [])
    words = [f"--{key.replace('_', '-')}={value}" for key, value in data(name).items()]
    assert cli.main(["run", "--backbone", name, *words]) == 0
    assert left(name, asked[0].plan) == whole(name)


@EVERY
def test_a_notebook(name, monkeypatch):
    asked = []

    def rows_of(found, *_, **__):
        asked.append(found)
        return [{"kind": "result", "status": "finished"}]

    monkeypatch.setattr(fine_tune, "rows_of", rows_of)
    notebook.fine_tune(backbone=name, **data(name))
    assert left(name, asked[0].plan) == whole(name)


@EVERY
def test_half_a_plan_on_the_command_line_leaves_the_other_blocks(name):
    found = spec.parse(spec.with_plan({"backbone": name, "freeze": "0", **data(name)})).plan
    blocks, learning = left(name, found)
    assert blocks == len(built(name).blocks)
    assert learning == sum(p.numel() for p in built(name).blocks.parameters())


@EVERY
def test_a_link_carries_a_plan_whole_to_whichever_number_of_blocks(name):
    """Also where one of its numbers is the 8 that a link without it means, or the usual one."""
    n = len(built(name).blocks)
    for read in {1, min(8, n), n}:
        for keep in {0, min(8, read), read}:
            for freeze in {0, min(8, keep), keep}:
                numbers = {"read": read, "keep": keep, "freeze": freeze}
                sent = spec.FineTuneSpec(backbone=name, **data(name), **numbers)
                query = {key: str(value) for key, value in sent.unusual().items()}
                assert spec.parse(query) == sent, numbers


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", PICTURES)
def test_every_strategy_but_the_one_on_earlier_activations_uses_all_blocks(name):
    n = len(built(name).blocks)
    plain = spec.FineTuneSpec(backbone=name, **data(name))
    others = set(strategies.depths(n)[1:-1])  # of the depths the first and the last
    for strategy in (known for known in strategies.names(n) if known not in others):
        found = strategies.apply(strategy, plain).plan
        wanted = round(n * 3 / 4) if strategy == "earlier" else n
        assert left(name, found)[0] == wanted, strategy


@pytest.mark.parametrize("name", PICTURES)
def test_what_a_cell_of_the_matrix_advises(name):
    n = len(built(name).blocks)
    for cell in get_args(advisor.CellId):
        advice = advisor.advise(cell, 200, name)
        assert left(name, advice.plan)[0] == n, cell
        assert 0 < left(name, advice.other)[0] <= n, cell


@pytest.mark.parametrize("name", TEXTS)
def test_every_way_of_the_page_on_texts(name):
    n = len(built(name).blocks)
    for how in text_preset.ways(name):
        depth = text_preset.layers(name) if how == "features" else 1
        found = text_preset.spec(how, depth=depth, backbone=name).plan
        assert left(name, found)[0] == n, how


def test_the_presets_use_all_blocks_of_the_backbone_that_they_name():
    tried = set()
    for preset in (*lab.PRESETS, *why_transfer.PRESETS, *what_layers_know.PRESETS):
        for found in (*preset.specs, *preset.small):
            if isinstance(found, spec.FineTuneSpec) and found.backbone in PICTURES:
                blocks = len(built(found.backbone).blocks)
                assert left(found.backbone, found.plan)[0] == blocks, preset.id
                tried.add(preset.id.split(".")[0])
    assert {"fine_tune", "why_transfer", "what_layers_know"} <= tried


@pytest.mark.parametrize("name", PICTURES)
def test_the_experiments_of_compare_fit_a_backbone_or_are_refused_in_words(name):
    """Their depths are numbers of blocks: on another backbone some may be none."""
    n = len(built(name).blocks)
    for asked in compare_presets.CHOICES.values():
        known = {strategy: strategies.find(strategy, n) for strategy in asked.strategies}
        wanted = asked.model_dump() | {"backbone": name, "data": "signs"}
        if None not in known.values():
            assert spec.parse(wanted).strategies == asked.strategies
            continue
        with pytest.raises(UserError) as caught:
            spec.parse(wanted)
        refused = [values["given"] for _, values in caught.value.values["problems"]]
        assert refused == [strategy for strategy, found in known.items() if found is None]
