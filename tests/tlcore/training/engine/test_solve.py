"""A solved head: the same answer as scikit-learn's, and where a fine-tune begins with it."""

import json

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from tests.tlcore import toy
from tlcore.ground.recipe import Recipe, everything, from_block, head_only
from tlcore.runs.reading import readings
from tlcore.training.engine import digest, solve
from tlcore.training.engine.plain import train_plain
from tlcore.training.engine.train import train


def cloud(count, channels, classes, apart=1.0):
    """Features of `classes` classes around centres of their own, on scales of their own."""
    draw = np.random.default_rng(0)
    labels = draw.integers(0, classes, count)
    centres = draw.normal(size=(classes, channels)) * apart
    scales = 10.0 ** draw.uniform(-0.5, 0.5, channels)
    features = (centres[labels] + draw.normal(size=(count, channels))) * scales + scales
    return torch.tensor(features, dtype=torch.float32), torch.tensor(labels)


@pytest.mark.parametrize("apart", [0.3, 5.0])  # classes that overlap, and that can be separated
@pytest.mark.parametrize(("count", "channels"), [(300, 16), (40, 256)])
# Of two classes scikit-learn keeps one row of weights, whose penalty is twice ours at the same C.
@pytest.mark.parametrize(("classes", "strength"), [(5, solve.PENALTY), (2, 2 * solve.PENALTY)])
def test_it_finds_what_scikit_learn_finds(count, channels, apart, classes, strength):
    x, labels = cloud(count, channels, classes, apart)
    weight, bias = solve.solve(x, labels, classes)
    z = x.double().numpy()
    mean, spread = z.mean(0), z.std(0)
    trusted = LogisticRegression(C=strength, max_iter=5_000, tol=1e-9)
    trusted.fit((z - mean) / spread, labels.numpy())
    expected = trusted.predict_proba((z - mean) / spread)  # whatever number all scores may share
    found = (x.double() @ weight.T + bias).softmax(1)
    assert torch.allclose(found, torch.tensor(expected), atol=2e-4)


def test_a_feature_that_never_changes_and_a_class_without_pictures_are_no_trouble():
    x, labels = cloud(60, 8, 3)
    x[:, 2] = 7.0
    weight, bias = solve.solve(x, labels, 4)
    assert torch.isfinite(weight).all()
    assert torch.isfinite(bias).all()
    right = (x.double() @ weight.T + bias).argmax(1) == labels
    assert right.float().mean() > 0.8


@pytest.mark.parametrize("plan", [head_only(4), from_block(4, 4), everything(4)])
def test_a_fine_tune_that_starts_solved_knows_the_classes_before_its_first_step(plan):
    begun = {
        start: next(
            row["val_loss"]
            for row in train(
                toy.backbone(), toy.images(), plan, Recipe(epochs=1, batch=8, head_start=start)
            )
            if row["kind"] == "epoch"
        )
        for start in ("random", "solved")
    }
    assert begun["solved"] < begun["random"]


@pytest.mark.parametrize("augment", ["none", "shift_flip"])
@pytest.mark.parametrize("plan", [head_only(4), from_block(3, 4), everything(4)])
def test_a_probe_takes_no_step_and_is_judged(plan, augment):
    """The blocks stay, the head is the solution, and the rows are a whole run's."""
    recipe = Recipe(epochs=0, batch=8, augment=augment, views=2, head_start="solved")
    rows = list(train(toy.backbone(), toy.images(90), plan, recipe))
    assert [row["kind"] for row in rows] == ["start", "epoch", "result"]
    result = rows[-1]
    assert (result["status"], result["steps"], result["images_per_second"]) == ("finished", 0, None)
    assert result["test_accuracy"] > 0.6  # of three classes
    assert (rows[0]["epochs"], rows[0]["steps"], rows[1]["train_loss"]) == (0, 0, None)
    json.dumps(rows, allow_nan=False)
    assert readings(rows) == []
    blocks, head = train_plain(toy.backbone(), toy.images(90), plan, recipe)
    plain = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    assert result["weights_sha256"] == plain
    assert digest.of_module(blocks) == digest.of_module(toy.backbone().blocks)


def test_without_a_step_a_random_head_guesses():
    rows = list(train(toy.backbone(), toy.images(test=300), head_only(4), Recipe(epochs=0)))
    assert rows[-1]["test_accuracy"] < 0.6


def test_solving_draws_nothing():
    x, labels = cloud(40, 8, 3)
    before = torch.get_rng_state()
    solve.solve(x, labels, 3)
    assert torch.equal(torch.get_rng_state(), before)
