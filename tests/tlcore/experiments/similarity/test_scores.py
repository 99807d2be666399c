"""Each score against its definition, a trusted implementation, and what must not move it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import BayesianRidge, Ridge
from sklearn.neighbors import KNeighborsClassifier

from tlcore.experiments.similarity.run import neighbours
from tlcore.experiments.similarity.run.distance import frechet, proxy_a_distance, same_number
from tlcore.experiments.similarity.run.hscore import hscore, ledoit_wolf
from tlcore.experiments.similarity.run.logme import logme
from tlcore.training.transfer import linear


def made(n, d, classes, apart, seed):
    """Gaussian classes, `apart` from each other; channels of unlike spread, not centred."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    centres = rng.normal(size=(classes, d))
    noise = rng.normal(size=(n, d)) * rng.uniform(0.3, 3, d)
    return noise + apart * centres[labels] + 1.0, labels


SETS = {
    "few channels": (300, 20, 4, 1.0, 0),
    "hard": (300, 20, 4, 0.2, 1),
    "more channels than pictures": (60, 100, 3, 1.0, 2),
    "large": (1000, 128, 10, 0.5, 3),
}
# Computed by the published code on these very sets: log_maximum_evidence of
# tllib/ranking/logme.py at 48c707a (it stops at 1 % or after 11 steps, which leaves the evidence a
# little below its maximum), regularized_h_score as in thuml's later hscore.py.
LOGME = {"few channels": -0.149228, "hard": -0.612134}
LOGME |= {"more channels than pictures": -0.016041, "large": 0.276098}
HSCORE = {"few channels": 1.994939, "hard": 0.309497}
HSCORE |= {"more channels than pictures": 1.720208, "large": 5.497290}


@pytest.mark.parametrize("name", SETS)
def test_logme_is_that_of_the_published_code_and_never_below_it(name):
    found = logme(*made(*SETS[name]))
    assert LOGME[name] - 1e-6 <= found <= LOGME[name] + 1e-3


@pytest.mark.parametrize("name", ["few channels", "more channels than pictures"])
def test_logme_is_the_largest_evidence_found_by_brute_force(name):
    """log N(y; 0, I/b + F F'/a), the definition, with a and b searched for: no fixed point."""
    features, labels = made(*SETS[name])
    n = len(labels)

    def missing(log_ab, y):
        a, b = np.exp(log_ab)
        covariance = np.eye(n) / b + features @ features.T / a
        return -stats.multivariate_normal(np.zeros(n), covariance).logpdf(y) / n

    best = [
        -minimize(
            missing, [1.0, 1.0], args=((labels == c).astype(float),), method="Nelder-Mead"
        ).fun
        for c in range(labels.max() + 1)
    ]
    assert logme(features, labels) == pytest.approx(np.mean(best), abs=2e-4)


def test_logme_is_scikit_learns_evidence():
    features, labels = made(*SETS["few channels"])
    flat = {"alpha_1": 0, "alpha_2": 0, "lambda_1": 0, "lambda_2": 0}  # no prior on a and b
    found = []
    for c in range(4):
        model = BayesianRidge(
            max_iter=500, tol=1e-8, compute_score=True, fit_intercept=False, **flat
        )
        found.append(model.fit(features, (labels == c).astype(float)).scores_[-1] / len(labels))
    assert logme(features, labels) == pytest.approx(np.mean(found), abs=1e-5)


