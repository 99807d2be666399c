"""Claims 7 to 11: judged from rows by their rules, and measured on a few pictures."""

from __future__ import annotations

import pytest

from tlcore.experiments.claims import run as claims_run
from tlcore.experiments.claims import said as claims
from tlcore.experiments.claims.said import (
    label_flip,
    linear_path,
    lp_ft,
    norm_statistics,
    surgical,
)
from tlcore.experiments.claims.spec import ClaimSpec
from tlcore.ground.errors import UserError
from tlcore.runs import spec
from tlcore.words import i18n

MINE = (lp_ft, surgical, norm_statistics, label_flip, linear_path)
IDS = [module.CLAIM.id for module in MINE]


def status(verdict):
    return {effect.name: effect.status for effect in verdict.effects}


def rows(**given):
    """Three seeds; a pair (value, step) grows by `step` from seed to seed."""
    return [
        {"seed": seed}
        | {
            key.replace("__", "."): value[0] + seed * value[1] if type(value) is tuple else value
            for key, value in given.items()
        }
        for seed in range(3)
    ]


def lp_ft_rows(**other):
    given = {
        **{"ood__ft": 0.60, "ood__lp": (0.65, 0.001), "ood__lp_ft": (0.70, 0.002)},
        **{"id__ft": 0.85, "id__lp": 0.83, "id__lp_ft": (0.846, 0.001)},
        **{"moved__id__ft": (0.5, 0.01), "moved__ood__ft": 0.4},
        **{"moved__id__lp_ft": 0.1, "moved__ood__lp_ft": 0.1},
    }
    return rows(**given | other)


def test_probe_then_tune_has_five_parts_and_a_point_of_tolerance_on_usual_pictures():
    verdict = lp_ft.judge(lp_ft_rows())
    assert set(status(verdict).values()) == {"holds"}
    assert {e.name: round(e.mean, 6) for e in verdict.effects} == {
        **{"hurts": 5.1, "wins": 10.2, "best": 5.1, "keeps": -0.3, "stays": 41.0}
    }
    assert [p.label for p in verdict.ours][:6] == [p.label for p in lp_ft.CLAIM.published.points]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ood__lp": 0.59}, ("hurts", "fails")),
        ({"ood__lp": (0.58, 0.02)}, ("hurts", "undecided")),
        ({"id__lp_ft": 0.838}, ("keeps", "fails")),
        ({"moved__id__lp_ft": 0.6}, ("stays", "fails")),
    ],
)
def test_each_part_of_probe_then_tune_can_fail(changed, told):
    name, word = told
    verdict = lp_ft.judge(lp_ft_rows(**changed))
    assert status(verdict)[name] == verdict.status == word


def surgical_row(seed, first=0.8, everything=0.75, last=0.7, rgn=2.0):
    row = {"seed": seed}
    for name in surgical.CORRUPTIONS:
        row |= {f"{name}.none": 0.5, f"{name}.first": first + seed / 1000}
        row |= {f"{name}.all": everything, f"{name}.last": last}
        row |= {f"{name}.rgn.{stage}": 1.0 for stage in surgical.STAGES}
        row[f"{name}.rgn.first"] = rgn
    return row


def test_the_first_part_must_beat_everything_and_everything_the_last_layer():
    verdict = surgical.judge([surgical_row(seed) for seed in range(3)])
    assert verdict.status == "holds"
    assert verdict.effects[0].mean == pytest.approx(5.1)
    assert {p.label: round(p.value, 6) for p in verdict.ours} == {
        **{"gain": 5.1, "last": -5.0, "none": -25.0}
    }
    lost = surgical.judge([surgical_row(seed, everything=0.69) for seed in range(3)])
    assert status(lost) == {"first_all": "holds", "all_last": "fails", "picked": "holds"}


def test_a_gradient_that_is_largest_elsewhere_picks_nothing():
    row = surgical_row(0, rgn=0.5)
    assert surgical.picked(row) == 0
    row["fog.rgn.first"] = 3.0
    assert surgical.picked(row) == 25


def norm_row(seed, gain=0.06, answers=0.05, hashes=True):
    row = {"seed": seed, "clean": 0.9, "train.answers": answers, "train.accuracy": 0.8}
    row |= dict.fromkeys(norm_statistics.HASHES, True) | {"eval.all_same": hashes}
    for name in norm_statistics.CORRUPTIONS:
        row |= {f"{name}.before": 0.5, f"{name}.after": 0.5 + gain, f"{name}.many": 0.6}
    return row


