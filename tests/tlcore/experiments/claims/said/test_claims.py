"""The published claims: their words, their numbers, the table, and what is said of them."""

from __future__ import annotations

import math
import subprocess
import sys
from statistics import mean

import pytest

from tlcore.data import sets
from tlcore.experiments.claims import command, record, table
from tlcore.experiments.claims import said as claims
from tlcore.ground import spread
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.runs.spec import parse
from tlcore.training import class_scores
from tlcore.words import i18n

EVERY = claims.every()


@pytest.mark.parametrize("name", EVERY)
def test_each_claim_has_its_words_and_a_function_to_measure_it(name):
    found = EVERY[name]
    labels = {p.label for p in found.published.points}
    if rows := record.found(found).rows:
        verdict = found.judge(rows)
        labels |= {p.label for p in verdict.ours}
        effects = [e.name for e in verdict.effects]
        assert len(effects) == len(set(effects)) > 0
    else:
        effects = []
    wanted = ["title", "claim", "rule", "published", "how", "reason"]
    wanted += [f"label.{label}" for label in labels] + [f"effect.{e}" for e in effects]
    for language in i18n.LANGUAGES:
        known = i18n.texts(language)
        missing = [w for w in wanted if f"claims.{name}.{w}" not in known]
        assert not missing, (language, missing)
    module, function = found.measure.split(":")
    assert getattr(__import__(module, fromlist=[function]), function)
    assert found.published.source.startswith("https://")
    assert found.seeds >= 5


def test_claims_are_in_the_order_of_their_numbers():
    numbers = [one.number for one in EVERY.values()]
    assert numbers == sorted(set(numbers))


def test_the_table_has_a_line_a_claim_in_both_languages():
    known = list(record.every().values())
    for language in i18n.LANGUAGES:
        lines = table.table(known, language).splitlines()
        assert len(lines) == 2 + len(EVERY)
        assert all(line.count("|") == len(table.HEADS) + 1 for line in lines)


def test_the_command_prints_what_is_known_and_measures_nothing(capsys, monkeypatch):
    monkeypatch.setattr(command, "measure", None)
    assert command.main(["--table", "--claims", "4"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("| 4 |")
    assert "arXiv:1411.1792" in last


def test_an_unknown_number_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["--claims", "99"])
    assert "99" in capsys.readouterr().err


@pytest.mark.usefixtures("unhurried")
def test_claims_and_what_is_known_of_them_load_without_torch():
    code = (
        "import sys; from tlcore.experiments.claims import command, record; record.every()\n"
        "print({'torch', 'sklearn', 'streamlit'} & set(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"


def test_the_table_beside_the_recording_is_the_generated_one():
    text = table.README.read_text(encoding="utf-8")
    assert table.into(text, table.short(list(record.every().values()))) == text
    assert table.into(text, "changed") != text


def test_the_short_table_sets_marks_of_one_name_side_by_side():
    line = table.short([record.found(EVERY["dip"])]).splitlines()[2]
    printed, here = line.split("|")[3:5]
    assert printed.count("<br>") == here.count("<br>") == 1
    assert "middle, n = 4 and 5: -2.6" in printed
    assert "±" in here
    assert "±" not in printed


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_claim_that_there_is_not_is_refused_by_name(language):
    with pytest.raises(UserError) as caught:
        parse({"kind": "claim", "claim": "perpetual motion"})
    [(key, values)] = caught.value.values["problems"]
    assert key == "claim.unknown"
    assert "perpetual motion" in i18n.tell(UserError(key, **values), language)


def test_nothing_in_print_stands_beside_what_its_paper_did_not_try():
    """Mosbach et al.'s spread comes of bias correction and more epochs, at another rate."""
    published = EVERY["few_texts"].published
    assert {p.label for p in published.points} == {"gain", "head"}
    assert "1801.06146" in published.source


def test_what_the_text_says_of_the_parts_of_claim_12_is_what_was_recorded():
    """The fall and rates by layer raise the mean, the rise cannot be told, correction of bias is
    what narrows the seeds, more epochs end lower; and the claim itself is open for its spread."""
    found = record.found(EVERY["few_texts"])
    assert found.seeds >= EVERY["few_texts"].seeds
    assert found.word == "undecided"
    words = {effect.name: effect.status for effect in found.verdict.effects}
    assert words == {"gain": "holds", "spread": "undecided", "head": "holds"}
    marks = {p.label: (p.value - p.half, p.value + p.half) for p in found.verdict.ours}
    for part in ("decay", "ladder", "correction", "correction_warm_up"):
        assert marks[part][0] > 0, part
    low, high = marks["rise"]
    assert low < 0 < high
    assert marks["longer"][1] < 0
    for corrected, not_corrected in (("plain", "uncorrected"), ("warm_up", "uncorrected_warm_up")):
        ends = [
            spread.deviation([row[way] for row in found.rows]) for way in (corrected, not_corrected)
        ]
        assert ends[0][2] < ends[1][1]
    # "Most of them are not surely above chance", "hardly ever": by the floor of the page.
    settings = EVERY["few_texts"].settings
    backbone = EVERY["few_texts"].backbone
    asked = sets.load(settings["data"], settings["train_size"], 0, backbone=backbone).test
    chance = class_scores.commonest(asked.labels.tolist())
    floor = chance + 1.96 * math.sqrt(chance * (1 - chance) / len(asked))
    failed = {way: mean(row[way] <= floor for row in found.rows) for way in found.rows[0]}
    assert failed["uncorrected"] > 0.5
    for way in ("plain", "decay", "warm_up", "ladder", "both", "longer"):
        assert failed[way] <= 0.05, way
