"""Sets of texts and the specs that ask for them; one sentence for what cannot be asked."""

from __future__ import annotations

import re

import pytest

from tests.tlcore.toy_text import minilm
from tlcore import catalog
from tlcore.data.texts import text_rows, text_sets
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import spec
from tlcore.words import i18n


@pytest.mark.parametrize("name", text_sets.CLASSES)
def test_no_text_stands_in_two_parts_of_a_set(name):
    found = text_sets.read(name)
    parts = [found.pool, found.val, found.test]
    every = [text for part in parts for text in part.texts]
    assert len(set(every)) == len(every)
    for part in parts:
        shares = [part.labels.count(k) / len(part) for k in range(len(found.classes))]
        assert max(shares) - min(shares) < 0.1


def test_the_written_sets_are_held_out_as_their_card_says():
    for name, shares in (("reviews", 2), ("topics", 5)):
        found = text_sets.read(name)
        assert (len(found.pool), len(found.val), len(found.test)) == (240, 60, 100)
        assert {found.val.labels.count(k) for k in range(shares)} == {60 // shares}
    written = text_sets.read("template_to_written")
    assert written.test == text_sets.read("reviews").test
    assert len(written.pool) > 5_000


def test_the_catalogue_tells_of_each_set_what_is_in_it():
    assert [text_rows.facts(name)["id"] for name in text_sets.CLASSES] == list(
        catalog.text_datasets()
    )
    assert not catalog.text_datasets().keys() & catalog.datasets().keys()  # no picture page has one
    for name, row in catalog.text_datasets().items():
        assert catalog.dataset(name) is row
        assert row.modality == "text"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_set_and_class_has_its_words(language):
    words = i18n.texts(language)
    for name, row in catalog.text_datasets().items():
        assert {f"data.{name}", f"data.{name}.about"} <= words.keys()
        assert all(f"class.{name}.{label}" in words for label in row.classes)


# The spec


def refused(values) -> list[str]:
    with pytest.raises(UserError) as caught:
        spec.parse(values)
    return [key for key, _ in caught.value.values["problems"]]


def test_a_spec_of_texts_is_an_ordinary_fine_tune():
    asked = spec.parse(minilm())
    assert isinstance(asked, spec.FineTuneSpec)
    blocks = catalog.backbone("minilm").blocks
    assert [b.name for b in blocks] == ["embeddings", *(f"layer{n}" for n in range(1, 7))]
    named = spec.resolve(asked, Compute(), "a machine").hash
    assert named != spec.resolve(spec.parse(minilm(data="topics")), Compute(), "a machine").hash


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"data": "garments"}, "spec.picture_given"),
        ({"backbone": "clothing"}, "spec.text_given"),
        ({"augment": "shift"}, "spec.not_of_texts"),
        ({"learns": "norm_statistics"}, "spec.not_of_texts"),
        ({"forgetting": True}, "spec.not_of_texts"),
        ({"train_size": 241}, "spec.train_texts"),
        ({"read": 8, "keep": 8}, "plan.out_of_order"),
    ],
)
def test_what_means_nothing_to_a_text_is_told(more, told):
    assert refused(minilm(**more)) == [told]


@pytest.mark.parametrize("kind", ["similarity", "survey", "compare"])
def test_experiments_with_pictures_refuse_texts(kind):
    values = {"kind": kind, "backbone": "minilm", "data": "reviews"}
    assert refused(values) == ["spec.pictures_only"]


def test_an_experiment_with_texts_refuses_pictures():
    values = {"kind": "text_layers", "backbone": "clothing", "data": "garments"}
    assert refused(values) == ["spec.texts_only"]
    assert refused({"kind": "text_cost", "backbone": "clothing"}) == ["backbone.unknown"]


# The real encoder


GOOD = ("loved", "admired", "superb", "happy", "excellent", "wonderful", "recommend", "delighted")
BAD = ("terrible", "awful", "miserable", "disaster", "angry", "disappointed", "hated", "dreadful")
TURNED = re.compile(r"\b(not|no|never|nobody|nothing|hardly|without|anything but)\b", re.IGNORECASE)


@pytest.mark.parametrize("part", ["pool", "val", "test"])
def test_a_generated_review_has_the_label_that_its_plain_words_have(part):
    """A judge who knows sixteen words, reads the last clause, and keeps silent where something
    turns a meaning: exchanged labels would make it wrong nearly always."""
    found = getattr(text_sets.read("template_reviews"), part)
    right = {"negative": 0, "positive": 0}
    wrong = 0
    for text, label in zip(found.texts, found.labels, strict=True):
        end = re.split(r", | but |: ", text)[-1]
        good, bad = (any(word in end for word in words) for words in (GOOD, BAD))
        if good == bad or TURNED.search(text):
            continue
        said = "positive" if good else "negative"
        if said == text_sets.CLASSES["template_reviews"][label]:
            right[said] += 1
        else:
            wrong += 1
    assert min(right.values()) >= 5
    assert wrong <= 0.02 * sum(right.values())
