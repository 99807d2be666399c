"""Supervised and unsupervised: a head, groups without labels, and what goes wrong."""

import pytest

from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tests.pages.understand.kinds_of_learning.house import BOTH, PAGE, T, table, waiting
from tlcore.experiments.kinds.presets import GROUPS
from tlcore.ground.errors import UserError
from tlcore.words import i18n


@BOTH
def test_nothing_is_computed_before_a_reader_asks(house, language):
    reader = Reader(PAGE, language)
    assert house.waiting() == []
    assert reader.errors == []
    assert not reader.has(f"{PAGE}.moves")
    assert not reader.has(f"{PAGE}.groups.start")
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_a_head_learns_and_its_accuracy_stands_beside_guessing(house, page, language):
    reader = page(language).click(f"{PAGE}.start")
    [run_id] = house.waiting()
    assert house.run(run_id).spec["train_size"] == 40
    house.finish(run_id)
    reader.run()
    assert reader.has(f"{PAGE}.live")
    told = i18n.t(
        "kinds.supervised.told",
        language,
        **{"n": "40", "asked": "40", "accuracy": "25%", "low": "10%", "high": "40%"},
        chance="25%",
    )
    assert told in reader.markdown()


def groups(**more):
    """As tlcore.experiments.kinds.run.groups tells it: two groups of a pure and a mixed kind."""
    counted = [[100, 0, 0, 0], [0, 100, 20, 0], [0, 0, 80, 30], [0, 0, 0, 70]]
    sprite = {"file": "groups.png", "columns": 3, "tile": [28, 28], "count": 8}
    classes = ["pullover", "shirt", "sneaker", "ankle_boot"]
    return {
        **{"backbone": "clothing", "data": "garments", "n": 400, "classes": classes},
        **{"table": counted, "shown": [2, 2, 2, 2], "labels": [0, 0, 1, 1, 2, 3, 3, 3]},
        **{"purity": 0.875, "pixels": 0.6, "chance": 0.3, "groups_sprite": sprite},
        "probe": {"accuracy": 0.9, "interval": [0.87, 0.93]},
        **more,
    }


@BOTH
def test_groups_are_shown_with_their_pictures_and_what_purity_is_worth(house, page, language):
    reader = page(language).click(f"{PAGE}.groups.start")
    [run_id] = waiting(house, "groups")
    assert house.run(run_id).spec == GROUPS.model_dump(mode="json")
    house.answer(run_id, **groups())
    reader.run()
    for share in ("88%", "60%", "30%", "90%"):
        assert share in reader.widget(f"{PAGE}.purity").proto.alt
    shown = reader.picture(f"{PAGE}.sheet")["groups"]
    shirt = i18n.t("class.garments.shirt", language)
    assert shirt in shown[1]["note"]
    assert [tile["index"] for tile in shown[2]["tiles"]] == [4, 5]
    counted = table(reader, i18n.t("kinds.groups.group", language))
    assert list(counted[shirt]) == [0, 100, 0, 0]
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_other_pictures_and_another_number_of_groups_are_another_run(house, page):
    reader = page()
    reader.widget(f"{PAGE}.data").set_value("digits")
    reader.run().choose(f"{PAGE}.groups", 10).click(f"{PAGE}.groups.start")
    spec = house.run(waiting(house, "groups")[0]).spec
    assert (spec["data"], spec["groups"]) == ("digits", 10)
    reader.open("home").open(PAGE).speak("ko")
    assert reader.widget(f"{PAGE}.groups").value == 10


def test_what_one_reader_has_sorted_is_there_for_the_next(house, page):
    page(cookie="one").click(f"{PAGE}.groups.start")
    house.answer(waiting(house, "groups")[0], **groups())
    assert page("ko", cookie="two").has(f"{PAGE}.sheet")
    assert house.waiting() == []


def test_a_prediction_is_answered_by_the_preset_only(house):
    reader = Reader(PAGE)
    reader.choose("predict.kinds_groups.choice", 3).click("predict.kinds_groups.say")
    reader.click(f"{PAGE}.groups.start")
    house.answer(waiting(house, "groups")[0], **groups(purity=0.9))
    reader.run()
    assert T["predict.agree"].format(option=T["predict.kinds_groups.option.3"]) in reader.markdown()
    reader.choose(f"{PAGE}.groups", 3).click(f"{PAGE}.groups.start")
    house.answer(waiting(house, "groups")[0], **groups())
    assert T["predict.agree"].split("{")[0] not in reader.run().markdown()


@BOTH
@pytest.mark.parametrize("key", ["run.bug", "device.out_of_memory"])
def test_an_experiment_that_fails_says_why_and_can_be_tried_again(house, page, key, language):
    values = {"log": "/x/worker.log"} if key == "run.bug" else {"device": "cpu"}
    reader = page(language).click(f"{PAGE}.groups.start")
    house.fail(waiting(house, "groups")[0], key, **values)
    assert reader.run().errors == [i18n.tell(UserError(key, **values), language)]
    reader.click(f"{PAGE}.groups.start")
    assert len(waiting(house, "groups")) == 1


def test_a_line_that_is_full_is_told_once_where_the_button_is(house, page, monkeypatch):
    from pages.ui.runs import runs

    def full(*_, **__):
        raise UserError("queue.full", allowed=12)

    reader = page()
    monkeypatch.setattr(runs.store(), "submit", full)
    reader.click(f"{PAGE}.groups.start")
    assert reader.errors == [i18n.tell(UserError("queue.full", allowed=12), "en")]
