"""Better, worse, equal, too few to say: by other hands, and by counting how often it errs."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from tlcore.ground import difference, spread
from tlcore.ground.difference import MARGIN, Difference

DRAWS = 20_000


@pytest.mark.parametrize("n", [2, 3, 5, 31, 32, 40, 200, 1_500])
def test_student_is_scipys_beyond_the_table_too(n):
    assert spread.t95(n) == pytest.approx(stats.t.ppf(0.975, n - 1), abs=0.004)


@pytest.mark.parametrize(("hits", "asked"), [(0, 20), (1, 20), (36, 40), (40, 40), (977, 1_000)])
def test_a_share_has_wilsons_interval(hits, asked):
    theirs = proportion_confint(hits, asked, method="wilson")
    assert spread.wilson(hits, asked) == pytest.approx(theirs, abs=1e-7)


@pytest.mark.parametrize("asked", [1, 20, 300, 5_000])
@pytest.mark.parametrize("chance", [0.1, 0.25, 0.5, 0.92])
def test_guessing_reaches_what_the_binomial_distribution_says(chance, asked):
    assert spread.by_guessing(chance, asked) * asked == stats.binom.ppf(0.975, asked, chance)
    assert spread.by_guessing(1.0, asked) == 1


def grouped(groups, each, within, seed=0):
    """Values of `groups` texts of one to `each` pieces: what a text has in common, and the rest."""
    dice = np.random.default_rng(seed)
    of = np.repeat(np.arange(groups), dice.integers(1, each + 1, groups))
    return dice.normal(0, within, groups)[of] + dice.normal(0, 1, len(of)), of


@pytest.mark.parametrize(("groups", "each"), [(2, 3), (8, 5), (40, 12)])
def test_values_in_groups_have_the_error_of_clusters(groups, each):
    values, of = grouped(groups, each, 0.7)
    theirs = OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": of})
    middle, half = spread.of_groups(values.tolist(), of.tolist())
    assert middle == pytest.approx(theirs.params[0])
    assert half / spread.t95(groups) == pytest.approx(theirs.bse[0])


def test_the_interval_over_groups_holds_the_truth_as_often_as_it_says():
    """Pieces of a text taken as independent: less than 85 times in 100."""
    whole = [grouped(40, 12, 0.7, seed) for seed in range(400)]
    spans = [spread.of_groups(v.tolist(), of.tolist()) for v, of in whole]
    apart = [abs(np.mean(v)) <= 1.96 * np.std(v, ddof=1) / len(v) ** 0.5 for v, _ in whole]
    assert np.mean([abs(middle) <= half for middle, half in spans]) == pytest.approx(
        0.95, abs=0.025
    )
    assert np.mean(apart) < 0.85


def test_a_share_over_groups_is_wilsons_of_as_many_as_it_is_worth():
    alike = [float(picture % 3 > 0) for picture in range(60) for _ in range(4)]
    pictures = [picture for picture in range(60) for _ in range(4)]
    theirs = proportion_confint(40, 60, method="wilson")
    assert spread.wilson_of_groups(alike, pictures) == pytest.approx(theirs, abs=2e-3)
    dice = np.random.default_rng(0)
    apart = (dice.random(240) < 2 / 3).astype(float).tolist()
    free = proportion_confint(sum(apart), 240, method="wilson")
    assert spread.wilson_of_groups(apart, pictures) == pytest.approx(free, abs=5e-3)
    assert spread.wilson_of_groups([1.0] * 240, pictures) == spread.wilson(60, 60)


@pytest.mark.parametrize(
    ("one", "other"),
    [((40, 40), (36, 40)), ((56, 70), (48, 80)), ((0, 30), (0, 30)), ((9, 10), (3, 10))],
)
def test_two_shares_differ_by_newcombes_interval(one, other):
    theirs = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    found = difference.of_shares(one[0] / one[1], other[0] / other[1], one[1], other[1])
    assert (found.low, found.high) == pytest.approx(theirs, abs=1e-6)


def right(both, one, other, none):
    """Answers of two to the same questions."""
    ones = [1.0] * (both + one) + [0.0] * (other + none)
    return ones, [1.0] * both + [0.0] * one + [1.0] * other + [0.0] * none


def test_answers_to_the_same_questions_are_paired():
    ones, others = right(both=60, one=12, other=5, none=23)
    pairs = [a - b for a, b in zip(ones, others, strict=True)]
    found = difference.of_answers(ones, others)
    assert found.mean == pytest.approx(0.07)
    theirs = DescrStatsW([*pairs, 1, -1]).tconfint_mean()
    assert (found.low, found.high) == pytest.approx(theirs, abs=1e-3)


def test_the_published_example_of_bonett_and_price():
    """statpsych's ci.prop.ps(.05, 12, 4, 26, 6): .44, standard error .09448809."""
    ones, others = right(both=6, one=26, other=4, none=12)
    found = difference.of_answers(ones, others)
    assert (found.low + found.high) / 2 == pytest.approx(0.44)
    sample = (50 / 49) ** 0.5  # theirs divides by n, Student's by n - 1
    assert found.half / spread.t95(50) / sample == pytest.approx(0.09448809)


def test_right_and_wrong_answers_are_judged_nearly_as_by_mcnemar():
    for asked in (20, 40, 100):
        for one in range(min(asked, 40)):
            for other in range(min(one, asked - one)):
                pairs = right(asked - one - other, one, other, 0)
                table = [[asked - one - other, one], [other, 0]]
                p = mcnemar(table, exact=True).pvalue
                clear = difference.of_answers(*pairs).low > 0
                assert clear or p >= 0.05, (asked, one, other)
                assert not clear or p < 0.08, (asked, one, other)