@pytest.mark.parametrize("name", SETS)
def test_the_h_score_is_that_of_the_published_code(name):
    assert hscore(*made(*SETS[name])) == pytest.approx(HSCORE[name], abs=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_the_shrinkage_is_scikit_learns(name):
    features, _ = made(*SETS[name])
    centred = features - features.mean(0)
    assert ledoit_wolf(centred)[0] == pytest.approx(LedoitWolf().fit(centred).shrinkage_)


@pytest.mark.parametrize("name", SETS)
def test_held_out_predictions_are_those_of_a_ridge_fitted_without_the_fold(name, monkeypatch):
    features, labels = made(*SETS[name])
    features, targets = features[:120], np.eye(10)[labels[:120]]
    x, fold = linear.standardised(features), linear.folds(labels[:120])
    for penalty in linear.PENALTIES:
        monkeypatch.setattr(linear, "PENALTIES", (penalty,))
        expected = np.empty_like(targets)
        for number in np.unique(fold):
            out = fold == number
            model = Ridge(alpha=penalty * len(x)).fit(x[~out], targets[~out])
            expected[out] = model.predict(x[out])
        np.testing.assert_allclose(linear.held_out(x, targets, fold), expected, atol=1e-6)


def test_the_penalty_is_the_one_that_errs_least_on_what_was_left_out(monkeypatch):
    features, labels = made(*SETS["hard"])
    x, targets, fold = linear.standardised(features), np.eye(4)[labels], linear.folds(labels)
    chosen = ((linear.held_out(x, targets, fold) - targets) ** 2).sum()
    errors = []
    for penalty in linear.PENALTIES:
        monkeypatch.setattr(linear, "PENALTIES", (penalty,))
        errors.append(((linear.held_out(x, targets, fold) - targets) ** 2).sum())
    assert chosen == min(errors) < max(errors)


def test_folds_spread_each_class_evenly():
    labels = np.repeat([0, 1, 2], [50, 30, 7])
    fold = linear.folds(labels)
    for label in range(3):
        counts = np.bincount(fold[labels == label], minlength=10)
        assert counts.max() - counts.min() <= 1
    assert len(set(linear.folds(np.array([0, 1, 0, 1])))) == 4  # fewer pictures than folds


def test_knn_is_scikit_learns_with_each_picture_left_out():
    features, labels = made(*SETS["hard"])
    x = linear.standardised(features)
    model, hits = KNeighborsClassifier(1, metric="cosine", algorithm="brute"), []
    for i in range(len(x)):
        model.fit(np.delete(x, i, 0), np.delete(labels, i))
        hits.append(model.predict(x[[i]])[0] == labels[i])
    assert neighbours.accuracy(features, labels, k=1) == np.mean(hits)


@pytest.mark.parametrize("labels", [[0, 0, 1], [1, 1, 0]])
def test_a_tied_vote_goes_to_the_nearer_voter(labels, monkeypatch):
    monkeypatch.setattr(neighbours, "standardised", np.array)
    angles = np.radians([0, 10, -20])
    features = np.stack([np.cos(angles), np.sin(angles)], 1)
    assert neighbours.accuracy(features, np.array(labels), k=2) == pytest.approx(2 / 3)


@pytest.mark.parametrize("score", [neighbours.accuracy, logme, hscore])
def test_the_order_of_the_pictures_does_not_matter(score):
    features, labels = made(*SETS["hard"])
    turned = np.random.default_rng(5).permutation(len(labels))
    assert score(features[turned], labels[turned]) == pytest.approx(score(features, labels))


def probe(features, labels):
    return linear.probe(features, labels)[0]


@pytest.mark.parametrize("score", [neighbours.accuracy, probe, logme, hscore])
def test_every_score_rises_when_classes_move_apart(score):
    found = [score(*made(400, 30, 5, apart, 7)) for apart in (0.0, 0.5, 1.0, 3.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_shuffled_labels_fall_to_chance():
    features, labels = made(1000, 64, 5, 2.0, 8)
    assert probe(features, labels) > 0.95
    shuffled = np.random.default_rng(9).permutation(labels)
    accuracy, (low, high) = linear.probe(features, shuffled)
    assert low <= 0.2 <= high
    assert abs(accuracy - 0.2) < 0.05
    assert abs(neighbours.accuracy(features, shuffled) - 0.2) < 0.05
    assert neighbours.chance(shuffled) == 0.2


def test_two_halves_of_one_set_cannot_be_told_apart_and_two_far_sets_can():
    whole, _ = made(1200, 64, 5, 1.0, 10)
    near, far = (
        proxy_a_distance(whole[::2], whole[1::2]),
        proxy_a_distance(whole[::2], whole[1::2] + 9),
    )
    assert near < 0.25
    assert far == 2.0
    assert frechet(whole[::2], whole[1::2]) < 0.05
    assert frechet(whole[::2], whole[1::2] + 9) > 0.5
    assert frechet(whole, whole) == pytest.approx(0, abs=1e-9)


def test_many_channels_alone_tell_nothing_apart():
    """The error is held out: on what it has seen, a classifier with 500 channels makes none."""
    noise = np.random.default_rng(11).normal(size=(400, 500))
    assert proxy_a_distance(noise[:200], noise[200:]) < 0.4


def test_frechet_is_its_formula():
    from scipy.linalg import sqrtm

    rng = np.random.default_rng(12)
    one, two = (
        rng.normal(size=(500, 8)) * 2,
        rng.normal(size=(500, 8)) @ rng.normal(size=(8, 8)) + 1,
    )
    a, b = LedoitWolf().fit(one).covariance_, LedoitWolf().fit(two).covariance_
    gap = ((one.mean(0) - two.mean(0)) ** 2).sum()
    whole = gap + np.trace(a + b)
    expected = (whole - 2 * np.trace(sqrtm(a @ b).real)) / whole
    assert frechet(one, two) == pytest.approx(expected, rel=1e-6)


def test_both_sides_of_a_distance_are_as_many():
    ours, theirs = same_number(np.arange(20.0).reshape(10, 2), np.arange(8.0).reshape(4, 2))
    assert ours.shape == theirs.shape == (4, 2)
    assert len(np.unique(ours[:, 0])) == 4


@pytest.mark.parametrize("labels", [[0, 1], [0, 0, 1], [0, 1, 2, 3], [0, 0, 0, 1]])
def test_very_few_pictures_give_a_number(labels):
    features = np.random.default_rng(13).normal(size=(len(labels), 30))
    labels = np.array(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = [neighbours.accuracy(features, labels), probe(features, labels)]
        values += [logme(features, labels), hscore(features, labels)]
    assert np.isfinite(values).all()


def test_features_that_are_all_alike_give_a_number():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flat, labels = np.ones((12, 5)), np.arange(12) % 3
        values = [neighbours.accuracy(flat, labels), probe(flat, labels), hscore(flat, labels)]
        values += [logme(np.zeros((12, 5)), labels), logme(flat, labels)]
        values += [proxy_a_distance(flat, flat), frechet(np.zeros((4, 2)), np.zeros((4, 2)))]
    assert np.isfinite(values).all()


@pytest.mark.parametrize("value", [0.1, 1e3])
def test_features_that_never_change_are_at_chance_and_a_set_is_not_apart_from_itself(value):
    flat, labels = np.full((400, 16), value), np.arange(400) % 10
    assert probe(flat, labels) == pytest.approx(0.1)
    assert proxy_a_distance(flat, flat) == 0.0


def test_a_channel_is_dead_beside_the_liveliest_one():
    """Rounding of a channel that moves by millions is no feature."""
    alive = np.array([[-1.0], [1.0], [-1.0], [1.0]])
    x = linear.standardised(np.hstack([alive * 1e9, alive, alive * 1e5]))
    assert x[:, [0, 2]].std(0) == pytest.approx(1)
    assert not x[:, 1].any()
    assert linear.standardised(alive).std() == pytest.approx(1)


def test_four_voters_outvote_three_however_near_these_are(monkeypatch):
    monkeypatch.setattr(neighbours, "standardised", np.array)
    features = np.eye(5)[[0, 0, 0, 0, 1, 2, 3, 4]]  # the first is of the far ones' class
    labels = np.array([1, 0, 0, 0, 1, 1, 1, 1])
    assert neighbours.accuracy(features, labels, k=7) == 5 / 8
