"""What scores say in words: hedged, with the baselines' objections, and a point in the matrix."""

from __future__ import annotations

import pytest

from tlcore.experiments.similarity import reading as nearness
from tlcore.words import i18n


def result(probes=(0.5, 0.7, 0.9), pads=(0.2, 0.4, 0.6), random=0.4, pixels=0.4, **more):
    blocks = [
        {"name": f"block{i}", "probe": probe, "pad": pad, "frechet": pad, "knn": probe}
        for i, (probe, pad) in enumerate(zip(probes, pads, strict=True), start=1)
    ]
    told = {"n": 1000, "classes": 10, "fewest": 100, "train_pool": 1000, "blocks": blocks}
    told |= {"random": {"blocks": [{"probe": random}]}, "pixels": {"probe": pixels}}
    return told | more


@pytest.mark.parametrize(
    ("pads", "probes", "word"),
    [
        ((0.0, 0.2, 0.4), (0.5, 0.7, 0.95), "near"),
        ((0.8, 1.0, 1.2), (0.5, 0.6, 0.7), "between"),
        ((1.9, 2.0, 2.0), (0.3, 0.4, 0.5), "far"),
    ],
)
def test_the_word_follows_distance_and_gain(pads, probes, word):
    assert nearness.read(result(probes, pads)).word == word


def test_similarity_is_two_parts_distance_and_one_part_gain():
    found = nearness.read(result())
    assert found.similarity == pytest.approx((2 * (1 - 0.4 / 2) + (0.9 - 0.4) / 0.6) / 3)
    assert nearness.combined([], 0.25) == 0.25
    assert nearness.combined([0.0], 1.0) == 1
    assert nearness.combined([2.0], 0.0) == 0


def test_gain_is_a_share_of_the_mistakes():
    assert nearness.gain_over(0.5, 0.75) == 0.5
    assert nearness.gain_over(0.5, 0.4) == 0
    assert nearness.gain_over(1.0, 1.0) == 0


def test_baselines_that_do_as_well_are_told():
    assert nearness.read(result()).notes == ()
    assert "random_as_good" in nearness.read(result(random=0.89)).notes
    assert "pixels_as_good" in nearness.read(result(pixels=0.95)).notes
    assert "pixels_as_good" not in nearness.read(result(pixels=0.80)).notes
    assert "always_told_apart" in nearness.read(result(pads=(1.95, 2.0, 2.0))).notes


def test_the_earliest_block_that_noise_cannot_tell_from_the_best_is_read():
    found = nearness.read(result((0.895, 0.905, 0.9)))  # standard error .009
    assert found.block == 2
    assert "earlier_block" in found.notes
    assert nearness.read(result((0.5, 0.7, 0.9))).block == 3
    assert nearness.earliest_as_good([0.88, 0.9], n=50) == 0
    assert nearness.earliest_as_good([1.0, 1.0], n=50) == 0


def test_without_a_source_nothing_is_called_near():
    found = nearness.read(result(pads=(None, None, None)))
    assert found.word == "useful"
    assert "no_source" in found.notes
    assert nearness.read(result(pads=(None,) * 3, random=0.95)).word == "useless"


@pytest.mark.parametrize("more", [{"n": 19}, {"fewest": 1}])
def test_too_few_pictures_are_too_few_to_say(more):
    found = nearness.read(result(**more))
    assert found.word == "too_few"
    assert found.notes == ()


def test_the_place_in_the_matrix():
    assert nearness.place(1.0, 8, 4) == nearness.Place(0.0, 0.0, 2.0)
    assert nearness.place(0.25, 630, 10) == nearness.Place(0.75, 0.5, 63.0)
    assert nearness.place(0.0, 10**6, 10).y == 1
    assert nearness.place(0.0, 4, 4).y == 0
    ys = [nearness.place(0.5, size, 10).y for size in (20, 100, 400, 1000, 6000, 20_000)]
    assert ys == sorted(ys)


WORDS = ("near", "between", "far", "useful", "useless", "too_few")
NOTES = ("random_as_good", "pixels_as_good", "always_told_apart", "earlier_block", "no_source")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_word_and_note_has_its_sentence(language):
    values = nearness.read(result()).values
    for name in WORDS + NOTES:
        assert "{" not in i18n.t(f"nearness.{name}", language, **values)
    for score in ("knn", "probe", "pad", "frechet", "logme", "hscore", "random", "pixels"):
        for part in ("name", "about", "limit"):
            assert i18n.t(f"score.{score}.{part}", language)
