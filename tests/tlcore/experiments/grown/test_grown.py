"""A backbone that a reader pre-trains: rows, weights, what is made of them, and their end."""

from __future__ import annotations

import json

import pytest
import torch

from tests.tlcore.experiments.export.test_worker import done
from tlcore import catalog
from tlcore.catalog import nursery, source_task, whole_files
from tlcore.data import sets
from tlcore.ground import recipe
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.runs import spec
from tlcore.runs.store.store import Store
from tlcore.training.engine import digest
from tlcore.training.transfer import source_memory

SMALL = {"kind": "pretrain", "train_size": 64, "epochs": 1}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TL_DATA_DIR", str(folder))
        store = Store(folder / "store.db")
        yield store
        store.close()


@pytest.fixture(scope="module")
def grown(store):
    return done(store, **SMALL)


@pytest.fixture(scope="module")
def tuned(store, grown):
    numbers = {"read": 5, "keep": 5, "freeze": 3}
    backbone = nursery.name(grown.id)
    return done(store, backbone=backbone, data="digits", train_size=20, epochs=2, **numbers)


def asked(**values):
    return spec.parse({"backbone": "grown", "data": "digits", "train_size": 20, **values})


def test_its_rows_are_those_of_every_training_and_the_charts_can_draw_them(store, grown):
    kinds = [row["kind"] for row in store.rows(grown.id)[0]]
    assert kinds == ["progress", "start", "epoch", "step", "epoch", "result"]
    assert grown.result["total_parameters"] == sum(
        block.parameters for block in catalog.grown().blocks
    ) + (64 * 10 + 10)


def test_what_it_learned_lies_in_its_folder_and_is_named_by_it(store, grown):
    row = catalog.backbone(nursery.name(grown.id))
    assert (
        row.fingerprint
        == grown.result["sha256"]
        == whole_files.sha256_of(store.folder(grown.id) / nursery.WEIGHTS)
    )
    assert row.pretrained_on == "font_digits"
    assert row.top1 == round(100 * grown.result["test_accuracy"], 2)
    assert not (store.folder(grown.id) / "learned.safetensors").exists()


def test_the_blocks_are_those_that_learned_and_not_those_it_began_with(grown):
    kept = backbones.build(nursery.name(grown.id))
    begun = backbones.build("grown", pretrained=False)
    assert digest.of_module(kept.blocks) != digest.of_module(begun.blocks)
    block = dict(kept.blocks.named_children())["block2"]
    assert int(block.bn1.num_batches_tracked) == 1  # 64 pictures in one batch


def test_from_scratch_it_is_the_same_network_by_either_name(grown):
    made = [
        backbones.build(name, pretrained=False, seed=3)
        for name in ("grown", nursery.name(grown.id))
    ]
    assert digest.of_module(made[0].blocks) == digest.of_module(made[1].blocks)


def test_a_fine_tune_keeps_its_frozen_blocks(store, grown, tuned):
    start = store.rows(tuned.id)[0][0]
    assert start["weights_sha256"] == grown.result["sha256"]
    assert tuned.result["frozen_sha256"]["before"] == tuned.result["frozen_sha256"]["after"]


def test_its_source_is_drawn_again_and_asked_after_each_epoch(store, grown):
    backbone = nursery.name(grown.id)
    assert source_task.obstacle(backbone, 5, recipe.everything(5)) is None
    plan = {"read": 5, "keep": 5, "freeze": 0}
    forgets = done(
        store,
        **{"backbone": backbone, "data": "digits", "train_size": 20, "epochs": 2, "lr": 0.1},
        **{**plan, "forgetting": True},
    )
    asked = [r["source_accuracy"] for r in store.rows(forgets.id)[0] if r["kind"] == "epoch"]
    before = source_memory.of(built := backbones.build(backbone), backbone)
    assert len(asked) == 3
    assert asked[0] == before.of(built.blocks)
    assert asked[-1] != asked[0]  # one step of pre-training: hardly more than guessing is known
    known, held = sets.held_out("font_digits")
    assert torch.equal(before.asked.images, held.images[:300])
    assert not torch.equal(known.images[:300], held.images[:300])


@pytest.mark.parametrize("what", ["weights", "train_again", "report"])
def test_a_fine_tune_of_it_can_be_taken_home(store, tuned, what):
    made = done(store, kind="export", run=tuned.id, what=what)
    assert made.result["bytes"] > 1_000


def test_the_same_settings_are_found_recorded_while_the_weights_are_there(store, grown):
    resolved = spec.resolve(spec.parse(SMALL), Compute(), "a machine")
    assert store.submit(resolved, "bob").run_id == grown.id
    file = store.folder(grown.id) / nursery.WEIGHTS
    content = file.read_bytes()
    file.unlink()
    try:
        again = store.submit(resolved, "bob")
        assert again.how == "queued"
        store.leave(again.run_id, "bob")
    finally:
        file.write_bytes(content)


def test_weights_that_are_gone_are_one_sentence_and_the_facts_stay(store, tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    name = nursery.name("0" * 32)
    assert catalog.backbone(name).fingerprint == nursery.GONE
    assert catalog.backbone(name).blocks == catalog.grown().blocks
    with pytest.raises(UserError, match=r"backbone\.gone"):
        backbones.build(name)
    assert backbones.build(name, pretrained=False).weights_sha256 == "random"


def test_damaged_weights_are_not_used(store, tmp_path, grown, monkeypatch):
    folder = tmp_path / "runs" / grown.id
    folder.mkdir(parents=True)
    for file in (nursery.WEIGHTS, nursery.NOTE):
        (folder / file).write_bytes((store.folder(grown.id) / file).read_bytes())
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    backbones.build(nursery.name(grown.id))
    (folder / nursery.WEIGHTS).write_bytes(b"\0" * 100)
    with pytest.raises(UserError, match=r"backbone\.gone"):
        backbones.build(nursery.name(grown.id))
    (folder / nursery.NOTE).write_text("{", encoding="utf-8")
    assert catalog.backbone(nursery.name(grown.id)).fingerprint == nursery.GONE


@pytest.mark.parametrize("name", ["grown-", "grown-" + "A" * 32, "grown-../../etc", "grownup"])
def test_names_that_are_none_are_unknown(name):
    with pytest.raises(UserError, match=r"spec\.invalid"):
        asked(backbone=name)


def test_a_plan_for_it_has_five_blocks():
    assert asked(read=5, keep=0, freeze=0).backbone == "grown"
    with pytest.raises(UserError, match=r"spec\.invalid") as told:
        asked(read=6, keep=0, freeze=0)
    assert told.value.values["problems"][0][0] == "plan.out_of_order"


def test_a_pre_training_is_one_that_can_be_waited_for():
    with pytest.raises(UserError) as told:
        spec.parse({"kind": "pretrain", "train_size": 20_000, "epochs": 13})
    most = {"given": 260_000, "most": 240_000}
    assert told.value.values["problems"] == [("pretrain.too_long", most)]
    assert spec.parse({"kind": "pretrain", "train_size": 20_000, "epochs": 12})


def test_its_note_holds_what_was_asked_for(store, grown):
    note = json.loads((store.folder(grown.id) / nursery.NOTE).read_text(encoding="utf-8"))
    assert {name: note[name] for name in ("data", "train_size", "epochs", "seed")} == {
        "data": "font_digits", "train_size": 64, "epochs": 1, "seed": 0
    }  # fmt: skip
    assert torch.get_num_threads() == 1
