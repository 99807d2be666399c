"""The learning-rate page: strips asked for, filling, answered; the finder; rates drawn; the lab."""

import math

import pytest

from pages.lab.learning_rate import (
    drawn as rates_drawn,
)
from pages.lab.learning_rate import (
    filling as rate_filling,
)
from pages.lab.learning_rate import (
    forgetting as forgetting_view,
)
from pages.lab.learning_rate import sensitivity as view
from pages.lab.learning_rate import (
    sensitivity_figure as rate_figure,
)
from pages.lab.learning_rate import (
    solved_anew as forgetting_anew,
)
from pages.ui.runs.rate_words import factor, rate
from tests.pages.lab.learning_rate.house import BOTH, PAGE, waiting
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tests.tlcore import toy
from tlcore.experiments.learning_rate import finder
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.experiments.learning_rate.presets import GRIDS, ladder
from tlcore.ground import difference
from tlcore.ground.recipe import Recipe, everything
from tlcore.training.engine import optimizer
from tlcore.training.transfer import plan as plans
from tlcore.words import i18n


def htmls(reader):
    return "\n".join(node.proto.body for node in reader.nodes() if node.type == "html")


def around(best, height, tens, rates, seeds):
    """Scores that are `height` within `tens` factors of ten of `best`, and fall from there."""
    apart = [max(0.0, abs(math.log10(value / best)) - tens / 2) for value in rates]
    return [[round(max(0.1, height - 0.2 * a) + 0.001 * k, 4) for k in range(seeds)] for a in apart]


def strips(**more):
    """As tlcore.experiments.learning_rate.run.rates tells it: a wide stretch for the head, a narrow
    one for every block."""
    head = around(0.02, 0.82, 2.4, GRIDS["head"], 5)
    all_ = around(1e-3, 0.89, 0.6, GRIDS["all"], 3)
    found = {"head": (GRIDS["head"], head), "all": (GRIDS["all"], all_)}
    left = [[0.95 - 0.1 * k, 0.94 - 0.1 * k, 0.96 - 0.1 * k] for k in range(len(all_))]
    told = {n: {"rates": list(r), "accuracy": a} for n, (r, a) in found.items()}
    told["all"]["source"] = left
    return {
        **{"backbone": "clothing", "data": "digits", "train": 40, "asked": 500, "chance": 0.11},
        **{
            "classes": [str(k) for k in range(10)],
            "head_lr": 0.01,
            "steps": {"head": 180, "all": 30},
        },
        "strips": told,
        "source_before": 0.95,
        "solved": [0.82, 0.821, 0.822, 0.823, 0.824],
        **more,
    }


def with_a_head_solved_anew(share=0.9):
    found = strips(source_untaught=0.7633)
    at_all = found["strips"]["all"]
    at_all["source_solved"] = [[share, share - 0.01, share + 0.01] for _ in at_all["source"]]
    return found


def sweep(**more):
    """As tlcore.experiments.learning_rate.run.finder tells it: falls around 0.003, least at 0.03,
    then explodes."""
    rates = rate_strips.grid(1e-6, 1, 61)
    logs = [math.log10(value) for value in rates]
    losses = [
        round(2.3 - 1.5 / (1 + math.exp(-6 * (x + 3))) + 30 * max(0, x + 1.5) ** 2, 4) for x in logs
    ]
    return {
        **{"backbone": "clothing", "data": "digits", "train": 100, "learns": "everything"},
        **{"rates": rates, "losses": losses, "stopped": "exploded", "stopped_at": 1.0},
        **more,
    }


# The strips


@BOTH
def test_before_a_prediction_the_strips_cannot_be_started(house, language):
    reader = Reader(PAGE, language)
    assert reader.has("predict.rate_strips.choice")
    assert not reader.has(f"{PAGE}.strips.start")


