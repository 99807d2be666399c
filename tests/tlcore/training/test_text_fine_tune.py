"""Texts through the same engine as pictures: same rows, same plans, nothing of padding in them."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from tests import needs
from tests.tlcore import toy_text
from tests.tlcore.experiments.export.test_worker import done
from tests.tlcore.toy_text import PLANS, SHORT, minilm, rows_of
from tlcore.catalog import labelled
from tlcore.data.texts import text_sets
from tlcore.experiments.fine_tune import work
from tlcore.experiments.text import presets as text_presets
from tlcore.experiments.text.run import probes
from tlcore.ground import difference
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.networks import backbones
from tlcore.networks.text.text_blocks import mean_over_words
from tlcore.runs import spec
from tlcore.runs.store.store import Store
from tlcore.training import what_learned
from tlcore.training.engine import (
    Checkpoint,
    batches,
    cache,
    digest,
    learned,
    profile,
    texts,
    train,
)
from tlcore.training.engine.plain import train_plain
from tlcore.training.transfer import plan as plans

pytestmark = pytest.mark.usefixtures("unhurried")

RECIPES = {
    "plain": {},
    "solved, dropout": {"head_start": "solved", "dropout": 0.3},
    "bias not corrected, decay": {"bias_correction": "off", "schedule": "decay"},
    "gradual, towards the start": {"unfreeze": "gradual", "decay_to": "start", "layer_decay": 0.7},
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("how", RECIPES)
def test_it_ends_where_the_plain_loop_ends(name, how):
    """Not to the bit, as with pictures: the plain loop pads every text to the longest of all."""
    plan, recipe = PLANS[name], RECIPES[how] | {"dropout": 0.0}
    still = toy_text.backbone(dropout=0)  # noise is drawn in another shape where padding differs
    data = toy_text.texts()
    running = train(still, data, plan, Recipe(**SHORT | recipe))
    rows = [next(running)]
    state = running.gi_frame.f_locals["state"]
    rows += list(running)
    assert rows[-1]["status"] == "finished"
    blocks, head = train_plain(still, data, plan, Recipe(**SHORT | recipe))
    for ours, plain in ((state.blocks, blocks), (state.head, head)):
        for key, value in plain.state_dict().items():
            if key.endswith("key.bias"):
                continue  # its gradient is zero but for rounding, and AdamW makes a step of that
            torch.testing.assert_close(
                ours.state_dict()[key], value, rtol=2e-2, atol=2e-3, msg=lambda m, k=key: f"{k} {m}"
            )


@pytest.mark.parametrize("name", PLANS)
def test_the_same_run_gives_the_same_bits_with_and_without_a_cache_on_disk(name, tmp_path):
    found = [rows_of(PLANS[name], folder)[0][-1] for folder in (None, tmp_path, tmp_path)]
    assert len({row["weights_sha256"] for row in found}) == 1
    frozen = found[0]["frozen_sha256"]
    assert frozen["before"] == frozen["after"]


def test_a_run_learns_what_its_texts_say():
    rows, _ = rows_of(PLANS["full"], epochs=25, lr=3e-3)
    steps = [row for row in rows if row["kind"] == "step"]
    assert set(steps[0]["grad_norm"]) == {"embeddings", "layer1", "layer2", "layer3", "head"}
    assert steps[-1]["loss"] < 0.2 < steps[0]["loss"]
    assert rows[-1]["test_accuracy"] > 0.5  # chance is a third


def test_a_paused_run_goes_on_to_the_same_bits(tmp_path):
    plan, recipe = PLANS["adapters"], Recipe(**SHORT)
    whole = list(train(toy_text.backbone(), toy_text.texts(), plan, recipe))
    checkpoint = Checkpoint(tmp_path / "state.safetensors")
    running = train(toy_text.backbone(), toy_text.texts(), plan, recipe, checkpoint=checkpoint)
    for count, row in enumerate(running, start=1):
        if row["kind"] == "step" and row["step"] == 4:
            checkpoint.save(count)
            running.close()
    again = Checkpoint(tmp_path / "state.safetensors")
    rest = list(train(toy_text.backbone(), toy_text.texts(), plan, recipe, checkpoint=again))
    assert rest[-1]["weights_sha256"] == whole[-1]["weights_sha256"]
    assert len(rest) == len(whole) - count


def test_padding_changes_no_answer():
    """The same texts, padded to the longest of the batch or far beyond it."""
    plan = PLANS["probe"]
    blocks, head = plans.assemble(toy_text.backbone(), plan, 3, seed=0)
    model = nn.Sequential(blocks, head).eval()
    ids = toy_text.texts().test.images[:8]
    short = texts.shortened(ids, toy_text.INPUT)
    assert short.shape[1] < ids.shape[1]
    with torch.no_grad():
        torch.testing.assert_close(model(ids), model(short), rtol=1e-5, atol=1e-6)
        flowing = blocks(ids)
        assert texts.shortened(flowing, toy_text.INPUT).shape[1] == short.shape[1]
        pool = head.get_submodule("pool")
        once = pool(flowing)
        assert torch.equal(pool(once), once)  # what is stored of a frozen text is this
        assert torch.equal(head.get_submodule("flatten")(once), mean_over_words(flowing))
    empty = torch.zeros(2, 5, dtype=torch.int64)
    assert texts.shortened(empty, toy_text.INPUT).shape == (2, 1)


def test_batches_of_texts_are_alike_in_length_and_every_text_is_seen_once():
    dealt = batches.deal_by_length(500, 32, seed=1, epoch=2)
    assert sorted(torch.cat(dealt).tolist()) == list(range(500))
    assert sorted(map(len, dealt)) == sorted(batches.sizes(500, 32))
    other = batches.deal_by_length(500, 32, seed=1, epoch=3)
    assert not all(torch.equal(a, b) for a, b in zip(dealt, other, strict=True))
    alike = sum(float(picks.float().std()) for picks in dealt) / len(dealt)
    mixed = sum(float(p.float().std()) for p in batches.deal(500, 32, 1, 2)) / len(dealt)
    assert alike < mixed / 3


def test_frozen_layers_run_once_and_only_over_words(monkeypatch):
    """The cache is built in chunks that are as wide as their longest text."""
    seen = []
    real = cache.Prefix.deepen

    def deepen(self, features, depth):
        seen.append(tuple(features.shape))
        return real(self, features, depth)

    monkeypatch.setattr(cache.Prefix, "deepen", deepen)
    rows, _ = rows_of(PLANS["last layer"], epochs=6)
    assert rows[0]["cached_blocks"] == 3
    passed = [shape for shape in seen if len(shape) == 2 and shape[0] > 2]
    assert sum(shape[0] for shape in passed) == 45 + 20 + 30  # each text once in six epochs
    assert min(shape[1] for shape in passed) < toy_text.LONGEST


def test_a_machine_is_measured_with_words_in_one_memory_format():
    rows = profile.measure(toy_text.backbone(), "cpu")
    assert {row["memory_format"] for row in rows} == {"contiguous"}
    assert rows[0]["precision"] == "fp32"
    assert all(row["forward_ms"] > 0 for row in rows)


@pytest.mark.parametrize("name", ["last layer", "full", "LoRA", "adapters"])
def test_reduced_precision_keeps_the_mask_whole(name):
    """Features, loss and rows are those of fp32 to what bf16 can hold."""
    compute = Compute(precision="bf16")
    recipe = Recipe(**SHORT)
    rows = list(train(toy_text.backbone(), toy_text.texts(), PLANS[name], recipe, compute))
    plain = list(train(toy_text.backbone(), toy_text.texts(), PLANS[name], recipe))
    assert rows[-1]["status"] == "finished"
    first = [next(r["loss"] for r in told if r["kind"] == "step") for told in (rows, plain)]
    assert first[0] == pytest.approx(first[1], rel=0.1)


# The sets


@needs.minilm
def test_long_texts_are_cut_and_counted():
    from tlcore.data.texts import texts as read

    long = labelled.Labelled(("word " * 400, "short", ""), (0, 1, 0))
    split, cut = read.split(long, "minilm")
    assert cut == 1
    assert split.images.shape == (3, 128)
    assert [len(t) for t in split.texts] == [0, 5, 2000]  # the short ones first
    assert split.labels.tolist() == [0, 1, 0]


@needs.minilm
def test_the_estimate_counts_what_the_engine_counts():
    from tlcore.training import estimate

    built = backbones.build("minilm", pretrained=False)
    for learns in ("blocks", "biases", "lora", "adapters"):
        plan = TransferPlan(7, 7, 1, learns)
        blocks, head = plans.assemble(built, plan, 2, seed=0)
        counts = plans.apply(blocks, head, plan)
        learning, total = (sum(part) for part in zip(*counts.values(), strict=True))
        asked = spec.parse(minilm(freeze=1, learns=learns))
        assert isinstance(asked, spec.FineTuneSpec)
        told = estimate.parameters(asked)
        assert told[0] == learning
        assert math.isclose(told[1], total, abs_tol=0)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """(store, a run of the real encoder), through the worker."""
    store = Store(tmp_path_factory.mktemp("texts") / "store.db")
    yield store, done(store, **minilm(data="topics", train_size=20, epochs=2, batch=8))
    store.close()


@needs.minilm
def test_a_result_holds_its_texts_in_the_order_of_its_answers(trained):
    _, run = trained
    result, test = run.result, text_sets.read("topics").test
    assert "sprite" not in result
    assert sorted(result["texts"]) == sorted(text[: work.SHOWN] for text in test.texts)
    truth = dict(zip((t[: work.SHOWN] for t in test.texts), test.labels, strict=True))
    assert [truth[text] for text in result["texts"]] == result["truth"]
    assert result["test_accuracy"] > 0.35  # guessing gives a fifth


@needs.minilm
def test_a_run_of_which_biases_alone_learn_is_recorded_exported_and_built_again(trained):
    """Offered as the page does; 384 channels, six layers, a bias in each of their eight places."""
    store, other = trained
    asked = text_presets.spec("biases", size=20, epochs=1)
    run = done(store, **asked.model_dump(mode="json"))
    each = 384 + 6 * (7 * 384 + 1536)  # of the embeddings' norm, of the layers
    assert run.result["learning_parameters"] == each + 2 * 384 + 2
    assert asked.plan == TransferPlan(7, 7, 0, "biases")
    lora = text_presets.spec("lora", size=20, epochs=1)
    hashes = {run.hash, other.hash, spec.resolve(lora, Compute(), "a machine").hash}
    assert len(hashes) == 3
    for language, told in (("en", "Biases + head"), ("ko", "편향 + 헤드")):
        assert what_learned.told(asked.plan, 7, language) == told
    for what in ("csv", "tensorboard"):
        assert done(store, kind="export", run=run.id, what=what).result["bytes"] > 100
    again = learned.load(
        backbones.build("minilm"), asked.plan, 2, store.folder(run.id) / learned.FILE
    )
    made = digest.of_texts([digest.of_module(part) for part in again])
    assert made == run.result["weights_sha256"]


@needs.minilm
def test_what_is_made_of_pictures_is_refused_in_one_sentence(trained):
    store, run = trained
    assert done(store, kind="export", run=run.id, what="csv").result["bytes"] > 100
    for asked in (
        {"kind": "export", "run": run.id, "what": "report"},
        {"kind": "export", "run": run.id, "what": "weights"},
        {"kind": "explain", "run": run.id, "picture": 0},
    ):
        with pytest.raises(AssertionError, match="text.no_picture"):
            done(store, **asked)


@needs.minilm
def test_layers_are_read_once_and_told_with_what_validation_would_choose(trained, monkeypatch):
    store, _ = trained
    asked = {"kind": "text_layers", "data": "topics", "train_size": 30, "draws": 2}
    result = done(store, **asked).result
    assert [curve["labels"] for curve in result["curves"]] == [20, 30]
    assert result["layers"][0] == "embeddings"
    for curve in result["curves"]:
        assert len(curve["layers"]) == 7
        for point in curve["layers"]:
            assert 0 <= point["accuracy"] <= 1
            assert (point["half"] is None) == (curve["draws"] == 1)
    *others, last = result["curves"][-1]["layers"]
    assert last["accuracy"] > result["chance"]
    for point in others:  # the same test texts, so in pairs
        mean, low, high = point["over_last"]
        assert low < mean < high
        assert mean == pytest.approx(point["accuracy"] - last["accuracy"], abs=2e-4)
        apart = difference.of_shares(point["accuracy"], last["accuracy"], result["asked"])
        assert high - low < apart.high - apart.low
    assert all("over_last" not in point for point in result["curves"][0]["layers"])

    def unread(*_):
        raise RuntimeError("a text was read again")

    monkeypatch.setattr(probes, "features", unread)
    rows = probes.rows(spec.parse(asked | {"draws": 3}), store.path.parent, store.path.parent)
    assert list(rows)[-1]["curves"][-1] == result["curves"][-1]


def test_a_layer_is_the_mean_over_words_whatever_stands_beside_it():
    backbone = toy_text.backbone()
    backbone.blocks.eval()
    ids = toy_text.texts().test.images
    together, alone = probes.features(backbone, ids), probes.features(backbone, ids[:2])
    assert together.shape == (1 + toy_text.LAYERS, len(ids), toy_text.WIDTH)
    torch.testing.assert_close(together[:, :2], alone, rtol=1e-4, atol=1e-5)
    with torch.no_grad():
        whole = backbone.blocks(ids)
    torch.testing.assert_close(together[-1], mean_over_words(whole), rtol=1e-4, atol=1e-5)
