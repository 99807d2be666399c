"""A data set before training: what is in it, which pictures, and own ones trained with."""

import pytest

from pages.decide.my_dataset import (
    plan as dataset_plan,
)
from pages.decide.my_dataset import (
    survey as survey_view,
)
from pages.ui.server import host
from tests import needs
from tests.pages import answers
from tests.pages.decide.my_dataset_house import (
    bars,
    surveyed,  # noqa: F401 (a fixture)
    waiting,
)
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.experiments.matrix import advisor
from tlcore.ground.errors import UserError
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
T = i18n.texts("en")
CLASSES = 10


# What is in it


@BOTH
def test_opening_the_page_asks_for_one_survey_and_shows_its_place_in_the_line(house, language):
    reader = Reader("my_dataset", language).run()
    [run_id] = waiting(house, "survey")
    spec = house.run(run_id).spec
    assert (spec["data"], spec["train_size"]) == ("signs", 1000)
    [bar] = bars(reader)
    assert i18n.t("my_dataset.survey.going", language) in bar.text
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_a_survey_shows_each_class_its_number_and_what_the_network_sees(page, language):
    reader = page(language)
    gallery = reader.picture("my_dataset.gallery")
    stop = i18n.t("class.signs.stop", language)
    assert gallery["groups"][0]["title"] == stop
    assert [tile["index"] for tile in gallery["groups"][1]["tiles"]] == [2, 3]
    counts = reader.app.dataframe[0].value
    assert list(counts[i18n.t("survey.split.val", language)]) == [50] * CLASSES
    seen = reader.picture("my_dataset.seen")
    assert [tile["sheet"] for tile in seen["groups"][0]["tiles"]] == ["gallery", "seen"]
    assert i18n.t("survey.colour_lost", language) in reader.markdown()
    compared = {"train": "1,000", "val": "500", "test": "2,000"}
    assert i18n.t("survey.twice.none", language, **compared) in reader.markdown()
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_pictures_that_are_there_twice_stand_side_by_side(page, language):
    pairs = survey_view.FEW_PAIRS + 3
    reader = page(language, **answers.survey("signs", CLASSES, pairs=pairs))
    told = i18n.t("survey.leaks.val", language, count=pairs, of=500)
    assert told in reader.markdown()
    groups = reader.picture("my_dataset.pairs")["groups"]
    assert len(groups) == survey_view.FEW_PAIRS
    assert [tile["index"] for tile in groups[2]["tiles"]] == [4, 5]
    assert i18n.t("survey.twice.mirrored", language) in groups[0]["note"]
    reader.choose("my_dataset.all_pairs", True)
    assert len(reader.picture("my_dataset.pairs")["groups"]) == pairs


@BOTH
def test_a_rare_class_is_named(page, language):
    uneven = answers.survey("signs", CLASSES)["counts"] | {"train": [3, *[100] * 9]}
    reader = page(language, counts=uneven, fewest=3, most=100)
    name = i18n.t("class.signs.stop", language).replace("(", "\\(").replace(")", "\\)")
    values = {"rarest": name, "fewest": 3, "most": 100}
    assert i18n.t("survey.few", language, **values) in reader.markdown()
    assert i18n.t("survey.unequal", language, **values) in reader.markdown()


@BOTH
@pytest.mark.parametrize(
    ("key", "values"),
    [("run.bug", {"log": "/x/worker.log"}), ("data.gone", {}), ("device.out_of_memory", {})],
)
def test_a_survey_that_fails_says_why_and_is_begun_again_by_a_click(house, key, values, language):
    values = values | ({"device": "cpu"} if key.startswith("device") else {})
    reader = Reader("my_dataset", language)
    house.fail(waiting(house, "survey")[0], key, **values)
    assert reader.run().errors == [i18n.tell(UserError(key, **values), language)]
    assert waiting(house, "survey") == []  # not again and again by itself
    reader.click("my_dataset.survey.again")
    assert len(waiting(house, "survey")) == 1


def test_what_one_reader_has_surveyed_is_there_for_the_next(house, page):
    page(cookie="one")
    page(cookie="two")
    assert house.waiting() == []


# Which pictures


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("my_dataset.data", "blood", "data"),
        ("my_dataset.backbone", "clothing", "backbone"),
        ("my_dataset.size", 40, "train_size"),
        ("my_dataset.difficulty", 0.7, "difficulty"),
        ("my_dataset.shift", 1.0, "shift"),
    ],
)
def test_each_control_asks_for_another_survey_and_is_kept(house, page, key, value, field):
    reader = page()
    reader.choose(key, value)
    if field != "backbone":
        [run_id] = waiting(house, "survey")
        assert house.run(run_id).spec[field] == value
    reader.open("home").open("my_dataset").speak("ko")
    assert reader.widget(key).value == value


def test_the_knobs_are_there_for_drawn_data_only(page):
    assert not page(data="garments").has("my_dataset.shift")


@BOTH
def test_what_is_not_here_is_offered_instead_of_a_failing_look(house, page, language, monkeypatch):
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    reader = page(language).choose("my_dataset.source", "download")
    reader.choose("my_dataset.download", "eurosat")
    assert waiting(house, "survey") == []
    assert not reader.has("my_dataset.measure")
    reader.click("fetch.eurosat.start")
    [run_id] = waiting(house, "fetch")
    assert house.run(run_id).spec["what"] == "data"
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_a_backbone_that_is_not_here_is_offered(house, page, monkeypatch):
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    reader = page().choose("my_dataset.backbone", "resnet18")
    assert reader.has("fetch.resnet18.start")
    assert not reader.has("my_dataset.measure")


