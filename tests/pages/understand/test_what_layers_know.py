"""What layers know: a picture through the blocks, before and after, and the plan one drags."""

import pytest

from pages.understand.what_layers_know.embedding import on_paper
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.experiments.look.presets import FINE_TUNE, LOOK
from tlcore.ground.errors import UserError
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "what_layers_know"
CLASSES = 4


def look(data="garments", after=False, label=1):
    """A result of tlcore.experiments.look.run with two channels a block."""
    rows = catalog.backbone("clothing").blocks

    def lines(block):
        patch = {"tile": 0, "picture": 5, "label": 2, "place": [0.5, 0.5, 0.25, 0.25]}
        first = {"channel": block, "deviations": 2.0, "weaker": 0.93, "map": 2 * block}
        return [
            first | {"patches": [patch]},
            first | {"channel": block + 9, "patches": [], "map": 2 * block + 1},
        ]

    sprite = {"columns": 4, "tile": [28, 28], "count": 16}
    names = ("shown", "input", "choices", "activations_before", "patches_before")
    names += ("activations_after", "patches_after") if after else ()
    whens = ("before", "after") if after else ("before",)
    return {
        "backbone": "clothing",
        "data": data,
        "classes": list(catalog.dataset(data).classes),
        "label": label,
        "pictures": 400,
        "states": ["frozen"] * 6 + ["kept"] * 2 if after else None,
        **{n: sprite | {"file": f"{n.replace('_', '-')}.png"} for n in names},
        "choices": sprite | {"file": "choices.png", "index": [3, 8], "label": [0, 1]},
        "blocks": [
            {
                **{"name": row.name, "size": row.size, "channels": row.channels},
                **{"field": [3, 11, 19, 28, 28, 28, 28, 28][n], "shown": [n, n + 9]},
                **{when: lines(n) for when in whens},
            }
            for n, row in enumerate(rows)
        ],
    }


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


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]


def answer(house, kind, **result):
    for run_id in waiting(house, kind):
        house.answer(run_id, **result)


@pytest.fixture
def page(house):
    """page(language): the picture has come back."""

    def page(language="en", **result):
        reader = Reader(PAGE, language)
        answer(house, "look", **(look() | result))
        return reader.run()

    return page


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


def table(reader, column):
    """The table that has this column."""
    return next(t.value for t in reader.app.dataframe if column in t.value.columns)


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


# Pieces


def test_the_map_has_one_scale_and_holds_still():
    before, after = on_paper([[0, 0], [4, 0]], [[0, 1], [4, 2]])
    assert before == [[0, 75], [100, 75]]
    assert after == [[0, 50], [100, 25]]
