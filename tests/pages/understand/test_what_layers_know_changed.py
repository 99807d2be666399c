"""What layers know: before and after a fine-tune, the page's own or another one."""

import pytest

from pages.understand.what_layers_know.embedding import on_paper
from tests.pages.test_every_page import left_in_english
from tests.pages.understand.what_layers_know_house import (
    PAGE,
    answer,
    look,
    picture_come_back,  # noqa: F401 (a fixture)
    table,
    waiting,
)
from tlcore import catalog
from tlcore.experiments.look.presets import FINE_TUNE
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)


def layers(moved=0.2, after=0.9, states=("kept",) * 8):
    """A result of tlcore.experiments.layers.run: the later a block, the farther it moved."""
    rows = catalog.backbone("clothing").blocks
    points = [[0.0, 0.0], [1.0, 0.5], [2.0, 3.0], [4.0, 1.0]]
    return {
        "backbone": "clothing",
        "data": "garments",
        "classes": list(catalog.dataset("garments").classes),
        "pictures": 300,
        "blocks": [
            {
                **{"name": row.name, "state": state, "random": 0.3},
                "cka": None if state == "dropped" else round(1 - 0.05 * n, 3),
                "distance": round(0.02 * n, 3) if state in ("kept", "frozen") else None,
            }
            for n, (row, state) in enumerate(zip(rows, states, strict=True), start=1)
        ],
        "map": {
            **{"before": points, "after": points[::-1], "share": [0.5, 0.25]},
            **{"labels": [0, 1, 1, 2], "moved": moved, "chance": 0.25},
            "near": {"before": [[1], [2], [1], [0]], "after": [[3], [2], [1], [2]]},
            "alike": {"before": 0.5, "after": after},
            "sheet": {"file": "map.png", "columns": 2, "tile": [28, 28], "count": 4},
        },
    }


@pytest.fixture
def tuned(house, page):
    """The page's own fine-tune has finished, and what it asks for then is there."""

    def tuned(language="en", **result):
        reader = page(language).click(f"{PAGE}.start")
        [run_id] = waiting(house, "fine_tune")
        house.finish(run_id)
        reader.run()
        answer(house, "look", **look(after=True))
        answer(house, "layers", **(layers() | result))
        return reader.run()

    return tuned


@BOTH
def test_without_a_fine_tune_the_map_says_what_to_do(page, language):
    reader = page(language)
    assert i18n.t("layers.first", language) in [info.value for info in reader.app.info]
    assert not reader.has(f"{PAGE}.map")


@BOTH
def test_one_click_fine_tunes_and_shows_the_picture_before_and_after(house, tuned, language):
    reader = tuned(language)
    given = reader.picture(f"{PAGE}.change")
    assert given["states"][5:7] == ["frozen", "kept"]
    assert {"activations_before", "activations_after"} <= given["sheets"].keys()
    assert reader.errors == []
    assert reader.picture(f"{PAGE}.map")["near"]["after"][0] == [3]
    values = {"before": "50.0%", "after": "90.0%", "chance": "25.0%", "n": 1}
    assert i18n.t("changed.map.better", language, **values) in reader.markdown()
    column = i18n.t("embedding.column.before", language)
    assert list(table(reader, column)[column]) == ["0%", "100%", "0%", "–"]
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_the_fine_tune_is_the_presets(house, page):
    page().click(f"{PAGE}.start")
    [run_id] = waiting(house, "fine_tune")
    assert house.run(run_id).spec == FINE_TUNE.model_dump(mode="json")


@BOTH
def test_what_changed_is_asked_first_and_then_shown_by_block(tuned, language):
    reader = tuned(language)
    assert not reader.has(f"{PAGE}.cka")
    reader.widget("predict.layers.choice").set_value(0)
    reader.click("predict.layers.say")
    assert reader.has(f"{PAGE}.cka")
    assert reader.has(f"{PAGE}.distance")
    values = {"most": "block8", "far": "16.0%", "least": "stem", "near": "2.0%"}
    assert i18n.t("changed.weights", language, **values) in reader.markdown()
    last = i18n.t("predict.layers.option.2", language)
    assert last in reader.markdown()  # this run says so
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_another_of_the_readers_runs_can_be_chosen(house, tuned):
    reader = tuned()
    reader.open("fine_tune").click("fine_tune.start")
    [run_id] = waiting(house, "fine_tune")
    house.finish(run_id)
    reader.open(PAGE)
    options = reader.widget(f"{PAGE}.chosen").options
    assert len(options) == 2
    answer(house, "look", **look(after=True))
    answer(house, "layers", **layers())
    reader.run().choose(f"{PAGE}.chosen", run_id)
    looked = {house.run(r).spec["run"] for r in waiting(house, "look") + waiting(house, "layers")}
    assert looked <= {run_id}


ARMS = ("head_only", "fine_tune", "scratch")


@pytest.fixture
def raced(house, page):
    """A race has ended, the network from scratch last: the page, and the race's runs by arm."""

    def raced(language="en", last="scratch"):
        reader = page(language).open("why_transfer").click("predict.why_race.pass")
        reader.click("why_transfer.start")
        arms = dict(zip(ARMS, waiting(house, "fine_tune"), strict=True))
        for arm in sorted(arms, key=lambda name: name == last):
            house.finish(arms[arm])
        reader.open(PAGE)
        answer(house, "look", **look(after=True))
        return reader.run(), arms

    return raced


@BOTH
def test_after_a_race_the_fine_tuned_arm_is_looked_at_and_named(house, raced, language):
    reader, arms = raced(language)
    assert reader.widget(f"{PAGE}.chosen").value == arms["fine_tune"]
    looked = {house.run(r).spec["run"] for r in waiting(house, "layers")}
    assert looked == {arms["fine_tune"]}
    spec = house.run(arms["fine_tune"]).spec
    told = i18n.t("preset.everything", language)
    assert f"{told}**" in reader.markdown()
    assert spec["keep"] == 8
    assert i18n.t("before_after.scratch", language) not in reader.markdown()


@pytest.mark.parametrize(("arm", "said"), [("scratch", "scratch"), ("head_only", "head")])
def test_an_arm_in_which_nothing_was_fine_tuned_can_be_chosen_and_says_so(raced, arm, said):
    reader, arms = raced()
    reader.choose(f"{PAGE}.chosen", arms[arm])
    assert i18n.t(f"before_after.{said}", "en") in reader.markdown()
    assert reader.open("home").open(PAGE).widget(f"{PAGE}.chosen").value == arms[arm]


def test_the_map_has_one_scale_and_holds_still():
    before, after = on_paper([[0, 0], [4, 0]], [[0, 1], [4, 2]])
    assert before == [[0, 75], [100, 75]]
    assert after == [[0, 50], [100, 25]]