def test_all_right_against_a_few_wrong_is_open():
    """40 of 40 against 36 of 40: McNemar's exact p is .125."""
    assert mcnemar([[36, 4], [0, 0]], exact=True).pvalue == 0.125
    assert difference.of_answers(*right(36, 4, 0, 0)).word == "open"
    assert difference.of_shares(1.0, 0.9, 40).word == "open"


def test_the_same_answers_are_no_certainty():
    few = difference.of_answers(*right(20, 0, 0, 0))
    assert (few.mean, few.word) == (0, "open")
    assert difference.of_answers(*right(900, 0, 0, 100)).word == "equal"


def test_seeds_that_agree_are_no_certainty():
    """Two seeds, each one of twenty test pictures better."""
    assert difference.of_seeds([0.95, 0.9], [0.9, 0.85], 20).word == "open"
    exact = difference.of_seeds([0.95] * 3, [0.95] * 3, 1_500)
    assert exact.half == pytest.approx(stats.t.ppf(0.975, 2) / 1_500 / 3**0.5, rel=1e-3)
    assert exact.word == "equal"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.001, 0.05, "ahead"),
        (-0.05, -0.001, "behind"),
        (-0.05, 0.05, "open"),
        (-0.001, 0.021, "open"),
        (-0.02, 0.02, "equal"),
        (0.005, 0.015, "equal"),  # surely more, surely not by two points
        (0.005, 0.025, "ahead"),
    ],
)
def test_the_interval_of_the_difference_says_one_of_four_words(low, high, said):
    assert Difference((low + high) / 2, low, high).word == said


def test_of_what_has_no_margin_nothing_is_equal():
    assert difference.word(-1e-9, 1e-9, margin=0) == "open"
    assert difference.word(1e-9, 2e-9, margin=0) == "ahead"


def test_two_intervals_that_overlap_are_no_test():
    """Five seeds in pairs: always two points and a half apart, though the seeds differ by ten."""
    one = [0.70, 0.72, 0.75, 0.78, 0.80]
    other = [score - gap for score, gap in zip(one, (0.02, 0.03, 0.025, 0.02, 0.03), strict=True)]
    (middle, half), (lower, width) = (spread.interval(found) for found in (one, other))
    assert middle - half < lower + width
    assert difference.of_seeds(one, other, 1_000).word == "ahead"


def judged(gaps, asked):
    """of_seeds for many draws at once, (draws, seeds) each: decided, and equal."""
    seeds = gaps.shape[1]
    middle, own = gaps.mean(1), gaps.std(1, ddof=1)
    half = spread.t95(seeds) * np.maximum(own, 1 / asked) / seeds**0.5
    equal = np.abs(middle) + half <= MARGIN
    before = np.abs(middle) > spread.t95(seeds) * own / seeds**0.5 + 1e-12
    return before, (np.abs(middle) > half + 1e-12) & ~equal, equal


def test_the_counting_below_judges_as_the_rule_does():
    dice = np.random.default_rng(1)
    one, other = dice.binomial(40, 0.95, (2, 300, 3)) / 40
    _, decided, equal = judged(one - other, 40)
    for row in range(len(one)):
        word = difference.of_seeds(one[row].tolist(), other[row].tolist(), 40).word
        assert (word in ("ahead", "behind"), word == "equal") == (decided[row], equal[row])


# Two equal ways, right 95 times in 100, each seed asking other pictures: how often one is called
# better, without the least spread and with it.
@pytest.mark.parametrize(
    ("seeds", "asked", "without", "with_it"),
    [
        (2, 20, 0.114, 0.000),
        (3, 20, 0.035, 0.001),
        (2, 40, 0.098, 0.000),
        (3, 40, 0.043, 0.006),
        (5, 40, 0.047, 0.031),
        (5, 100, 0.050, 0.047),
    ],
)
def test_equal_ways_are_seldom_called_different(seeds, asked, without, with_it):
    one, other = np.random.default_rng(0).binomial(asked, 0.95, (2, DRAWS, seeds)) / asked
    before, decided, _ = judged(one - other, asked)
    assert before.mean() == pytest.approx(without, abs=0.006)
    assert decided.mean() == pytest.approx(with_it, abs=0.006)
    assert decided.mean() <= 0.05


@pytest.mark.parametrize(
    ("seeds", "within_one", "within_two"), [(3, 0.06, 0.33), (5, 0.15, 0.83), (10, 0.61, 1.0)]
)
def test_how_many_equal_ways_are_called_equal(seeds, within_one, within_two, monkeypatch):
    """The figures beside MARGIN: differences that spread by one point."""
    gaps = np.random.default_rng(0).normal(0, 0.01, (DRAWS, seeds))
    assert judged(gaps, 1_500)[2].mean() == pytest.approx(within_two, abs=0.01)
    monkeypatch.setitem(globals(), "MARGIN", 0.01)
    assert judged(gaps, 1_500)[2].mean() == pytest.approx(within_one, abs=0.01)


def test_answers_of_equal_ways_are_seldom_called_different():
    """40 questions, 95 % right, independent: 0 and 1 as they come."""
    dice = np.random.default_rng(2)
    one, other = dice.random((2, 4_000, 40)) < 0.95
    only = (one & ~other).sum(1), (other & ~one).sum(1)
    cases, counts = np.unique(np.stack(only, 1), axis=0, return_counts=True)
    words = [difference.of_answers(*right(40 - a - b, a, b, 0)).word for a, b in cases.tolist()]
    wrong = sum(n for word, n in zip(words, counts, strict=True) if word != "open")
    assert wrong / 4_000 <= 0.05
