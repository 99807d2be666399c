"""Kinds of learning: each experiment asked for, under way, answered, in both languages."""

import re

import pytest

from pages.ui import self_supervised, small_examples, walks
from pages.ui.components import labelling
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import bandit, i18n, regression
from tlcore.errors import UserError
from tlcore.presets.kinds_of_learning import GROUPS, LABELS, ROTATIONS

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
T = i18n.texts("en")
PAGE = "kinds_of_learning"
QUESTIONS = ("kinds_groups", "kinds_maze", "kinds_rotation")


@pytest.fixture(scope="module", autouse=True)
def walked():
    """Every maze once: a page finds what was walked before."""
    for choice in walks.CHOICES:
        walks.race(choice)


@pytest.fixture
def page(house):
    """page(language): the reader wants to see everything without a prediction."""

    def page(language="en", cookie="me"):
        for question in QUESTIONS:
            house.store.answer(cookie, question, None)
        return Reader(PAGE, language, cookie=cookie)

    return page


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]


def table(reader, column):
    return next(f.value for f in reader.app.dataframe if column in f.value)


def groups(**more):
    """As tlcore.grouping_run tells it: two groups of a pure and a mixed kind."""
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


def rotation(turned=0.98, middle=0.5, gain=0.08, **more):
    """As tlcore.unlabelled tells it: `gain` over random weights, at each number of labels."""
    sizes = (8, 20, 40, 160)

    def curve(base, half=0.02):
        return [{"labels": n, "accuracy": base + n / 1000, "half": half} for n in sizes]

    sprite = {"file": "turned.png", "columns": 5, "tile": [28, 28], "count": 24}
    return {
        **{"backbone": "clothing", "data": "garments", "unlabelled": 1000, "epochs": 2},
        **{"asked": 500, "classes": ["a", "b", "c", "d"], "learned": []},
        "turns": {
            **{"accuracy": turned, "interval": [turned - 0.01, turned + 0.01], "views": 800},
            "hidden": {"middle": middle, "border": 0.4},
        },
        "curves": {
            "random": curve(0.6),
            "rotation": curve(0.6 + gain),
            "labelled": curve(0.7),
            "scratch": curve(0.5, None),
        },
        "draws": {"random": 10, "rotation": 10, "labelled": 10, "scratch": 1},
        "gains": {
            "random": [{"mean": gain, "half": 0.02}] * 4,
            "labelled": [{"mean": gain - 0.1, "half": 0.01}] * 4,
        },
        "turned": sprite,
        **more,
    }


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
def test_nothing_is_computed_before_a_reader_asks(house, language):
    reader = Reader(PAGE, language)
    assert house.waiting() == []
    assert reader.errors == []
    assert not reader.has(f"{PAGE}.moves")
    assert not reader.has(f"{PAGE}.groups.start")
    if language == "ko":
        assert left_in_english(reader.texts()) == []


# Supervised


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


# Unsupervised


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
    from pages.ui import runs

    def full(*_, **__):
        raise UserError("queue.full", allowed=12)

    reader = page()
    monkeypatch.setattr(runs.store(), "submit", full)
    reader.click(f"{PAGE}.groups.start")
    assert reader.errors == [i18n.tell(UserError("queue.full", allowed=12), "en")]


# Reinforcement


@BOTH
@pytest.mark.parametrize("maze", walks.CHOICES)
def test_each_maze_is_drawn_walked_and_told(house, page, maze, language):
    reader = page(language)
    reader.widget(f"{PAGE}.maze").set_value(maze)
    reader.run()
    shown = reader.picture(f"{PAGE}.walks")
    assert len(shown["walkers"]) == (1 if maze == "known" else 2)
    for walker in shown["walkers"]:
        assert len(walker["walks"]) == walks.WALKS + 1
        first, last = walker["walks"][0], walker["walks"][-1]
        assert first["moves"] is None
        assert not first["home"] or walker["look"] == "kept"
        assert last["home"]
        assert all(len(walk["best"]) == 64 for walk in walker["walks"])
    key = "told" if maze == "known" else walks.verdict(maze)
    assert i18n.texts(language)[f"kinds.maze.{key}"].split("{")[0] in reader.markdown()
    assert reader.widget(f"{PAGE}.moves").proto.alt.count(" ") > 4
    assert reader.errors == []


