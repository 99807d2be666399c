"""What layers know: a picture through the blocks, and the plan one drags."""

import pytest

from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tests.pages.understand.what_layers_know_house import (
    PAGE,
    look,
    picture_come_back,  # noqa: F401 (a fixture)
    table,
    waiting,
)
from tlcore.experiments.look.presets import LOOK
from tlcore.ground.errors import UserError
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
CLASSES = 4


@BOTH
def test_opening_the_page_sends_one_picture_through_and_shows_how_far_it_is(house, language):
    reader = Reader(PAGE, language)
    [run_id] = waiting(house, "look")
    assert house.run(run_id).spec == LOOK.model_dump(mode="json")
    assert reader.errors == []
    assert not reader.has(f"{PAGE}.look")
    assert [node for node in reader.nodes() if node.type == "progress"]


@BOTH
def test_a_look_shows_every_block_in_tiles_words_and_a_table(page, language):
    reader = page(language)
    given = reader.picture(f"{PAGE}.look")
    assert [block["name"] for block in given["blocks"]][:2] == ["stem", "block2"]
    assert given["sheets"]["activations_before"]["src"].endswith("/files/activations-before.png")
    assert "first" not in given  # which block is open is the browser's: none, until one is chosen
    name = i18n.t("class.garments.shirt", language)
    assert i18n.t("inside.truth", language, name=name) in reader.markdown()
    told = i18n.t("inside.field.whole", language, name="block4")
    assert told in reader.markdown()
    channel = i18n.t("inside.column.channel", language)
    found = table(reader, channel)
    assert list(found[channel])[:4] == [1, 10, 2, 11]
    assert set(found[i18n.t("inside.column.before", language)]) == {"93%"}
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_each_control_asks_for_another_look(house, page):
    reader = page().choose(f"{PAGE}.data", "digits")
    [run_id] = waiting(house, "look")
    assert house.run(run_id).spec["data"] == "digits"
    reader.open("home").open(PAGE)
    assert reader.widget(f"{PAGE}.data").value == "digits"


def test_a_picture_that_was_clicked_goes_through_and_the_last_one_stays_until_then(house, page):
    reader = page()
    reader.state[f"{PAGE}.sent"] = reader.state[f"{PAGE}.sent"] | {"picture": 8}
    reader.run()
    [run_id] = waiting(house, "look")
    assert house.run(run_id).spec["picture"] == 8
    assert reader.picture(f"{PAGE}.look")["busy"]
    house.answer(run_id, **look(label=0))
    assert not reader.run().picture(f"{PAGE}.look")["busy"]


def test_an_own_picture_can_be_turned_from_dark_on_light(house, page):
    reader = page()
    assert not reader.has(f"{PAGE}.invert")
    kept = {"picture": None, "upload": "a" * 64}
    reader.state[f"{PAGE}.sent"] = reader.state[f"{PAGE}.sent"] | kept
    reader.run().choose(f"{PAGE}.invert", True)
    specs = [house.run(run_id).spec for run_id in waiting(house, "look")]
    assert [spec["invert"] for spec in specs] == [False, True]


@BOTH
@pytest.mark.parametrize("key", ["picture.gone", "run.bug"])
def test_a_look_that_fails_is_a_sentence_and_can_be_tried_again(house, key, language):
    reader = Reader(PAGE, language)
    values = {"log": "/x/worker.log"} if key == "run.bug" else {}
    house.fail(waiting(house, "look")[0], key, **values)
    assert reader.run().errors == [i18n.tell(UserError(key, **values), language)]
    assert waiting(house, "look") == []
    reader.click(f"{PAGE}.look.again")
    assert len(waiting(house, "look")) == 1


def test_a_set_that_is_gone_leaves_nothing_chosen_that_is_not_there(house, page):
    reader = page()
    reader.state[f"{PAGE}.sent"] = reader.state[f"{PAGE}.sent"] | {"data": "own-" + "0" * 32}
    assert reader.run().errors == []
    assert reader.widget(f"{PAGE}.data").value == "garments"


# The recipe


@BOTH
def test_ready_made_plans_are_put_on_the_picture_and_told_in_words(page, language):
    reader = page(language)
    plan = {"read": 8, "keep": 5, "freeze": 5}
    assert reader.picture(f"{PAGE}.plan")["plan"] == plan
    assert i18n.t("recipe.new", language, n=3) in reader.markdown()
    reader.click(f"{PAGE}.plan.thaw")
    assert reader.picture(f"{PAGE}.plan")["plan"] == plan | {"freeze": 3}
    reader.click(f"{PAGE}.plan.head")
    assert reader.picture(f"{PAGE}.plan")["plan"] == {"read": 8, "keep": 8, "freeze": 8}
    assert i18n.t("recipe.new", language, n=3) not in reader.markdown()


def test_the_plan_goes_to_the_lab(page):
    reader = page().click(f"{PAGE}.plan.thaw").click(f"{PAGE}.lab")
    assert reader.app.title[0].value == i18n.texts("en")["lab.title"]
    plan = {
        field: reader.draft[field] for field in ("read", "keep", "freeze", "data", "train_size")
    }
    expected = {"read": 8, "keep": 5, "freeze": 3, "data": "garments", "train_size": 400}
    assert plan == expected
