"""What a comparison says in words: each sentence where the numbers carry it, none where not."""

import pytest

from tlcore.experiments.layers import reading as changes


def result(states=("kept",) * 6, distances=None, cka=(1.0, 0.98, 0.9, 0.8, 0.7, 0.6), **found):
    distances = distances or [0.01 * n for n in range(1, 7)]
    blocks = [
        {"name": f"b{n}", "state": s, "distance": d, "cka": c, "random": 0.3}
        for n, (s, d, c) in enumerate(zip(states, distances, cka, strict=True), start=1)
    ]
    near = {"before": [[1, 2, 3]], "after": [[1, 2, 3]]}
    told = {"alike": {"before": 0.5, "after": 0.7}, "moved": 0.1, "chance": 0.25, "near": near}
    return {"blocks": blocks, "map": told | found}


def said(**given):
    return {reading.key: reading.values for reading in changes.read(result(**given))}


def test_the_block_that_moved_farthest_is_named_with_the_one_that_moved_least():
    told = said()["weights"]
    assert (told["most"], told["far"], told["least"], told["near"]) == ("b6", 0.06, "b1", 0.01)


@pytest.mark.parametrize(
    ("cka", "key"),
    [
        ((1.0, 1.0, 1.0, 0.99, 0.98, 0.97), "features.same"),
        ((1.0, 1.0, 1.0, 0.9, 0.8, 0.6), "features.between"),
        ((1.0, 1.0, 1.0, 0.9, 0.8, 0.33), "features.lost"),
    ],
)
def test_likeness_is_read_beside_that_of_a_network_that_never_learned(cka, key):
    found = [k for k in said(cka=cka) if k.startswith("features")]
    assert found == [key]


@pytest.mark.parametrize(
    ("after", "moved", "key"),
    [(0.7, 0.1, "better"), (0.3, 0.1, "worse"), (0.52, 0.1, "alike"), (0.5, 0.0, "still")],
)
def test_neighbourhoods_are_said_to_be_purer_only_where_they_are(after, moved, key):
    told = said(alike={"before": 0.5, "after": after}, moved=moved)
    assert [k for k in told if k.startswith("map")] == [f"map.{key}"]


def test_frozen_and_new_blocks_are_counted_and_nothing_is_said_of_their_way():
    told = said(states=("frozen", "frozen", "new", "new", "new", "new"), distances=[0.0] * 6)
    assert told["frozen"] == {"n": 2}
    assert told["new"] == {"n": 4}
    assert "weights" not in told


def test_which_third_moved_most_is_said_only_where_one_is_clearly_ahead():
    assert changes.moved_most(result(distances=[0.01, 0.01, 0.02, 0.02, 0.06, 0.06])) == "last"
    assert changes.moved_most(result(distances=[0.09, 0.09, 0.02, 0.02, 0.06, 0.05])) == "first"
    assert changes.moved_most(result(distances=[0.05, 0.05, 0.05, 0.05, 0.06, 0.06])) is None
    frozen = result(states=("frozen",) + ("kept",) * 5)
    assert changes.moved_most(frozen) is None
