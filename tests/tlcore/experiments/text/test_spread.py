"""Fine-tunes of few texts from many seeds: intervals, failed runs, and that a seed changes them."""

import numpy as np
import pytest
from scipy import stats

from tests.tlcore.experiments.export.test_worker import done
from tlcore.experiments.claims.said import few_texts
from tlcore.experiments.text import reading as spread_reading
from tlcore.experiments.text import ways as text_ways
from tlcore.experiments.text.run import spread as text_spread
from tlcore.experiments.text.spec import TextSpreadSpec
from tlcore.ground import spread
from tlcore.runs.store.store import Store
from tlcore.training import rates

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
def store(tmp_path):
    found = Store(tmp_path / "store.db")
    yield found
    found.close()


@pytest.mark.parametrize("n", [2, 3, 5, 8, 25, 30])
def test_the_interval_of_a_standard_deviation_is_that_of_chi_square(n):
    values = [0.1 * (i * i % 7) for i in range(n)]
    told, low, high = spread.deviation(values)
    for share, end in ((0.975, low), (0.025, high)):
        assert end == pytest.approx(told * ((n - 1) / stats.chi2.ppf(share, n - 1)) ** 0.5)
    assert spread.deviation([0.3] * n) == (0, 0, 0)


def test_failed_runs_are_counted_and_a_diverged_one_is_in_no_mean():
    told = text_ways.summary([0.9, None, 0.25, 0.8], floor=0.28)
    assert told["failed"] == 2
    assert told["mean"] == pytest.approx((0.9 + 0.25 + 0.8) / 3)
    assert told["scores"] == [0.9, None, 0.25, 0.8]
    lost = text_ways.summary([None, 0.5], floor=0.28)
    assert lost["failed"] == 1
    assert lost["mean"] is None


def test_means_are_compared_seed_by_seed():
    gap = text_ways.difference([0.6, None, 0.8], [0.5, 0.4, 0.6])
    assert gap["mean"] == pytest.approx(0.15)
    assert gap["half"] == pytest.approx(spread.half([0.1, 0.2]))
    assert text_ways.difference([None, 0.5], [0.5, 0.5]) == {"mean": None, "half": None}


@pytest.mark.parametrize("way", text_ways.WAYS)
def test_each_way_is_the_fine_tune_that_its_name_says(way):
    asked = TextSpreadSpec()
    plain, spec = (text_ways.spec(asked, name, 3) for name in ("plain", way))
    assert spec.seed == 3
    assert (spec.freeze == spec.read) == (way == "head")
    if way != "head":
        cycles = ("warm_up", "both", "uncorrected_warm_up", "longer")
        assert (spec.schedule == "one_cycle") == (way in cycles)
        assert (spec.schedule == "decay") == (way == "decay")
        assert (spec.layer_decay < 1) == (way in ("ladder", "both"))
        assert (spec.bias_correction == "off") == way.startswith("uncorrected")
        assert spec.epochs == (40 if way == "longer" else 6)  # as 20 to 3
        assert spec.lr == plain.lr


def unlike(one, other):
    """The settings in which two ways differ."""
    some, others = (text_ways.spec(TextSpreadSpec(), way, 3).model_dump() for way in (one, other))
    return {name for name in some if some[name] != others[name]}


def test_each_part_is_two_ways_that_differ_in_one_setting():
    """What a warm-up does is not mixed with what a decay does, nor with another mean rate."""
    found = {part: unlike(*ways) for part, ways in text_ways.PARTS.items()}
    wanted = {"rise": {"schedule"}, "correction": {"bias_correction"}, "longer": {"epochs"}}
    assert found == wanted
    claimed = {part: unlike(*ways) for part, ways in few_texts.PARTS.items()}
    others = {"decay": {"schedule"}, "ladder": {"layer_decay"}, "correction": {"bias_correction"}}
    assert claimed == wanted | others | {"correction_warm_up": {"bias_correction"}}
    assert set(few_texts.KEYS) == set(text_ways.WAYS)
    steps = range(1, 19)  # 40 texts, batches of 16: three steps in each of six epochs
    rise, fall = (sum(rates.pace(s, step, 18) for step in steps) for s in ("one_cycle", "decay"))
    assert rise == pytest.approx(fall, rel=0.1)


def test_parts_are_said_by_the_interval_of_their_pairs():
    gaps = [("a", 0.03, 0.01), ("b", -0.03, 0.01), ("c", 0.01, 0.02), ("d", None, None)]
    told = {"parts": [{"part": p, "mean": m, "half": h} for p, m, h in gaps]}
    words = {part: word for part, (_, word) in spread_reading.parts(told).items()}
    assert words == {"a": "ahead", "b": "behind", "c": "open"}
    assert spread_reading.parts({"ways": []}) == {}  # of before they were measured


def way(name, sd, low, high):
    return {"way": name, "sd": sd, "sd_low": low, "sd_high": high, "failed": 0}


@pytest.mark.parametrize(
    ("plain", "other", "said"),
    [
        ((0.2, 0.13, 0.4), (0.03, 0.02, 0.06), "ahead"),
        ((0.03, 0.02, 0.06), (0.2, 0.13, 0.4), "behind"),
        ((0.05, 0.03, 0.1), (0.03, 0.02, 0.06), "open"),
    ],
)
def test_a_spread_is_less_only_where_intervals_do_not_meet(plain, other, said):
    ways = [way("plain", *plain), way("both", *other), way("head", 0.001, 0.001, 0.001)]
    assert spread_reading.narrowest({"ways": ways}) == ("both", said)
    lost = [way("plain", None, None, None), way("both", *other)]
    assert spread_reading.narrowest({"ways": lost}) is None


def test_a_mean_within_its_interval_is_open():
    gaps = [("a", 0.1, 0.05), ("b", -0.1, 0.05), ("c", 0.04, 0.05), ("d", None, None)]
    against = [{"way": w, "mean": m, "half": h} for w, m, h in gaps]
    said = spread_reading.means({"against": against})
    assert said == {"a": "ahead", "b": "behind", "c": "open", "d": "open"}


def test_runs_differ_by_their_seed_and_repeat_with_it(store):
    asked = TextSpreadSpec(train_size=20, seeds=2, epochs=1, times=40)
    result = done(store, **asked.model_dump()).result
    ways = {one["way"]: one for one in result["ways"]}
    assert list(ways) == list(text_ways.WAYS)
    assert all(len(one["scores"]) == 2 for one in ways.values())
    assert any(len(set(one["scores"])) == 2 for one in ways.values())
    assert result["floor"] > result["chance"] >= 0.5
    assert {part["part"] for part in result["parts"]} == set(text_ways.PARTS)
    assert result["longer"] == 7
    again = list(text_spread.rows(asked, store.path.parent, store.path.parent))[-1]
    assert again["ways"] == result["ways"]


@pytest.mark.parametrize(("seeds", "plain", "least"), [(5, 0.05, 0.0), (5, 0.5, 0.5)])
def test_how_often_the_least_of_seven_is_called_less(seeds, plain, least):
    """Of equal ways seldom, though the least of seven is looked at; of a tenth surely often."""
    draws = np.random.default_rng(0)
    called = 0
    for _ in range(400):
        scores = {"plain": draws.normal(0.7, plain, seeds)}
        scores |= {f"way{k}": draws.normal(0.7, 0.05, seeds) for k in range(7)}
        ways = [way(name, *spread.deviation(list(found))) for name, found in scores.items()]
        called += spread_reading.narrowest({"ways": ways})[1] == "ahead"
    share = called / 400
    assert share > 0.9 if least else share < 0.06
