"""What the judges of claims 1 to 6 and 12 make of rows that were made up for them."""

from __future__ import annotations

import pytest

from tlcore.experiments.claims.said import copied, few_texts, gap, sooner
from tlcore.experiments.claims.said.copied import key

SEEDS = range(3)


def rows(values, wobble=0.001):
    """The same for every seed but for a little, which differs by key."""
    return [
        {"seed": s} | {k: v + wobble * ((i + s) % 3) for i, (k, v) in enumerate(values.items())}
        for s in SEEDS
    ]


def frozen(curve, by_depth, split="similar"):
    return {key(split, curve, n): value for n, value in by_depth.items()}


FALLING = {3: 0.9, 5: 0.88, 6: 0.8, 7: 0.7, 8: 0.5}
BOTH = {"similar.base.0": 0.9, "different.base.0": 0.9}


def test_deeper_copies_must_lose_at_every_step_past_the_middle():
    good = BOTH | frozen("AnB", FALLING) | frozen("AnB", FALLING, "different")
    verdict = copied.deeper(rows(good))
    assert verdict.status == "holds"
    assert len(verdict.effects) == 6
    marks = {p.label: p.value for p in verdict.ours}
    assert marks["similar.top"] == pytest.approx(-40, abs=0.3)
    assert copied.deeper(rows(good | {"different.AnB.7": 0.85})).status == "fails"


def test_a_row_with_one_task_only_is_judged_on_that_task():
    verdict = copied.deeper(rows({"different.base.0": 0.9} | frozen("AnB", FALLING, "different")))
    assert {p.label for p in verdict.ours} == {f"different.{cut}" for cut in copied.CUTS}
    assert verdict.status == "undecided"


def test_a_dip_needs_a_loss_in_the_middle_and_a_recovery():
    def told(middle, top):
        found = dict(BOTH)
        for split in ("similar", "different"):
            found |= frozen("BnB", {4: middle, 5: middle, 8: top}, split)
        return copied.dip(rows(found)).status

    assert told(0.88, 0.9) == "holds"
    assert told(0.92, 0.94) == "fails"  # no loss
    assert told(0.88, 0.86) == "fails"  # no recovery


def test_copies_that_learn_on_are_judged_by_their_mean():
    def told(copy):
        found = {"similar.base.0": 0.9} | frozen("AnB+", {3: copy, 5: copy, 8: copy})
        return copied.tuned(rows(found))

    assert told(0.93).status == "holds"
    assert told(0.93).effects[0].mean == pytest.approx(3, abs=0.2)
    assert told(0.88).status == "fails"


@pytest.mark.parametrize(
    ("similar", "different", "random", "status"),
    [
        *((0.85, 0.6, 0.4, "holds"), (0.85, 0.82, 0.4, "fails"), (0.85, 0.6, 0.95, "fails")),
        (0.92, 0.6, 0.4, "holds"),  # the similar task loses nothing
    ],
)
def test_distance_must_double_the_loss_and_random_filters_lose_more(
    similar, different, random, status
):
    found = BOTH | {
        **{"similar.AnB.8": similar, "different.AnB.8": different},
        **{"different.AnB.3": 0.9, "different.random.3": random},
    }
    assert copied.distant(rows(found)).status == status


def test_without_random_filters_that_part_stays_open():
    found = BOTH | {"similar.AnB.8": 0.85, "different.AnB.8": 0.6}
    verdict = copied.distant(rows(found))
    assert [e.status for e in verdict.effects] == ["holds", "undecided"]
    assert verdict.status == "undecided"


def test_steps_are_read_off_between_two_lengths():
    found = {10: 1.0, 20: 2.0, 40: 4.0}
    assert sooner.steps_to(2.0, found) == pytest.approx(20)
    assert sooner.steps_to(3.0, found) == pytest.approx(20 * 2**0.5)
    assert sooner.steps_to(0.5, found) == 10  # there already at the shortest
    assert sooner.steps_to(5.0, found) is None


