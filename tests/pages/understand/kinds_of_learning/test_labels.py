"""The price of labels: pictures that are labelled by hand, and what that is worth."""

import pytest

from pages.understand.kinds_of_learning import labelling
from tests.pages.test_every_page import left_in_english
from tests.pages.understand.kinds_of_learning.house import BOTH, PAGE, T, table, waiting
from tlcore.experiments.kinds.presets import LABELS
from tlcore.words import i18n


def pictures(house, reader):
    """Ten pictures to label."""
    reader.click(f"{PAGE}.pictures.start")
    [run_id] = waiting(house, "labels")
    sprite = {"file": "hand.png", "columns": 4, "tile": [28, 28], "count": 10}
    classes = ["pullover", "shirt", "sneaker", "ankle_boot"]
    house.answer(run_id, data="garments", n=10, classes=classes, hand_sprite=sprite)
    return reader.run()


TRUE = [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]


def worth(labels):
    right = sum(a == b for a, b in zip(labels, TRUE, strict=True))
    curve = [{"labels": n, "accuracy": 0.7 + n / 2000, "half": 0.01} for n in (10, 40, 100, 300)]
    return {
        **{"data": "garments", "n": 10, "true": TRUE, "right": right, "interval": [0.6, 0.98]},
        **{"asked": 1000, "chance": 0.25, "draws": 10, "curves": {"true": curve, "hand": curve}},
        "mine": {"accuracy": 0.66, "interval": [0.63, 0.69]},
        "best": {"accuracy": 0.72, "interval": [0.69, 0.75]},
    }


def labelled(reader, person, labels, seconds=2.0):
    """What the component's message makes of the session (AppTest cannot send one)."""
    hands = dict(reader.state[f"{PAGE}.hands"]) if f"{PAGE}.hands" in reader.state else {}
    hands[person] = {"labels": labels, "seconds": [seconds] * len(labels)}
    reader.state[f"{PAGE}.hands"] = hands
    return reader.run()


@BOTH
def test_ten_pictures_wait_to_be_labelled(house, page, language):
    reader = pictures(house, page(language))
    shown = reader.picture(f"{PAGE}.labelling")
    assert shown["count"] == 10
    assert shown["names"][1] == i18n.t("class.garments.shirt", language)
    assert shown["stamp"] == "first 0"
    assert reader.errors == []


@BOTH
def test_labels_have_a_price_and_a_worth(house, page, language):
    said = [0, 0, *TRUE[2:]]  # a shirt was called a pullover
    reader = labelled(pictures(house, page(language)), "first", said, 3.6)
    bill = table(reader, i18n.t("kinds.hand.hours", language))
    assert list(bill[i18n.t("kinds.hand.hours", language)])[:2] == [1.0, 100.0]
    assert list(bill[i18n.t("kinds.hand.money", language)])[:2] == [10, 1000]
    reader.choose(f"{PAGE}.pay", 20.0)
    bill = table(reader, i18n.t("kinds.hand.hours", language))
    assert list(bill[i18n.t("kinds.hand.money", language)])[:2] == [20, 2000]
    reader.click(f"{PAGE}.worth.first.start")
    [run_id] = waiting(house, "labels")
    assert house.run(run_id).spec["labels"] == said
    house.answer(run_id, **worth(said))
    reader.run()
    assert "66%" in reader.markdown()
    [wrong] = reader.picture(f"{PAGE}.wrong")["groups"]
    assert wrong["tiles"][0]["index"] == 1
    assert i18n.t("class.garments.shirt", language) in wrong["note"]
    agreed = table(reader, i18n.t("kinds.hand.kappa", language))
    assert list(agreed[i18n.t("kinds.hand.alike", language)]) == [9]
    assert agreed[i18n.t("kinds.hand.kappa", language)].iloc[0] == pytest.approx(0.865, abs=1e-3)
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_a_second_person_makes_the_careful_price_known(house, page):
    reader = labelled(pictures(house, page()), "first", TRUE, 3.6)
    reader = labelled(reader, "second", [1, 1, 1, *TRUE[3:]], 3.6)
    bill = table(reader, T["kinds.hand.hours"])
    assert list(bill[T["kinds.hand.hours.careful"]])[0] == pytest.approx(2.2)
    agreed = table(reader, T["kinds.hand.kappa"])
    assert list(agreed[T["kinds.hand.alike"]]) == [8]


def test_labels_can_be_given_again(house, page):
    reader = labelled(pictures(house, page()), "first", TRUE)
    assert not reader.has(f"{PAGE}.labelling")
    reader.click(f"{PAGE}.hand.again")
    assert reader.picture(f"{PAGE}.labelling")["stamp"] == "first 1"


@pytest.mark.parametrize(
    "said",
    [
        None,
        "labels",
        {"stamp": "old", "labels": [0, 1], "seconds": [1, 1]},
        {"stamp": "now", "labels": [0], "seconds": [1]},
        {"stamp": "now", "labels": [0, 2], "seconds": [1, 1]},
        {"stamp": "now", "labels": [0, 0.5], "seconds": [1, 1]},
        {"stamp": "now", "labels": [0, 1], "seconds": [1, -1]},
        {"stamp": "now", "labels": [0, 1], "seconds": [1, float("nan")]},
        {"stamp": "now", "labels": [0, 1], "seconds": ["1", 1]},
    ],
)
def test_a_browser_cannot_send_what_no_hand_could(said):
    assert labelling.read(said, "now", 2, 2) is None


def test_a_browsers_labels_are_taken():
    said = {"stamp": "now", "labels": [0, 1.0], "seconds": [1, 2.5]}
    assert labelling.read(said, "now", 2, 2) == ([0, 1], [1.0, 2.5])


def test_the_pages_own_labels_are_those_of_the_preset():
    assert LABELS.labels == ()
