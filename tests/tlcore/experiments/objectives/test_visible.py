"""What a position sees, by changing one word: checked against a mask that is known by hand."""

import pytest
import torch

from tests.tlcore.objective_house import ONE, asked
from tlcore.experiments.objectives import reading as objective_reading
from tlcore.experiments.objectives.run import visible

RULES = {
    "masked": "all",
    "causal": "left",
    "bilstm.left": "left",
    "bilstm.right": "right",
    "permutation.drawn": "order",
    "permutation.left": "order",
    "span.reads": "all",
    "span.writes": "left",
    "skipgram": "itself",
    "cooccurrence": "itself",
}


@pytest.fixture(scope="module")
def seen(models):
    ids, _ = asked(ONE)
    with torch.no_grad():
        told = [view for model in models.values() for view in visible.of(model, ids)]
    return {view["id"]: view for view in told}


def test_every_model_is_looked_at(seen):
    assert set(seen) == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_position_sees_what_its_model_lets_it_see(seen, name):
    assert objective_reading.sight(seen[name]) == RULES[name]


def test_the_drawn_order_is_not_that_of_reading(seen):
    drawn, onward = seen["permutation.drawn"], seen["permutation.left"]
    assert drawn["order"] != onward["order"]
    assert visible.sees(drawn["moved"]) != visible.sees(onward["moved"])


def test_a_word_that_is_to_be_predicted_is_not_seen_by_its_own_place(seen):
    for name in ("permutation.drawn", "permutation.left"):
        asked_for = objective_reading.rows(seen[name])
        assert asked_for == list(range(1, len(seen[name]["moved"]) - 1))
        assert all(seen[name]["moved"][i][i] == 0 for i in asked_for)


def test_a_model_that_peeks_is_found_out(models):
    """A causal layer without its mask sees everything."""
    ids, _ = asked(ONE)
    layers = list(models["causal"].blocks)[1:]
    for layer in layers:
        layer.causal = False
    try:
        with torch.no_grad():
            [view] = visible.of(models["causal"], ids)
    finally:
        for layer in layers:
            layer.causal = True
    assert objective_reading.sight(view) == "all"


def test_a_long_sentence_is_shown_as_far_as_it_can_be_read(models):
    ids, _ = asked("The [MASK] " + "and the cat " * 30)
    with torch.no_grad():
        [view] = visible.of(models["skipgram"], ids)
    assert len(view["moved"]) == len(visible.shown(ids)) == visible.MOST


def test_what_follows_no_rule_is_called_other():
    assert objective_reading.sight({"moved": [[1, 0], [1, 0]]}) == "other"
    assert objective_reading.sight({"moved": [[0.0, 0.2], [0.2, 0.0]], "order": [0, 1]}) == "other"
