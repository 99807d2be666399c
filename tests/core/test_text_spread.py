"""Fine-tunes of few texts from many seeds: intervals, failed runs, and that a seed changes them."""

import pytest
from scipy import stats

from tests.core.test_export_worker import done
from tlcore import spread, spread_reading
from tlcore.language import text_spread
from tlcore.spec_texts import TextSpreadSpec
from tlcore.store import Store

FIVE = (0.5, 0.61, 0.58, 0.7, 0.44)


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
    told = text_spread.summary([0.9, None, 0.25, 0.8], floor=0.28)
    assert told["failed"] == 2
    assert told["mean"] == pytest.approx((0.9 + 0.25 + 0.8) / 3)
    assert told["scores"] == [0.9, None, 0.25, 0.8]
    lost = text_spread.summary([None, 0.5], floor=0.28)
    assert lost["failed"] == 1
    assert lost["mean"] is None


def test_means_are_compared_seed_by_seed():
    gap = text_spread.difference([0.6, None, 0.8], [0.5, 0.4, 0.6])
    assert gap["mean"] == pytest.approx(0.15)
    assert gap["half"] == pytest.approx(spread.half([0.1, 0.2]))
    assert text_spread.difference([None, 0.5], [0.5, 0.5]) == {"mean": None, "half": None}


@pytest.mark.parametrize("way", text_spread.WAYS)
def test_each_way_is_the_fine_tune_that_its_name_says(way):
    asked = TextSpreadSpec()
    plain, spec = (text_spread.spec(asked, name, 3) for name in ("plain", way))
    assert spec.seed == 3
    assert (spec.freeze == spec.read) == (way == "head")
    if way != "head":
        assert (spec.schedule == "one_cycle") == (way in ("warm_up", "both"))
        assert (spec.layer_decay < 1) == (way in ("ladder", "both"))
        assert spec.lr == plain.lr


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
    assert list(ways) == list(text_spread.WAYS)
    assert all(len(one["scores"]) == 2 for one in ways.values())
    assert any(len(set(one["scores"])) == 2 for one in ways.values())
    assert result["floor"] > result["chance"] >= 0.5
    again = list(text_spread.rows(asked, store.path.parent, store.path.parent))[-1]
    assert again["ways"] == result["ways"]
