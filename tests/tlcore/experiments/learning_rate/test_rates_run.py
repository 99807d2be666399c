"""The strips' run on a toy network and toy pictures: rows as they come, and the same scores as the
engine's own runs."""

import json

import pytest

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.experiments.learning_rate.run import rates as rates_run
from tlcore.experiments.learning_rate.spec import RatesSpec
from tlcore.ground.recipe import Recipe, everything, head_only
from tlcore.networks import backbones
from tlcore.training.engine.memory import Memory
from tlcore.training.engine.train import train
from tlcore.training.transfer import source_memory

ASKED = RatesSpec(
    train_size=30, head_rates=4, head_seeds=3, head_epochs=4, all_rates=3, all_seeds=2, all_epochs=2
)


@pytest.fixture
def toys(monkeypatch):
    monkeypatch.setattr(backbones, "build", lambda name: toy.backbone())
    monkeypatch.setattr(
        sets, "load", lambda name, size, seed, knobs: toy.images(train=size, seed=seed)
    )


@pytest.fixture
def told(toys, tmp_path):
    return list(rates_run.rows(ASKED, tmp_path, tmp_path))


def test_points_come_as_they_are_measured_and_the_result_has_them_all(told):
    *before, result = told
    assert (result["kind"], result["status"]) == ("result", "finished")
    points = [row for row in before if row["kind"] == "point"]
    assert [row["strip"] for row in points] == ["head"] * 4 + ["all"] * 6
    assert [len(row["accuracy"]) for row in points] == [3] * 4 + [1] * 3 + [2] * 3
    for name, rates, seeds in (("head", 4, 3), ("all", 3, 2)):
        strip = result["strips"][name]
        assert len(strip["rates"]) == len(strip["accuracy"]) == rates
        assert {len(found) for found in strip["accuracy"]} == {seeds}
        last = [row for row in points if row["strip"] == name][-rates:]
        assert [row["accuracy"] for row in last] == strip["accuracy"]
    assert len(result["solved"]) == 3
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_progress_goes_up_to_the_whole_in_every_part(told):
    seen = {}
    for row in told:
        if row["kind"] == "progress":
            share = row["done"] / row["of"]
            assert seen.get(row["part"], 0) <= share <= 1
            seen[row["part"]] = share
    assert seen == {"data": 1, "features": 1, "head": 1, "all": 1}


def test_the_strips_are_the_engines_own_scores(told):
    strips = told[-1]["strips"]
    for name, plan, epochs in (("head", head_only(4), 4), ("all", everything(4), 2)):
        rate = strips[name]["rates"][-1]
        rates = {"head_lr": rate} if name == "head" else {"lr": rate}
        recipe = Recipe(epochs=epochs, batch=rates_run.BATCH, **rates)
        *_, result = train(toy.backbone(), toy.images(train=30, seed=0), plan, recipe)
        assert strips[name]["accuracy"][-1][0] == pytest.approx(result["test_accuracy"], abs=1e-4)


def test_each_rate_tells_what_the_old_head_and_one_solved_anew_name(toys, tmp_path, monkeypatch):
    source = toy.images(train=60, test=60, seed=9)
    memory = Memory(toy.backbone(), 4, source.train, source.test)
    monkeypatch.setattr(source_memory, "of", lambda backbone, name: memory)
    *_, result = rates_run.rows(ASKED, tmp_path, tmp_path)
    strip = result["strips"]["all"]
    for name in ("source", "source_solved"):
        assert [len(found) for found in strip[name]] == [2] * 3
    assert strip["source"] != strip["source_solved"]
    recipe = Recipe(epochs=2, batch=rates_run.BATCH, lr=strip["rates"][-1])
    pictures = toy.images(train=30, seed=0)
    *_, last, _ = train(toy.backbone(), pictures, everything(4), recipe, memory=memory)
    assert strip["source_solved"][-1][0] == pytest.approx(last["source_solved"], abs=1e-4)
    untaught = [memory.untaught(toy.backbone(), seed) for seed in (0, 1)]
    assert result["source_untaught"] == pytest.approx(sum(untaught) / 2, abs=1e-4)
    assert len(result["solved"]) == 3  # of the head's strip: on the target


def test_no_more_heads_at_once_than_fit():
    parts = list(rates_run._together([1, 2, 3, 4, 5], rates_run.TOGETHER // 2))
    assert parts == [[1, 2], [3, 4], [5]]
    assert list(rates_run._together([1, 2], rates_run.TOGETHER * 3)) == [[1], [2]]