def test_downloads_are_not_among_what_can_be_used(page):
    names = page().widget("my_dataset.data").options
    assert T["data.signs"] in names
    assert not [name for name in names if T["data.eurosat"] in name]


@BOTH
def test_own_pictures_begin_with_the_panel_for_bringing_them(page, language):
    reader = page(language).choose("my_dataset.source", "mine")
    assert reader.has("own.begin")
    assert not reader.has("my_dataset.measure")
    assert reader.errors == []


@BOTH
def test_own_pictures_are_looked_at_under_the_names_that_were_given(house, page, language):
    name = answers.own_set("me", **{"<b>cat</b> *x*": 10, "dog": 10})
    reader = page(language, cookie="me").choose("my_dataset.source", "mine")
    [run_id] = waiting(house, "survey")
    assert house.run(run_id).spec["data"] == name
    uneven = {"train": [6, 6], "val": [2, 2], "test": [2, 2]}
    found = answers.survey(name, 2, counts=uneven, fewest=6, most=6)
    house.answer(run_id, **found)
    reader.run()
    groups = reader.picture("my_dataset.gallery")["groups"]
    assert [group["title"] for group in groups] == ["<b>cat</b> *x*", "dog"]
    assert "<b>" not in reader.markdown()
    assert "\\<b\\>cat" in reader.markdown()
    assert reader.errors == []


def mine(page, house, language="en", **similarity):
    """Own pictures that can be used, with the clothing backbone; a similarity if it is given."""
    name = answers.own_set("me", cat=40, dog=40)
    reader = page(language, cookie="me").choose("my_dataset.source", "mine")
    reader.choose("my_dataset.backbone", "clothing")
    for run_id in waiting(house, "survey"):
        counts = {"train": [24, 24], "val": [8, 8], "test": [8, 8]}
        house.answer(run_id, **answers.survey(name, 2, counts=counts, fewest=24, most=24))
    return reader.run()


@BOTH
def test_own_pictures_are_trained_with_before_anything_is_measured(house, page, language):
    """Classes, train, try; the way that is advised is the way that is trained."""
    reader = mine(page, house, language)
    texts = i18n.texts(language)
    heads = [heading.value for heading in reader.app.subheader]
    steps = [texts[f"own.step.{step}"] for step in ("classes", "train", "try")]
    assert [head for head in heads if head in steps] == steps
    short = texts["advice.similar_small.short"]
    assert i18n.t("own.advice", language, way=short) in reader.markdown()
    reader.click("own_training.start")
    [run_id] = waiting(house, "fine_tune")
    spec = house.run(run_id).spec
    assert (spec["data"][:4], spec["train_size"]) == ("own-", 48)
    assert spec["freeze"] == spec["keep"] == spec["read"] == 8
    house.queue.start(run_id)
    house.store.append(run_id, 1, 0, [{"kind": "epoch", "epoch": 3}])
    told = i18n.t("own.training", language, done=3, of=spec["epochs"])
    assert told in bars(reader.run())[0].text
    assert reader.errors == []


@BOTH
def test_one_advice_is_given_and_it_is_the_measured_one(house, page, language):
    reader = mine(page, house, language)
    reader.click("my_dataset.measure")
    [run_id] = waiting(house, "similarity")
    house.answer(run_id, **answers.similarity("clothing", pad=2.0))
    reader.run()
    texts = i18n.texts(language)
    shorts = {cell: texts[f"advice.{cell}.short"] for cell in dataset_plan.CELLS}
    said = [cell for cell, short in shorts.items() if short in reader.markdown()]
    assert len(said) == 1
    assert said[0] != "similar_small"
    assert i18n.t("own.advice.measured", language, way=shorts[said[0]]) in reader.markdown()
    assert texts[f"advice.{said[0]}.reason"] in reader.markdown()
    reader.click("own_training.start")
    [run_id] = waiting(house, "fine_tune")
    plan = advisor.advise(said[0], 48, "clothing").plan
    spec = house.run(run_id).spec
    assert (spec["read"], spec["keep"], spec["freeze"]) == (plan.read, plan.keep, plan.freeze)


def test_a_name_is_no_markup_in_a_chart(monkeypatch):
    monkeypatch.setattr(survey_view, "T", T.__getitem__)
    counts = {"train": [6, 6], "val": [2, 2], "test": [2, 2]}
    axis = survey_view.balance_figure(counts, ["<b>cat</b> & co", "dog"])["layout"]["xaxis"]
    assert axis["ticktext"] == ["&lt;b>cat&lt;/b> &amp; co", "dog"]


def test_another_readers_pictures_are_in_nobodys_list(house, page):
    answers.own_set("somebody", cat=10, dog=10)
    lab = page(cookie="me").open("fine_tune")
    assert not [name for name in lab.widget("fine_tune.data").options if "cat" in name]


@needs.imagenet
@BOTH
def test_photographs_are_met_with_imagenet_s_network_until_the_reader_chooses(house, language):
    answers.own_set("me", cat=10, dog=10)
    why = {
        kind: i18n.t(f"my_dataset.usual.{kind}", language) for kind in ("photographs", "samples")
    }
    reader = Reader("my_dataset", language, cookie="me").run()
    assert reader.widget("my_dataset.backbone").value == "photo"
    assert any(why["samples"] in caption.value for caption in reader.app.caption)
    reader.choose("my_dataset.source", "mine")
    assert reader.widget("my_dataset.backbone").value == "imagenet"
    assert any(why["photographs"] in caption.value for caption in reader.app.caption)
    reader.choose("my_dataset.backbone", "clothing")
    assert not any(why["photographs"] in caption.value for caption in reader.app.caption)
    reader.choose("my_dataset.source", "here")
    assert reader.widget("my_dataset.backbone").value == "clothing"
