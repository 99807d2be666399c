"""A data set before training: how near it is to a backbone, and the way to the lab."""

import re

import pytest

from tests.pages import answers
from tests.pages.decide.my_dataset_house import (
    bars,
    surveyed,  # noqa: F401 (a fixture)
    waiting,
)
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.catalog import stored
from tlcore.experiments.matrix import advisor
from tlcore.experiments.similarity import reading as nearness
from tlcore.ground.errors import UserError
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
T = i18n.texts("en")
CLASSES = 10
EMBEDDED = [
    name for name in catalog.backbones() if not stored.needs_download(name) and stored.present(name)
]


def measured(house, reader, **more):
    """Measure the similarity to the clothing backbone."""
    reader.click("my_dataset.measure")
    [run_id] = waiting(house, "similarity")
    house.answer(run_id, **answers.similarity("clothing", **more))
    return reader.run()


def test_the_similarity_does_not_depend_on_how_many_pictures_one_will_train_with(house, page):
    reader = measured(house, page().choose("my_dataset.size", 40))
    assert reader.choose("my_dataset.size", 100).has("my_dataset.accuracy")


@pytest.mark.parametrize("word", ["near", "between", "far", "earlier_block"])
def test_what_a_similarity_says_names_no_plan(word):
    """Whether head or blocks learn is said once, by the advice."""
    for language, plan in (("en", "head|fine-tun|plan"), ("ko", "헤드|미세 조정|계획")):
        assert not re.search(plan, i18n.texts(language)[f"nearness.{word}"])


@BOTH
def test_a_similarity_is_told_in_words_drawn_and_listed(house, page, language):
    reader = measured(house, page(language))
    result = answers.similarity("clothing")
    found = nearness.read(result)
    assert found.word == "near"
    assert i18n.t("nearness.near", language, **found.values) in reader.markdown()
    for note in found.notes:
        assert i18n.t(f"nearness.{note}", language, **found.values) in reader.markdown()
    alt = reader.widget("my_dataset.accuracy").proto.alt
    assert "80%" in alt
    assert "0.40" in reader.widget("my_dataset.distance").proto.alt
    scores = next(
        frame.value
        for frame in reader.app.dataframe
        if i18n.t("similarity.name", language) in frame.value
    )
    assert list(scores[i18n.t("similarity.name", language)]) == [
        block["name"] for block in result["blocks"]
    ]
    assert scores[i18n.t("score.probe.name", language)].iloc[-1] == pytest.approx(80)
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_without_the_source_pictures_no_distance_is_drawn(house, page):
    reader = measured(house, page(), pad=None)
    assert not reader.has("my_dataset.distance")
    assert T["nearness.no_source"] in [caption.value for caption in reader.app.caption]


def test_too_few_pictures_are_not_placed(house, page):
    reader = measured(house, page(), n=12)
    assert T["place.too_few"] in reader.markdown()
    assert not reader.has("my_dataset.matrix")
    reader.click("my_dataset.lab")
    assert reader.draft["freeze"] == reader.draft["read"]  # only the head


def test_what_one_reader_has_measured_is_there_for_the_next(house, page):
    measured(house, page(cookie="one"))
    other = page("ko", cookie="two")
    assert other.has("my_dataset.accuracy")
    assert house.waiting() == []


def test_its_progress_is_told_and_it_can_be_left(house, page):
    reader = page().click("my_dataset.measure")
    [run_id] = waiting(house, "similarity")
    house.queue.start(run_id)
    row = {"kind": "progress", "part": "learned", "done": 500, "of": 1000}
    house.store.append(run_id, 1, 0, [row])
    bar = bars(reader.run())[0]
    assert T["similarity.at.learned"].format(done=500, of="1,000") in bar.text
    assert 20 < bar.value < 25
    reader.click("my_dataset.similarity.stop")
    assert house.run(run_id).stopping


@BOTH
@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("run.bug", {"log": "/x/worker.log"}),
        ("device.out_of_memory", {"device": "cpu"}),
        ("weights.damaged", {"file": "clothing.safetensors"}),
    ],
)
def test_a_similarity_that_fails_says_why(house, page, language, key, values):
    reader = page(language).click("my_dataset.measure")
    house.fail(waiting(house, "similarity")[0], key, **values)
    told = i18n.tell(UserError(key, **values), language)
    assert told in reader.run().errors
    reader.click("my_dataset.measure")
    assert len(waiting(house, "similarity")) == 1


@BOTH
def test_a_line_that_is_full_is_told(house, page, language, monkeypatch):
    from pages.ui.runs import runs

    def full(*_, **__):
        raise UserError("queue.full", allowed=12)

    reader = page(language)
    monkeypatch.setattr(runs.store(), "submit", full)
    reader.click("my_dataset.measure")
    assert reader.errors == [i18n.tell(UserError("queue.full", allowed=12), language)]


def test_every_built_in_backbone_is_measured_by_one_click(house, page, monkeypatch):
    reader = page().click("my_dataset.compare")
    runs = [house.run(run_id).spec["backbone"] for run_id in waiting(house, "similarity")]
    assert sorted(runs) == sorted(EMBEDDED)
    for run_id in waiting(house, "similarity"):
        backbone = house.run(run_id).spec["backbone"]
        house.answer(run_id, **answers.similarity(backbone))
    compared = reader.run().app.dataframe[-1].value
    assert len(compared) == len(EMBEDDED)
    assert set(compared[T["compare.verdict"]]) == {T["compare.near"]}


# What to do


@BOTH
def test_data_backbone_and_plan_go_to_the_lab(house, page, language):
    reader = measured(house, page().speak(language)).choose("my_dataset.shift", 0.4)
    reader.choose("my_dataset.shift", 0.0).choose("my_dataset.size", 100)
    reader.click("my_dataset.lab")
    found = nearness.read(answers.similarity("clothing"))
    place = nearness.place(found.similarity, 100, CLASSES)
    advice = advisor.advise(advisor.cell_at(place.x, place.y)[0], 100, "clothing")
    wanted = {"backbone": "clothing", "data": "signs", "train_size": 100, "shift": 0.0}
    wanted |= {name: getattr(advice.plan, name) for name in ("read", "keep", "freeze")}
    wanted |= {"epochs": advice.epochs, "lr": advice.lr, "head_lr": advice.head_lr}
    assert reader.app.title[0].value == i18n.t("lab.title", language)
    assert reader.draft == reader.draft | wanted
    assert reader.errors == []


def test_the_point_moves_with_the_number_of_pictures(house, page):
    reader = measured(house, page())
    many = reader.widget("my_dataset.matrix").proto.alt
    few = reader.choose("my_dataset.size", 20).widget("my_dataset.matrix").proto.alt
    assert T["cell.similar_large"] in many
    assert T["cell.similar_small"] in few
