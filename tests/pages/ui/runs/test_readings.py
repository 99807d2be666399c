"""Runs say what they are, on their own page and in the race, with the rule one click away."""

from __future__ import annotations

import pytest

from pages.ui.runs import readings
from tests.pages import house as made
from tests.pages.reader import Reader
from tlcore.words import i18n


@pytest.fixture
def begun(house):
    Reader("fine_tune", cookie="me").click("fine_tune.start")
    return house.waiting()[0]


def sentences(reader):
    return "\n".join(m.value for m in reader.app.markdown)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_finished_run_is_read_with_its_rule(house, begun, language):
    house.finish(begun)  # validation loss 1, 1/2, 1/3, 1/4, 1/5: it was still falling
    reader = Reader("run", language, cookie="me", id=begun)
    under = i18n.t("reading.under", language, before="0.25", final="0.20", epoch=4, lowest="0.20")
    assert f"- {under[:1].upper()}{under[1:]}" in sentences(reader)
    assert f"- {i18n.t('reading.under.rule', language, share='3%')}" in sentences(reader)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_run_that_kept_its_best_epoch_says_which_and_what_that_costs(house, language):
    lab = Reader("fine_tune", cookie="me").choose("fine_tune.kept_epoch", "best")
    lab.choose("fine_tune.patience", 2).click("fine_tune.start")
    [run_id] = house.waiting()
    house.begin(run_id)
    loss = {"train_loss": 1.0, "train_accuracy": 0.5, "val_loss": 1.0, "step": 1}
    curve = [0.25, 0.736, 0.7, 0.639]
    rows = [
        {"kind": "epoch", "epoch": epoch, "val_accuracy": found, **loss}
        for epoch, found in enumerate(curve)
    ]
    kept = {"epoch": 1, "best": 1, "of": 3, "val_accuracy": 0.736, "stopped": True}
    house.store.append(run_id, 1, 1, [*rows, made.result(4) | {"kept": kept}])
    house.queue.end(run_id, "finished")
    told = sentences(Reader("run", language, cookie="me", id=run_id))
    values = {"epoch": 1, "of": 3, "best": "73.6%", "final": "63.9%", "n": "0"}
    for key, given in (
        ("kept_best", values),
        ("stopped", {"of": 3, "planned": 3, "patience": 2, "best": 1}),
    ):
        sentence = i18n.t(f"reading.{key}", language, **given)
        assert sentence[:1].upper() + sentence[1:] in told
        assert i18n.t(f"reading.{key}.rule", language) in told


def test_a_run_of_which_nothing_is_known_says_so(house, begun):
    house.diverge(begun)
    reader = Reader("run", cookie="me", id=begun)
    assert i18n.t("reading.nothing", "en") in sentences(reader)
    assert i18n.t("reading.rules.none", "en") in sentences(reader)


def test_the_three_of_a_race_are_read_by_name_and_a_rule_stands_once(house):
    reader = Reader("why_transfer", cookie="me")
    reader.click("predict.why_race.pass").click("why_transfer.start")
    for name in house.waiting():
        house.finish(name)
    told = sentences(reader.run())
    for entrant in ("head_only", "fine_tune", "scratch"):
        assert f"- **{i18n.t(f'why.{entrant}', 'en')}**: validation loss was still" in told
    assert told.count(i18n.t("reading.under.rule", "en", share="3%")) == 1


def test_rows_of_a_run_are_read_once(house, begun, monkeypatch):
    house.finish(begun)
    run = house.run(begun)
    first = readings.of(run)
    monkeypatch.setattr(readings, "readings", None)  # not asked again
    assert readings.of(run) == first != []