def test_the_shortcut_that_nobody_looks_for_is_told(house, page):
    reader = page()
    reader.widget(f"{PAGE}.maze").set_value("shortcut")
    assert T["kinds.maze.habit"] in reader.run().markdown()
    reader.widget(f"{PAGE}.maze").set_value("wall")
    assert T["kinds.maze.habit"] not in reader.run().markdown()


def test_the_goal_that_moved_answers_the_prediction(house):
    reader = Reader(PAGE).choose("predict.kinds_maze.choice", 0).click("predict.kinds_maze.say")
    reader.widget(f"{PAGE}.maze").set_value("goal")
    assert T["predict.differ"].split("{")[0] in reader.run().markdown()
    assert T["predict.kinds_maze.option.2"] in reader.markdown()


@BOTH
def test_levers_are_pulled_counted_and_compared_at_the_end(house, page, language):
    reader = page(language)
    pulled = [pull % 3 for pull in range(bandit.PULLS)]
    reader.state[f"{PAGE}.levers"] = {"seed": 0, "pulled": pulled[:-2]}
    reader.run()
    for lever in pulled[-2:]:
        assert not reader.widget(f"{PAGE}.lever.{lever}").disabled
        reader.click(f"{PAGE}.lever.{lever}")
    counted = table(reader, i18n.t("kinds.levers.tried", language))
    assert list(counted[i18n.t("kinds.levers.tried", language)]) == [7, 7, 6]
    assert counted[i18n.t("kinds.levers.won", language)].sum() == sum(bandit.paid(pulled, 0))
    chances = counted[i18n.t("kinds.levers.truth", language)] / 100
    assert list(chances) == pytest.approx(bandit.chances(0))
    # The sentence is known by its longest words: it may begin with a number.
    compared = max(re.split(r"{\w+}", i18n.texts(language)["kinds.levers.compared"]), key=len)
    assert compared in reader.markdown()
    assert reader.widget(f"{PAGE}.lever.0").disabled
    reader.click(f"{PAGE}.levers.again")
    assert not reader.widget(f"{PAGE}.lever.0").disabled
    assert compared not in reader.markdown()


# The price of labels


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


# Self-supervised


@BOTH
def test_rotation_shows_its_labels_its_curve_and_a_verdict(house, page, language):
    reader = page(language).click(f"{PAGE}.rotation.start")
    [run_id] = waiting(house, "rotation")
    assert house.run(run_id).spec == ROTATIONS["garments"].model_dump(mode="json")
    house.answer(run_id, **rotation())
    reader.run()
    shown = reader.picture(f"{PAGE}.turned")["groups"]
    assert [tile["index"] for tile in shown[1]["tiles"]] == [1, 5, 9, 13, 17, 21]
    told = i18n.t("kinds.rotation.helps", language, n=20, gain="8", half="2")
    assert told in reader.markdown()
    assert "62%" in reader.widget(f"{PAGE}.rotation.curve").proto.alt
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_its_progress_is_told_with_what_it_can_already(house, page):
    reader = page().click(f"{PAGE}.rotation.start")
    [run_id] = waiting(house, "rotation")
    house.queue.start(run_id)
    row = {"kind": "progress", "part": "rotation", "done": 31, "of": 62, "accuracy": 0.5}
    house.store.append(run_id, 1, 0, [row])
    [bar] = [node.proto for node in reader.run().nodes() if node.type == "progress"]
    assert T["kinds.at.rotation"].format(done=31, of=62, accuracy="50%") in bar.text


