"""The same labelled texts for every model, and steps by length.  Weights are random here."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from tlcore.catalog import objective_models
from tlcore.data.texts import reading
from tlcore.experiments.objectives import reading as objective_reading
from tlcore.experiments.objectives import spec as spec_objectives
from tlcore.experiments.objectives.run import steps, tasks
from tlcore.experiments.objectives.spec import ObjectiveStepsSpec, ObjectiveTasksSpec
from tlcore.ground.errors import UserError
from tlcore.networks.language import small
from tlcore.networks.text.text_blocks import mean_over_words
from tlcore.training.engine.solve import PENALTY

pytestmark = pytest.mark.usefixtures("unhurried")

SOME = ("masked", "bilstm", "skipgram")


@pytest.fixture(scope="module")
def models():
    return {name: small.build(name) for name in SOME}


@pytest.fixture
def there(models, monkeypatch):
    monkeypatch.setattr(small, "trained", lambda name: (models[name], "random"))
    monkeypatch.setattr(objective_models, "there", lambda folder=None: SOME)


def told(teller, spec):
    *rows, result = teller.rows(spec, None, None)
    assert [row["done"] for row in rows] == list(range(len(rows)))
    assert all(row["of"] == len(rows) for row in rows)
    return result


@pytest.fixture
def result(there):
    return told(tasks, ObjectiveTasksSpec(data="topics", labels=(20, 50, 300), draws=2, steps=3))


def test_each_model_has_a_point_for_each_number_of_labels(result):
    assert set(result["curves"]) == {*SOME, "untrained", "scratch"}
    for name, curve in result["curves"].items():
        wanted = [20, 300] if name == "scratch" else [20, 50, 300]
        assert [point["labels"] for point in curve] == wanted
        assert all(0 <= point["accuracy"] <= 1 and point["half"] > 0 for point in curve)
    assert [point["draws"] for point in result["curves"]["masked"]] == [2, 2, 1]
    assert (result["asked"], result["chance"], result["cut"]) == (100, 0.2, 0)
    assert len(result["classes"]) == 5


@pytest.mark.parametrize("data", spec_objectives.GENERATED)
def test_templates_give_two_thousand_labels_and_none_is_asked(data):
    known, test = spec_objectives.pool(data), spec_objectives.asked_texts(data)
    assert len(known) == 2_000
    assert sum(label == "positive" for _, label in known) == 1_000
    assert not {text for text, _ in known} & {text for text, _ in test}
    written = {text for text, _ in spec_objectives.asked_texts("reviews")}
    assert ({text for text, _ in test} == written) == (data == "template_to_written")
    asked = ObjectiveTasksSpec(models=("skipgram",), data=data, labels=(2_000,))
    assert asked.texts != ObjectiveTasksSpec(models=("skipgram",)).texts
    with pytest.raises(UserError):
        ObjectiveTasksSpec(models=("skipgram",), data=data, labels=(2_001,))


def test_a_head_is_the_one_that_logistic_regression_finds(models, result):
    """scikit-learn, on the same vectors, all 300 labels."""
    known = spec_objectives.pool("topics")
    test = spec_objectives.asked_texts("topics")
    ids = torch.from_numpy(reading.encode([t for t, _ in (*known, *test)]).ids)
    vectors = tasks.pooled(models["skipgram"].blocks, ids).double().numpy()
    train, ask = vectors[:300], vectors[300:]
    middle, spread = train.mean(0), train.std(0)
    judge = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-8)
    judge.fit((train - middle) / spread, [label for _, label in known])
    score = judge.score((ask - middle) / spread, [label for _, label in test])
    assert result["curves"]["skipgram"][-1]["accuracy"] == pytest.approx(score, abs=0.011)


def test_texts_of_one_length_together_give_what_one_text_alone_gives(models):
    ids = torch.from_numpy(
        reading.encode(["A short one.", "One that is rather longer, is it?"]).ids
    )
    together = tasks.pooled(models["masked"].blocks, ids)
    with torch.no_grad():
        alone = mean_over_words(models["masked"].blocks.eval()(ids[:1, : (ids[0] > 0).sum()]))
    assert torch.allclose(together[:1], alone, atol=1e-5)


def test_a_spread_holds_draws_and_texts():
    draws = [np.array([1.0, 0.0, 1.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])]
    found = tasks._spread(draws)
    by_text = np.array([1.0, 0.0, 0.5, 1.0])
    of_texts = 1.96 * by_text.std(ddof=1) / 2
    of_draws = 12.706 * np.std([0.75, 0.5], ddof=1) / math.sqrt(2)
    assert found["accuracy"] == 0.625
    assert found["half"] == pytest.approx(math.hypot(of_texts, of_draws), abs=1e-4)
    assert tasks._spread(draws[:1])["half"] == pytest.approx(1.96 * 0.5 / 2, abs=1e-4)


def test_a_difference_is_paired_so_equals_differ_by_nothing(result):
    """The masked model of this test is the untrained one under another name."""
    for gain in result["gains"]["masked"]:
        assert (gain["mean"], gain["half"]) == (0.0, 0.0)
    better, worse = objective_reading.clear_gains(result, 0)
    assert "masked" not in better + worse


def test_a_model_learns_from_the_labels_alone(there):
    few = told(tasks, ObjectiveTasksSpec(data="topics", labels=(300,), draws=2, steps=1))
    more = told(tasks, ObjectiveTasksSpec(data="topics", labels=(300,), draws=2, steps=40))
    first, last = (one["curves"]["scratch"][0]["accuracy"] for one in (few, more))
    assert last > first + 0.1


def test_fewer_labels_take_fewer_steps():
    asked = ObjectiveTasksSpec(labels=(20, 80, 300), steps=100)
    assert [tasks.steps_with(n, asked) for n in (12, 75, 300)] == [20, 50, 100]
    assert tasks.steps_with(10, ObjectiveTasksSpec(steps=1)) == 1


def test_the_best_is_named_with_those_that_are_not_clearly_behind():
    behind = {"causal": {"mean": 0.05, "half": 0.06}, "span": {"mean": 0.2, "half": 0.06}}
    told_ = {
        "labels": [20],
        "apart": [{"best": "masked", "behind": behind}],
        "curves": {"masked": [{"accuracy": 0.7}]},
    }
    found = objective_reading.ahead(told_, 0)
    assert (found.best, found.tied, found.accuracy) == ("masked", ("causal",), 0.7)


@pytest.mark.parametrize(
    ("spec", "given", "key"),
    [
        (ObjectiveTasksSpec, {"labels": ()}, "objectives.labels"),
        (ObjectiveTasksSpec, {"labels": (5,)}, "objectives.labels"),
        (ObjectiveTasksSpec, {"labels": (301,)}, "objectives.labels"),
        (ObjectiveStepsSpec, {"lengths": (129,)}, "objectives.lengths"),
        (ObjectiveStepsSpec, {"models": ("span", "no")}, "objectives.models"),
    ],
)
def test_what_cannot_be_asked_is_told(there, spec, given, key):
    with pytest.raises(UserError, match="invalid") as caught:
        spec(**given)
    assert [problem for problem, _ in caught.value.values["problems"]] == [key]


def test_the_hash_of_a_run_follows_the_weights(monkeypatch):
    monkeypatch.setattr(objective_models, "there", lambda folder=None: ("masked",))
    monkeypatch.setattr(objective_models, "card", lambda name: {"sha256": "one"})
    before = ObjectiveTasksSpec().texts
    assert ObjectiveTasksSpec().texts == before
    monkeypatch.setattr(objective_models, "card", lambda name: {"sha256": "two"})
    assert ObjectiveTasksSpec().texts != before


def test_steps_are_counted_from_the_layers(there):
    result = told(steps, ObjectiveStepsSpec(lengths=(8, 32), texts_a_batch=2))
    found = {model["objective"]: model["steps"] for model in result["models"]}
    assert found == {"masked": [4, 4], "bilstm": [16, 64], "skipgram": [0, 0]}
    assert all(ms > 0 for model in result["models"] for ms in model["ms"])
    assert result["threads"] == torch.get_num_threads()


def test_an_lstm_does_take_its_words_one_after_another(models):
    """What is counted is so: the last vector of the left half needs every word before it."""
    blocks = models["bilstm"].blocks.eval()
    ids = torch.arange(100, 112)[None]
    for at in range(12):
        other = ids.clone()
        other[0, at] = 3000
        with torch.no_grad():
            one, two = (blocks(x)[0, -1, : small.WIDTH] for x in (ids, other))
        assert not torch.equal(one, two)


@pytest.mark.parametrize(
    ("recurrent", "attention", "wanted"),
    [(10.0, 20.0, "bilstm"), (20.0, 10.0, "masked"), (10.0, 10.5, "alike")],
)
def test_times_that_are_nearly_the_same_are_called_alike(recurrent, attention, wanted):
    models = [
        {"objective": "bilstm", "ms": [1.0, recurrent]},
        {"objective": "masked", "ms": [1.0, attention]},
    ]
    assert objective_reading.faster({"models": models})[0] == wanted
    assert objective_reading.faster({"models": models[:1]}) is None
