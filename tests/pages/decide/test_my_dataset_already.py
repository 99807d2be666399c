"""Own classes that ImageNet's network knows: said, named, asked about, and answered in numbers."""

from __future__ import annotations

import pytest

from tests import needs
from tests.pages import answers
from tests.pages.decide.my_dataset_house import waiting
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.words import i18n

pytestmark = needs.imagenet
BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
ASK, NAMES = "my_dataset.already.ask", "my_dataset.already"


def opened(language="en", **classes):
    made = answers.own_set("me", **classes)
    reader = Reader("my_dataset", language, cookie="me").run()
    return made, reader.choose("my_dataset.source", "mine")


@BOTH
def test_ants_and_bees_are_known_already_and_the_untouched_network_is_asked(house, language):
    made, reader = opened(language, ant=10, bee=10)
    assert i18n.t("already.found", language, n=2, of=2, names="ant, bee") in reader.markdown()
    reader.click(ASK)
    [run_id] = waiting(house, "already")
    spec = house.run(run_id).spec
    assert (spec["data"], spec["meant"]) == (made, [[310], [309]])
    each = [{"class": number, "right": 2, "of": 2} for number in range(2)]
    house.answer(run_id, right=4, of=4, interval=[0.51, 1.0], each=each)
    reader.run()
    values = {"right": 4, "of": 4, "low": "51%", "high": "100%", "n": 2}
    assert i18n.t("already.result", language, **values) in [s.value for s in reader.app.success]
    assert not reader.has(ASK)
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_the_reader_says_which_names_are_meant_and_no_name_stands_for_two(house):
    made, reader = opened(elephant=10, mug=10, sprocket=10)
    assert reader.widget(f"{NAMES}.{made}.0").value == [385, 386]
    assert not reader.has(f"{NAMES}.{made}.2")  # no name has it
    reader.choose(f"{NAMES}.{made}.0", [386])
    reader.click(ASK)
    [run_id] = waiting(house, "already")
    assert house.run(run_id).spec["meant"] == [[386], [504], []]
    reader.choose(f"{NAMES}.{made}.1", [])
    assert not reader.has(ASK)


def test_classes_that_are_new_to_it_are_met_without_a_word(house):
    _, reader = opened(sprocket=10, ant=10)
    assert not reader.has(ASK)