def learned(quick, slow):
    return {
        **{f"fine_tune.{e}": a for e, a in zip(sooner.LENGTHS["fine_tune"], quick, strict=True)},
        **{f"scratch.{e}": a for e, a in zip(sooner.LENGTHS["scratch"], slow, strict=True)},
    }


SLOW = (0.3, 0.4, 0.6, 0.8)


def test_a_fine_tune_that_is_there_after_a_few_epochs_is_several_times_sooner():
    verdict = sooner.judge(rows(learned((0.5, 0.7, 0.85, 0.9), SLOW), 0.0001))
    assert verdict.status == "holds"
    assert verdict.effects[0].mean > 8
    same = sooner.judge(rows(learned(SLOW, SLOW), 0.0001))
    assert same.effects[0].mean == pytest.approx(4, rel=0.05)  # its lengths are a quarter
    assert sooner.judge(rows(learned((0.2, 0.3, 0.3, 0.3), SLOW))).status == "fails"


def test_an_accuracy_of_one_has_odds_that_can_be_counted_with():
    assert sooner.odds(1.0) == pytest.approx(9_999)
    assert sooner.odds(0.8) == pytest.approx(4)


def test_the_gap_must_shrink_from_size_to_size():
    def told(*gaps):
        pairs = zip(gap.PAIRS.values(), gaps, strict=True)
        found = {k: v for (a, b), g in pairs for k, v in ((a, 0.5), (b, 0.5 + g))}
        return gap.judge(rows(found)).status

    assert told(0.2, 0.1, 0.02) == "holds"
    assert told(0.2, 0.02, 0.1) == "fails"


def test_the_recordings_fill_rows_of_the_gap():
    found = gap.recorded()
    assert len(found) >= 5
    assert all(set(row) <= {"seed", "seconds", *gap.KEYS} for row in found)
    assert set(found[0]) == {"seed", "seconds", *gap.KEYS}


def few(plain, both, head):
    zipped = zip(plain, both, head, strict=True)
    return [{"seed": s, "plain": p, "both": b, "head": h} for s, (p, b, h) in enumerate(zipped)]


def test_the_recipe_must_end_higher_nearer_together_and_above_the_head():
    wild = (0.5, 0.9, 0.55, 0.85, 0.5, 0.88)
    calm = (0.95, 0.94, 0.95, 0.96, 0.95, 0.94)
    verdict = few_texts.judge(few(wild, calm, [0.6] * 6))
    assert verdict.status == "holds"
    marks = {p.label: p.value for p in verdict.ours}
    assert marks["sd_plain"] > 15 > 2 > marks["sd_both"]
    assert few_texts.judge(few(calm, wild, [0.6] * 6)).status == "fails"


def test_parts_of_the_recipe_are_marks_and_decide_nothing():
    rows = few([0.6] * 3, [0.7, 0.71, 0.72], [0.5] * 3)
    ways = {"decay": 0.66, "warm_up": 0.68, "ladder": 0.61, "uncorrected": 0.55}
    ways |= {"uncorrected_warm_up": 0.62, "longer": 0.7}
    told = few_texts.judge([row | ways for row in rows])
    marks = {p.label: p.value for p in told.ours}
    wanted = {"decay": 6, "rise": 2, "ladder": 1, "correction": 5}
    wanted |= {"correction_warm_up": 6, "longer": 2}
    assert {part: marks[part] for part in wanted} == pytest.approx(wanted)
    assert {name for name in marks if name.startswith("sd_")} == {
        f"sd_{way}" for way in few_texts.SPREADS
    }
    assert told.effects == few_texts.judge(rows).effects


def test_one_seed_has_marks_and_no_spread():
    verdict = few_texts.judge(few([0.5], [0.7], [0.6]))
    assert [p.label for p in verdict.ours] == ["gain", "head"]
    assert verdict.status == "undecided"