@pytest.mark.parametrize(
    ("turned", "middle", "gain", "question", "verdict"),
    [
        (0.98, 0.5, 0.08, "solved", "helps"),
        (0.99, 0.95, -0.1, "around", "hurts"),
        (0.25, 0.25, -0.01, "guessed", "open"),
        (0.6, 0.3, 0.01, "partly", "open"),
    ],
)
def test_a_reading_is_computed_from_the_run(turned, middle, gain, question, verdict):
    result = rotation(turned, middle, gain)
    assert self_supervised.of_turns(result["turns"]) == question
    assert self_supervised.of_gain(result["gains"]["random"][1]) == verdict


@pytest.mark.parametrize(("gain", "option"), [(0.0, 0), (0.05, 1), (0.1, 2)])
def test_the_prediction_is_answered_from_both_differences(gain, option):
    assert self_supervised._answer(rotation(gain=gain)) == option


@BOTH
def test_three_pictures_side_by_side(house, page, language):
    reader = page(language)
    for data, (turned, gain) in {"garments": (0.98, 0.08), "blood": (0.25, -0.02)}.items():
        reader.widget(f"{PAGE}.rotation.data").set_value(data)
        reader.run().click(f"{PAGE}.rotation.start")
        house.answer(waiting(house, "rotation")[0], **rotation(turned, gain=gain, data=data))
        reader.run()
    seen = table(reader, i18n.t("kinds.rotation.named", language))
    assert list(seen[i18n.t("kinds.rotation.named", language)]) == pytest.approx([98, 25])
    assert i18n.texts(language)["kinds.turns.guessed.short"] in list(
        seen[i18n.t("kinds.rotation.verdict", language)]
    )
    assert i18n.texts(language)["kinds.rotation.all"] not in reader.markdown()
    reader.widget(f"{PAGE}.rotation.data").set_value("signs")
    reader.run().click(f"{PAGE}.rotation.start")
    house.answer(waiting(house, "rotation")[0], **rotation(0.99, 0.9, -0.1, data="signs"))
    assert i18n.texts(language)["kinds.rotation.all"] in reader.run().markdown()


# Small examples


def test_names_in_the_regression_stand_clear_of_every_point_and_name():
    points = regression.points()
    places = {point.id: (point.x, point.y) for point in points}
    named = small_examples.names(points)
    assert len(named) >= 4
    reach = {"middle right": 1, "middle left": -1}
    for of, side in named.items():
        x, y = places[of]
        for other, (other_x, other_y) in places.items():
            ahead = (other_x - x) * reach[side]
            assert other == of or not (0 <= ahead <= 1 and abs(other_y - y) < 0.7), (of, other)


@BOTH
@pytest.mark.parametrize("example", ["regression", "reduction", "rules"])
def test_each_small_example_is_computed_in_place(house, page, example, language):
    reader = page(language)
    reader.widget(f"{PAGE}.small").set_value(example)
    reader.run()
    assert reader.errors == []
    if example == "rules":  # a table that nobody can select in has no key in Streamlit
        assert len(table(reader, i18n.t("kinds.rules.lift", language)))
    else:
        assert reader.has(f"{PAGE}.{example}")
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_the_line_answers_for_another_cost(house, page):
    reader = page()
    before = reader.widget(f"{PAGE}.regression").proto.alt
    assert reader.choose(f"{PAGE}.cost", 10.0).widget(f"{PAGE}.regression").proto.alt != before


def test_the_thresholds_of_rules_hold(house, page):
    reader = page()
    reader.widget(f"{PAGE}.small").set_value("rules")
    reader.run()
    all_ = len(table(reader, T["kinds.rules.lift"]))
    assert T["kinds.rules.trap"].split("{")[0] in reader.markdown()
    reader.choose(f"{PAGE}.support", 25)
    assert 0 < len(table(reader, T["kinds.rules.lift"])) < all_
    reader.choose(f"{PAGE}.confidence", 100)
    assert T["kinds.rules.told"].split("{n}")[1].split("{")[0] in reader.markdown()


def test_the_pages_own_labels_are_those_of_the_preset():
    assert LABELS.labels == ()
