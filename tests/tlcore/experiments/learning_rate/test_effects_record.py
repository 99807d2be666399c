"""Recording what regularisers are worth: pairs, resuming, and what the record says."""

import json
import math

import pytest
from scipy import stats

from tlcore import catalog
from tlcore.experiments.learning_rate import command as effects_command
from tlcore.experiments.learning_rate import record as effects_record
from tlcore.experiments.learning_rate.command import BACKBONE, DATA, LENGTHS, Size
from tlcore.experiments.learning_rate.presets import pairs
from tlcore.experiments.learning_rate.record import FILE, WITHOUT, Found, Record, Step
from tlcore.ground.recipe import Recipe
from tlcore.training.effects import EFFECTS

pytestmark = pytest.mark.usefixtures("unhurried")

SHIPPED = [FILE] if FILE.exists() else []
SIZE = Size(train=20)


def test_each_setting_is_trained_beside_the_usual_recipe_on_the_same_draw():
    told = list(effects_command.steps(["digits"], [10, 40], 2))
    assert len(told) == len(set(told)) == 2 * 2 * (1 + len(EFFECTS))
    assert [step.seed for step in told] == sorted(step.seed for step in told)
    usual = Recipe(10, 16, seed=1)
    assert effects_command.recipe(Step("digits", 10, WITHOUT, 1), SIZE) == usual
    for name, changed in EFFECTS.items():
        found = effects_command.recipe(Step("digits", 10, name, 1), SIZE)
        assert found == Recipe(10, 16, seed=1, **changed) != usual


def test_the_short_recording_is_the_training_of_a_live_pair():
    live = pairs("dropout")
    assert (LENGTHS[0], Size().train) == (live.epochs, live.train_size)


@pytest.fixture
def trained(monkeypatch):
    """Steps that were trained; a score that the seed and the setting decide."""
    told = []

    def train(backbone, step, size, memory):
        told.append(step)
        worth = 0.0 if step.effect == WITHOUT else 0.02 * list(EFFECTS).index(step.effect)
        return 0.8 + 0.01 * step.seed + worth, 0.9 - worth

    monkeypatch.setattr(effects_command, "train", train)
    return told


def test_a_recording_that_was_cut_off_goes_on_where_it_was(trained, tmp_path):
    file = tmp_path / "effects.json"
    first = effects_command.measure(file, SIZE, ["digits"], [2], 2)
    for _ in range(5):
        next(first)
    first.close()
    assert len(json.loads(file.read_text())["runs"]) == 5
    list(effects_command.measure(file, SIZE, ["digits"], [2], 2))
    assert len(trained) == len(set(trained)) == 2 * (1 + len(EFFECTS))
    assert list(effects_command.measure(file, SIZE, ["digits"], [2], 2)) == []
    record = effects_record.record(file)
    assert record.lengths("digits") == [2]
    assert record.lengths("garments") == []
    found = record.target("digits", 2)
    # Both seeds agree: what is left is that a score is known to one picture.
    half = stats.t.ppf(0.975, 1) / math.sqrt(2) / catalog.dataset("digits").test
    for place, name in enumerate(EFFECTS):
        assert (found[name].mean, found[name].half) == pytest.approx((0.02 * place, half), abs=1e-6)
        assert record.source("digits", 2)[name].mean == pytest.approx(-0.02 * place)
    assert record.usual("digits", 2) == pytest.approx((0.805, 0.9))


def test_one_real_training_tells_both_tasks(tmp_path):
    step = Step("digits", 1, "dropout", 3)
    from tlcore.networks import backbones
    from tlcore.training.transfer import source_memory

    backbone = backbones.build(BACKBONE)
    memory = source_memory.of(backbone, BACKBONE)
    target, source = effects_command.train(backbone, step, SIZE, memory)
    assert 0 < target < 1
    assert 0.5 < source <= 1  # of few pictures
    assert effects_command.train(backbone, step, SIZE, memory) == (target, source)


def test_a_file_that_was_recorded_otherwise_is_not_gone_on_with(trained, tmp_path, capsys):
    file = tmp_path / "effects.json"
    list(effects_command.measure(file, SIZE, ["digits"], [2], 1))
    with pytest.raises(SystemExit):
        effects_command.main(["--file", str(file)])
    assert "recorded in another way" in capsys.readouterr().err


def test_pairs_are_of_one_seed_and_one_pair_says_nothing():
    def of(seeds):
        names = (WITHOUT, *EFFECTS)
        return {
            Step("digits", 10, name, seed): Found(0.1 * seed + (0.05 if i else 0), None)
            for seed in seeds
            for i, name in enumerate(names)
        }

    record = Record({}, of(range(3)))
    assert {e.word for e in record.target("digits", 10).values()} == {"helps"}
    assert record.source("digits", 10) == {}
    assert record.usual("digits", 10).source is None
    assert Record({}, of([0])).lengths("digits") == []
    missing = {step: found for step, found in of(range(3)).items() if step.effect != "dropout"}
    assert Record({}, missing).lengths("digits") == []


@pytest.mark.parametrize("file", SHIPPED)
def test_what_is_shipped_is_of_the_shipped_weights_and_of_these_settings(file):
    found = json.loads(file.read_text())["conditions"]
    assert found["backbone"] == catalog.backbone(BACKBONE).fingerprint
    assert found["data"] == {name: catalog.dataset(name).fingerprint for name in DATA}
    assert found["effects"] == EFFECTS
    record = effects_record.record(file)
    for name in DATA:
        assert LENGTHS[0] in record.lengths(name)
        for epochs in record.lengths(name):
            for effects in (record.target(name, epochs), record.source(name, epochs)):
                assert set(effects) == set(EFFECTS)
                assert all(effect.seeds >= 5 for effect in effects.values())