@BOTH
def test_the_button_asks_for_one_run_which_fills_as_its_rows_come(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    spec = house.run(run_id).spec
    assert (spec["data"], spec["train_size"], spec["seed"]) == ("digits", 40, 0)
    point = {"kind": "point", "strip": "head", "rate": GRIDS["head"][3], "accuracy": [0.5, 0.7]}
    house.begin(run_id)
    house.store.append(run_id, 1, 1, [point])
    reader.run()
    told = i18n.t("rates.filled", language, done=1, of=20)
    assert told in htmls(reader)
    assert f'title="{rate(GRIDS["head"][3])}: 60%"' in htmls(reader)
    assert reader.errors == []


@BOTH
def test_the_answer_says_how_wide_each_stretch_is_and_which_is_wider(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.answer(run_id, **strips())
    reader.run()
    found = {name: rate_strips.of(strips(), name) for name in rate_figure.STRIPS}
    mean, half = rate_strips.wider(found["head"], found["all"])
    values = {"tens": f"{mean:.1f}", "half": f"{half:.1f}", "seeds": 3}
    assert i18n.t("rates.wider.head", language, **values) in reader.markdown()
    for name, strip in found.items():
        assert i18n.t(f"rates.strip.{name}", language) in reader.markdown()
        assert [rate(value) for value in strip.rates] in rates(reader, language)
    if language == "ko":
        assert left_in_english(reader.texts()) == []
    assert reader.errors == []


def rates(reader, language):
    """The column of rates of each table."""
    column = i18n.t("rates.rate", language)
    return [list(f.value[column]) for f in reader.app.dataframe if column in f.value]


def test_a_head_alone_that_holds_at_a_tenth_is_the_first_answer():
    found = {name: rate_strips.of(strips(), name) for name in rate_figure.STRIPS}
    assert view._answer(found) == 0
    same = {"head": found["all"], "all": found["all"]}
    assert view._answer(same) == 3
    noisy = strips()["strips"]["head"]
    noisy["accuracy"] = [[0.9, 0.3, 0.5, 0.7, 0.2]] + noisy["accuracy"][1:]
    noisy["accuracy"][rate_strips.nearest(found["head"], 0.1)] = [0.9, 0.6, 0.8, 0.7, 0.9]
    unclear = {"head": rate_strips.Strip(**noisy), "all": found["all"]}
    assert view._answer(unclear) is None


KINDS_OF_SOLVED = [(0.82, "equal"), (0.81, "open"), (0.7, "behind"), (0.9, "ahead")]


@pytest.mark.parametrize(("solved", "key"), KINDS_OF_SOLVED)
def test_the_solved_head_is_compared_in_pairs(page, solved, key):
    spread = [solved + 0.001 * k for k in (0, 1, 2, 3, 4)]
    if key == "open":
        spread = [solved + 0.05 * (-1) ** k for k in range(5)]
    head = rate_strips.of(strips(), "head")
    page()
    said = view._solved(head, spread)
    values = {"behind": "less", "ahead": "more", "equal": "equal to the best", "open": "too few"}
    assert values[key] in said


@BOTH
def test_another_data_set_is_another_run_and_stays_chosen(house, page, language):
    reader = page(language)
    reader.choose(f"{PAGE}.data", "garments")
    reader.choose(f"{PAGE}.size", 100)
    reader.click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    assert house.run(run_id).spec["data"] == "garments"
    assert house.run(run_id).spec["train_size"] == 100
    reader.open("home").open(PAGE)
    assert reader.widget(f"{PAGE}.data").value == "garments"


# Forgetting


@BOTH
def test_what_is_left_of_the_source_stands_beside_the_target(house, page, language):
    reader = page(language)
    assert i18n.t("rates.source.wait", language) in [c.value for c in reader.app.caption]
    reader.click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.answer(run_id, **strips())
    reader.run()
    values = {"rate": "0.0001", "share": "95%"}
    won = rate_strips.of(strips(), "all").difference(2, 0)
    told = {"won": f"{100 * won.mean:.1f}", "half": f"{100 * won.half:.1f}"}
    assert i18n.t("rates.source.gain", language, **values, **told) in reader.markdown()
    assert i18n.t("rates.source.target", language) in "".join(
        str(list(f.value.columns)) for f in reader.app.dataframe
    )


@pytest.mark.parametrize(
    ("left", "fate"),
    [([0.95] * 5, "kept"), ([0.5, 0.51] * 3, "forgot"), ([0.95, 0.6], "open")],
)
def test_a_loss_within_the_noise_is_not_called_forgetting(page, left, fate):
    page()
    target = rate_strips.Strip([1e-3, 1e-2], [[0.9, 0.91], [0.5, 0.52]])
    source = rate_strips.Strip(target.rates, [left, left])
    said = forgetting_view.said(target, source, 0.95)
    told = i18n.t(f"rates.source.{fate}", "en")
    assert all(told in line for line in said)


@pytest.mark.parametrize(
    ("scores", "key"),
    [
        ([0.7, 0.71, 0.72], "the target won"),
        ([0.899, 0.91, 0.93], "no harm from forgetting"),
        ([0.92, 0.88, 0.91], "too few to say"),
    ],
)
def test_whether_forgetting_harmed_is_asked_of_the_target(page, scores, key):
    page()
    target = rate_strips.Strip([1e-3, 1e-2], [scores, [0.9, 0.91, 0.93]])
    source = rate_strips.Strip(target.rates, [[0.95] * 3, [0.5, 0.51, 0.52]])
    best, _ = forgetting_view.said(target, source, 0.95)
    assert key in best
    assert "0.001" in best


@BOTH
def test_what_only_moved_is_drawn_and_told_apart_from_what_is_lost(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    result = with_a_head_solved_anew()
    house.answer(run_id, **result)
    reader.run()
    floor = i18n.t("rates.source.floor", language, untaught="76%")
    assert floor in [c.value for c in reader.app.caption]
    # At 0.1, the sixth rate, the old head has 45 %, the one solved anew 90 %, of 95 % before.
    gone = difference.of_seeds([0.95] * 3, [0.9, 0.89, 0.91], 300)
    moved = difference.of_seeds([0.9, 0.89, 0.91], [0.45, 0.44, 0.46], 300)
    half = f"{100 * moved.half:.1f}"
    told = [
        i18n.t("rates.source.anew", language, anew="90%", moved="45.0", half=half),
        i18n.t("rates.source.moved.ahead", language),
        i18n.t("rates.source.gone.ahead", language, gone="5.0", half=f"{100 * gone.half:.1f}"),
    ]
    assert " ".join(told) in reader.markdown()
    columns = [list(f.value.columns) for f in reader.app.dataframe]
    assert any(i18n.t("rates.source.solved", language) in names for names in columns)
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_strips_of_before_a_head_was_solved_anew_still_show(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.answer(run_id, **strips())
    reader.run()
    assert reader.errors == []
    assert i18n.t("rates.source.old", language) in [c.value for c in reader.app.caption]
    columns = str([list(f.value.columns) for f in reader.app.dataframe])
    assert i18n.t("rates.source.source", language) in columns
    assert i18n.t("rates.source.solved", language) not in columns


@pytest.mark.parametrize(
    ("solved", "key"),
    [
        ([0.8, 0.81, 0.82], "ahead"),
        ([0.95, 0.949, 0.951], "equal"),
        ([0.99, 0.9, 0.93], "open"),
        ([0.97, 0.99, 0.98], "open"),  # more than before: nothing that the features lost
    ],
)
def test_what_the_features_lost_is_one_of_three_things(page, solved, key):
    page()
    old, anew = (rate_strips.Strip([1e-3], [found]) for found in ([0.5, 0.51, 0.52], solved))
    words = {"ahead": "themselves have lost ", "equal": "lost nothing", "open": "lost anything"}
    said = forgetting_anew.said(old, anew, 0, 0.95)
    assert [key for key, word in words.items() if word in said][-1] == key
    assert "That much had only moved" in said


def test_that_something_only_moved_is_said_beyond_the_noise_alone(page):
    page()
    anew = rate_strips.Strip([1e-3], [[0.8, 0.81, 0.82]])
    for old, word in (([0.9, 0.5, 0.75], "are too few"), ([0.8, 0.809, 0.821], "nothing had only")):
        said = forgetting_anew.said(rate_strips.Strip([1e-3], [old]), anew, 0, 0.95)
        assert word in said
        assert "That much had only moved" not in said


def test_both_heads_are_drawn_and_what_untaught_blocks_give(page):
    page()
    result = with_a_head_solved_anew()
    target = rate_strips.of(result, "all")
    old = rate_strips.Strip(target.rates, result["strips"]["all"]["source"])
    anew = forgetting_anew.of(result, target.rates)
    drawn = forgetting_view.figure(target, old, 0.95, anew, 0.7633)["data"]
    names = [i18n.t(f"rates.source.{name}", "en") for name in ("source", "solved", "untaught")]
    at = {line["name"]: line for line in drawn}
    assert [at[name]["y"][-1] for name in names] == pytest.approx([45, 90, 76.33])
    assert at[names[0]]["line"]["dash"] != at[names[1]]["line"]["dash"]
    assert len(forgetting_view.figure(target, old, 0.95, None, None)["data"]) == 3


# The finder


@BOTH
def test_the_finder_suggests_a_rate_and_takes_it_to_the_lab(house, page, language):
    reader = page(language).click(f"{PAGE}.finder.start")
    [run_id] = waiting(house, "finder")
    assert house.run(run_id).spec["learns"] == "everything"
    house.answer(run_id, **sweep())
    reader.run()
    found = finder.suggest(sweep()["rates"], sweep()["losses"])
    assert found.rate is not None
    which = "agree" if found.agree else "apart"
    assert i18n.t(f"rates.finder.{which}", language, rate=rate(found.rate)) in reader.markdown()
    if language == "ko":
        assert left_in_english(reader.texts()) == []
    reader.click(f"{PAGE}.finder.lab")
    assert (reader.draft["lr"], reader.draft["freeze"], reader.draft["data"]) == (
        found.rate,
        0,
        "digits",
    )


def test_a_head_that_was_swept_takes_its_rate_to_the_head(house, page):
    reader = page()
    reader.choose(f"{PAGE}.finder.learns", "head_only")
    reader.click(f"{PAGE}.finder.start")
    [run_id] = waiting(house, "finder")
    assert house.run(run_id).spec["learns"] == "head_only"
    house.answer(run_id, **sweep(learns="head_only"))
    before = 1e-3
    reader.run().click(f"{PAGE}.finder.lab")
    assert reader.draft["freeze"] == 8
    assert reader.draft["lr"] == before
    assert reader.draft["head_lr"] != 1e-2


@BOTH
def test_a_sweep_in_which_nothing_fell_suggests_nothing(house, page, language):
    reader = page(language).click(f"{PAGE}.finder.start")
    [run_id] = waiting(house, "finder")
    house.answer(run_id, **sweep(losses=[2.3] * 61, stopped="end"))
    reader.run()
    assert i18n.t("rates.finder.nothing", language) in reader.markdown()
    assert not reader.has(f"{PAGE}.finder.lab")


# Rates drawn


def test_the_rates_that_are_drawn_are_the_optimisers(page):
    page()
    spec = ladder(0.8).model_copy(update={"read": 4, "keep": 4, "lr": 2e-3})
    drawn = list(rates_drawn.of_blocks(spec).values())
    blocks = toy.backbone().blocks
    recipe = Recipe(lr=2e-3, layer_decay=0.8)
    rule = optimizer.build(blocks, plans.new_head(16, 3), everything(4), recipe)
    peaks = dict.fromkeys(group["peak"] for group in rule.param_groups)
    assert drawn == pytest.approx(list(peaks))


@BOTH
def test_another_decay_changes_what_is_drawn_and_goes_to_the_lab(house, page, language):
    reader = page(language)
    reader.choose(f"{PAGE}.ladder.decay", 1.0)
    told = {"first": "0.001", "last": "0.001", "head": "0.01", "times": "1.0", "blocks": 8}
    assert i18n.t("rates.ladder.flat", language, **told) in reader.markdown()
    reader.choose(f"{PAGE}.ladder.decay", 0.5)
    values = {"first": rate(1e-3 / 128), "last": "0.001", "head": "0.01", "times": "128.0"}
    assert i18n.t("rates.ladder.told", language, blocks=8, **values) in reader.markdown()
    reader.choose(f"{PAGE}.ladder.schedule", "constant")
    reader.click(f"{PAGE}.ladder.lab")
    assert (reader.draft["layer_decay"], reader.draft["schedule"]) == (0.5, "constant")


def test_rates_and_factors_in_words(page):
    page()
    assert [rate(v) for v in (1e-5, 0.000316, 0.1, 21.54)] == ["0.00001", "0.00032", "0.1", "22"]
    assert factor(2.45) == "280 times"
    assert factor(0.72) == "5.2 times"


@BOTH
def test_a_run_that_failed_is_told_and_can_be_tried_again(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.fail(run_id, "data.damaged", file="digits")
    reader.run()
    assert len(reader.errors) == 1
    assert reader.has(f"{PAGE}.strips.start")


def test_the_same_rate_stands_at_the_same_place_in_both_strips():
    places = {}
    for name, rates in GRIDS.items():
        left, right = rate_filling.margins(name)
        cell = (100 - left - right) / len(rates)
        places[name] = {value: left + cell * (n + 0.5) for n, value in enumerate(rates)}
    shared = places["head"].keys() & places["all"].keys()
    assert {1e-4, 0.1} <= shared
    for value in shared:
        assert places["head"][value] == pytest.approx(places["all"][value], abs=0.1)
