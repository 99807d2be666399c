"""What a survey says in words: only what there is, gravest first, in both languages."""

from __future__ import annotations

import pytest

from tlcore.experiments.survey import reading as findings
from tlcore.words import i18n


def result(train=(40, 40), scale=1.0, colour_lost=False, **more):
    told = {"classes": ["cat", "dog"], "counts": {"train": list(train)}, "px": 64}
    told |= {"fewest": min(train), "most": max(train), "conflicts": 0, "repeats": 0}
    told |= {"leaks": {"val": 0, "test": 0}, "compared": {"val": 50, "test": 60}}
    return told | {"seen": {"size": 28, "scale": scale, "colour_lost": colour_lost}} | more


def keys(**asked):
    return [found.key for found in findings.read(result(**asked))]


def test_nothing_is_said_where_nothing_stands_out():
    assert keys() == ["nothing"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"conflicts": 2}, ["conflicts"]),
        ({"leaks": {"val": 3, "test": 0}}, ["leaks.val"]),
        ({"leaks": {"val": 0, "test": 1}, "conflicts": 1}, ["conflicts", "leaks.test"]),
        ({"repeats": 4}, ["repeats"]),
        ({"train": (9, 12)}, ["few"]),
        ({"train": (40, 120)}, ["unequal"]),
        ({"train": (40, 119)}, ["nothing"]),
        ({"train": (0, 30)}, ["few", "unequal"]),
        ({"colour_lost": True}, ["colour_lost"]),
        ({"scale": 3.5}, ["enlarged"]),
        ({"scale": 0.44, "colour_lost": True}, ["colour_lost", "shrunk"]),
    ],
)
def test_each_finding(asked, expected):
    assert keys(**asked) == expected


def test_the_rarest_class_is_named():
    assert findings.read(result(train=(40, 5)))[0].values["rarest"] == "dog"
    assert findings.read(result(train=(5, 40)))[0].values["rarest"] == "cat"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_finding_has_its_sentence(language):
    everything = {"train": (2, 30), "conflicts": 1, "repeats": 1, "leaks": {"val": 1, "test": 1}}
    told = findings.read(result(**everything, scale=2.0, colour_lost=True))
    told += findings.read(result(scale=0.2)) + findings.read(result())
    assert len({found.key for found in told}) == 10
    for found in told:
        assert "{" not in i18n.t(f"survey.{found.key}", language, **found.values)
