"""The small examples of the kinds of learning: levers, baskets, a line, two numbers for sixty-four;
groups and labels counted.  Each beside scikit-learn where it does the same."""

import numpy as np
import pytest

from tlcore import catalog
from tlcore.experiments.kinds import bandit, baskets, grouping, labelling, projection, regression

# Levers


def test_what_a_lever_pays_is_settled_before_the_first_pull():
    table = bandit.payments(3)
    assert bandit.paid([0, 1, 0, 2], 3) == [table[0, 0], table[1, 0], table[0, 1], table[2, 0]]
    assert bandit.paid([0, 1, 0], 3)[:2] == bandit.paid([0, 1], 3)


def test_levers_pay_with_their_chances():
    paid = np.stack([bandit.payments(0, pulls=20_000).mean(1)])
    assert paid[0] == pytest.approx(bandit.chances(0), abs=0.02)
    assert sorted(bandit.chances(0)) == sorted(bandit.CHANCES)


def test_a_little_curiosity_beats_none_and_chance():
    never, sometimes, always = (bandit.play(c, 2000, 0) for c in bandit.CURIOSITIES)
    assert always == pytest.approx(bandit.PULLS * np.mean(bandit.CHANCES), abs=0.2)
    assert sometimes > never > always


# Baskets


def test_a_rule_is_counted_as_its_definition_says():
    four = [frozenset(b.split()) for b in ("a b", "a b", "a", "c")]
    found = {(r.first, r.second): r for r in baskets.rules(four, 0, 0)}
    rule = found["a", "b"]
    assert (rule.support, rule.confidence) == (0.5, pytest.approx(2 / 3))
    assert rule.lift == pytest.approx((2 / 3) / (2 / 4))
    assert found["b", "a"].confidence == 1
    assert ("a", "b") not in {(r.first, r.second) for r in baskets.rules(four, 0.6, 0)}
    assert ("a", "b") not in {(r.first, r.second) for r in baskets.rules(four, 0, 0.7)}
    at_least = baskets.rules(four, 0.5, 2 / 3)
    assert [(r.first, r.second) for r in at_least] == [("a", "b"), ("b", "a")]


def test_the_shops_receipts_show_a_habit_and_a_trap():
    assert len(baskets.receipts()) == 30
    assert set().union(*baskets.receipts()) == set(baskets.ITEMS)
    found = {(r.first, r.second): r for r in baskets.rules(baskets.receipts(), 0.1, 0.5)}
    assert found["sneakers", "socks"].lift > 2
    trap = found["shirt", "bag"]
    assert trap.confidence > 0.85
    assert trap.lift < 1.1


# A line


def test_the_line_is_that_of_scikit_learn_left_out_points_included():
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import LeaveOneOut, cross_val_predict

    rng = np.random.default_rng(0)
    x = rng.normal(size=12)
    y = 3 * x + rng.normal(size=12)
    found, theirs = regression.fit(x, y), LinearRegression().fit(x[:, None], y)
    assert found.slope == pytest.approx(theirs.coef_[0])
    assert found.at(0.5) == pytest.approx(theirs.predict([[0.5]])[0])
    left_out = cross_val_predict(LinearRegression(), x[:, None], y, cv=LeaveOneOut())
    assert found.off == pytest.approx(np.abs(left_out - y).mean())


def test_points_are_the_published_accuracies():
    found = {point.id: point for point in regression.points()}
    assert "clothing" not in found
    assert found["resnet18"].y == catalog.backbone("resnet18").top1
    assert 10 ** found["resnet18"].x == pytest.approx(catalog.backbone("resnet18").macs)


def test_the_line_is_drawn_through_one_recipe():
    found = regression.points()
    alike = regression.alike(found)
    assert {point.id for point in alike} == {
        *("resnet50", "resnet152", "mobilenet_v3_large", "convnext_tiny")
    }
    assert {point.recipe for point in found} == {"newer", "simple", "paper", "deit"}


# Two numbers for sixty-four


def test_two_numbers_are_principal_components():
    from sklearn.decomposition import PCA

    x, shown = projection.digits()
    found, theirs = projection.flatten(x), PCA(2).fit(x)
    assert found.kept == pytest.approx(tuple(theirs.explained_variance_ratio_))
    np.testing.assert_allclose(np.abs(found.places), np.abs(theirs.transform(x)), atol=1e-6)
    assert x.shape == (projection.COUNT, 64)
    assert set(shown) == set(range(10))


def test_the_same_pictures_always_lie_at_the_same_place():
    x, _ = projection.digits()
    one, other = projection.flatten(x), projection.flatten(x[::-1])
    np.testing.assert_allclose(one.places, other.places[::-1], atol=1e-8)


# Groups


def test_purity_is_that_of_its_definition():
    groups, labels = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0])
    assert grouping.table(groups, labels, 2).tolist() == [[2, 1], [0, 2], [1, 0]]
    assert grouping.purity(groups, labels) == pytest.approx(5 / 6)
    assert grouping.purity(labels, labels) == 1


def test_chance_knows_that_more_groups_are_purer_by_themselves():
    labels = np.arange(200) % 4
    few, many = (grouping.chance(np.arange(200) % k, labels) for k in (4, 50))
    assert 0.25 < few < 0.4 < many
    assert grouping.chance(np.zeros(200, np.int64), labels) == 0.25


# Labels


def test_kappa_is_that_of_scikit_learn():
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(0)
    for _ in range(20):
        one = rng.integers(0, 3, 12)
        other = np.where(rng.random(12) < 0.6, one, rng.integers(0, 3, 12))
        found = labelling.kappa(one.tolist(), other.tolist())
        assert found == pytest.approx(cohen_kappa_score(one, other))


def test_kappa_of_one_name_for_everything_is_none():
    assert labelling.kappa([1, 1], [1, 1]) is None
    assert labelling.kappa([], []) is None
    assert labelling.kappa([0, 1], [0]) is None
    assert labelling.kappa([0, 1, 0, 1], [1, 0, 1, 0]) == -1
    assert labelling.agreement([0, 1, 2], [0, 2, 2]) == 2


def test_a_look_out_of_the_window_does_not_count():
    assert labelling.pace([1.0, 2.0, 400.0]) == 2.0
    assert labelling.pace([1e9]) == labelling.MOST
    assert labelling.hours(3600, 1.0) == 1.0
    assert labelling.hours(1000, 3.6, 2.1) == pytest.approx(2.1)