def test_statistics_must_give_back_half_of_what_is_printed():
    assert round(norm_statistics.HALF, 6) == 4.75
    assert norm_statistics.judge([norm_row(seed) for seed in range(2)]).status == "holds"
    little = norm_statistics.judge([norm_row(seed, gain=0.04) for seed in range(2)])
    assert status(little) == {
        "few": "fails",
        "many": "holds",
        "answers": "holds",
        "hashes": "holds",
    }


def test_a_net_that_changes_in_eval_mode_in_one_seed_is_told():
    found = norm_statistics.judge([norm_row(0), norm_row(1), norm_row(2, hashes=False)])
    assert status(found)["hashes"] == "undecided"
    assert found.effects[-1].mean == pytest.approx(200 / 3)


def test_the_last_layer_may_be_a_point_below_everything():
    near = rows(before=0.9, last=(0.851, 0.001), all=0.858, first=0.7)
    assert label_flip.judge(near).effects[0].mean == pytest.approx(-0.6)  # 0.25 either way
    assert label_flip.judge(near).status == "holds"
    unsure = rows(before=0.9, last=(0.840, 0.01), all=0.858, first=0.7)
    assert label_flip.judge(unsure).status == "undecided"
    far = rows(before=0.9, last=0.84, all=0.858, first=0.7)
    assert status(label_flip.judge(far)) == {"last_all": "fails", "last_first": "holds"}


def test_a_barrier_is_what_stands_above_the_line_between_the_ends():
    assert linear_path.barrier([0.1, 0.2, 0.3]) == pytest.approx(0)
    assert linear_path.barrier([0.1, 0.5, 0.3]) == pytest.approx(0.3)
    assert linear_path.barrier([0.3, 0.1, 0.3]) == 0  # a valley is none


def test_what_is_judged_has_its_statistics_measured_anew():
    flat, high = [0.2, 0.21, 0.2], [0.2, 0.6, 0.2]
    given = {"tuned.plain": high, "tuned.anew": flat, "scratch.anew": high, "scratch.plain": high}
    verdict = linear_path.judge([{"seed": seed} | given for seed in range(2)])
    assert verdict.status == "holds"
    assert {e.name: round(e.mean, 6) for e in verdict.effects} == {"level": -1.0, "high": 40.0}
    given |= {"tuned.anew": high, "scratch.anew": flat}
    fails = linear_path.judge([{"seed": seed} | given for seed in range(2)])
    assert status(fails) == {"level": "fails", "high": "fails"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What one seed of a claim tells, on a few pictures; each is measured once."""
    folder, kept = tmp_path_factory.mktemp("claims"), {}

    def rows_of(claim):
        asked = ClaimSpec(claim=claim.id, seed=3, small=True)
        if claim.id not in kept:
            kept[claim.id] = list(claims_run.rows(asked, folder, folder))
        assert not list(folder.iterdir())
        return kept[claim.id]

    return rows_of


@pytest.mark.parametrize("module", MINE, ids=IDS)
def test_whatever_is_judged_or_drawn_has_words(module, told):
    claim = module.CLAIM
    assert claims.every()[claim.id] is claim
    row = told(claim)[-1]["row"]
    verdict = claim.judge([row, row | {"seed": 4}])
    assert claim.lead in {point.label for point in verdict.ours}
    wanted = {f"label.{point.label}" for point in (*verdict.ours, *claim.published.points)}
    wanted |= {f"effect.{effect.name}" for effect in verdict.effects}
    wanted |= {"title", "claim", "rule", "published", "how"}
    for language in i18n.LANGUAGES:
        assert {f"claims.{claim.id}.{name}" for name in wanted} <= i18n.texts(language).keys()


@pytest.mark.parametrize("module", MINE, ids=IDS)
def test_one_seed_is_told_with_its_progress(module, told):
    claim = module.CLAIM
    *progress, result = told(claim)
    assert [row["kind"] for row in progress] == ["progress"] * len(progress)
    assert all(row["done"] < row["of"] == progress[0]["of"] for row in progress)
    assert progress[0]["done"] == 0
    assert (result["kind"], result["status"], result["claim"]) == ("result", "finished", claim.id)
    assert result["row"]["seed"] == 3
    assert set(result["row"]) == {"seed", *claim.keys}


def test_a_seed_measured_again_says_the_same(told):
    claim = label_flip.CLAIM
    *_, again = claims_run.measure(claim, 3, small=True)
    assert again == told(claim)[-1]["row"]


def test_a_claim_that_there_is_not_is_told_with_those_there_are():
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "claim", "claim": "nonsense"})
    assert "nonsense" in i18n.tell(caught.value, "en")
    assert "label_flip" in i18n.tell(caught.value, "en")
    assert spec.parse({"kind": "claim", "claim": "label_flip"}).seed == 0
