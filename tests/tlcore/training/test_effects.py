"""What a setting is worth: words by hand, and pairs on a toy network."""

import typing

import pytest

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.experiments.learning_rate.run import pairs as pairs_run
from tlcore.experiments.learning_rate.spec import PairsSpec
from tlcore.ground.recipe import Recipe
from tlcore.networks import backbones
from tlcore.training import effects


@pytest.mark.parametrize(
    ("with_it", "word"),
    [
        ([0.6, 0.61, 0.62], "helps"),
        ([0.4, 0.41, 0.42], "hurts"),
        ([0.6, 0.5, 0.45], "open"),
        ([0.501, 0.51, 0.519], "none"),
    ],
)
def test_no_effect_is_one_thing_and_too_few_pairs_another(with_it, word):
    assert effects.of([0.5, 0.51, 0.52], with_it, 1_000).word == word


def test_every_effect_changes_the_usual_recipe_and_can_be_asked_for():
    allowed = typing.get_args(PairsSpec.model_fields["effect"].annotation)
    assert set(allowed) == set(effects.EFFECTS)
    for changed in effects.EFFECTS.values():
        assert Recipe(**changed) != Recipe()


def test_a_pair_is_the_same_run_with_and_without(monkeypatch, tmp_path):
    """A setting that changes nothing makes no difference, to the bit."""
    monkeypatch.setattr(backbones, "build", lambda name: toy.backbone())
    monkeypatch.setattr(
        sets, "load", lambda name, size, seed, knobs: toy.images(train=size, seed=seed)
    )
    monkeypatch.setitem(effects.EFFECTS, "dropout", {"layer_decay": 1.0})
    asked = PairsSpec(train_size=30, effect="dropout", seeds=2, epochs=2)
    *before, result = pairs_run.rows(asked, tmp_path, tmp_path)
    assert result["accuracy"]["without"] == result["accuracy"]["with"]
    assert result["source"]["without"] == result["source"]["with"]
    assert len(result["accuracy"]["with"]) == 2
    assert sum(row["kind"] == "point" for row in before) == 2
    monkeypatch.setitem(effects.EFFECTS, "layer_decay", {"lr": 0.3})
    other = PairsSpec(train_size=30, effect="layer_decay", seeds=2, epochs=2)
    *_, changed = pairs_run.rows(other, tmp_path, tmp_path)
    assert changed["accuracy"]["without"] == result["accuracy"]["without"]
    assert changed["source"]["with"] != changed["source"]["without"]
