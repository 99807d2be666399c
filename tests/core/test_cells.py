"""The measured table of the matrix: shipped, complete, of the shipped weights, rightly judged."""

import json

import pytest

from tlcore import advisor, catalog, cells, evidence, recipe, worker


def test_the_shipped_table_is_of_the_shipped_weights_and_complete():
    found = json.loads(evidence.FILE.read_text())
    backbone = catalog.backbone("clothing")
    assert found["conditions"]["backbone"] == backbone.fingerprint
    for name in advisor.CELLS:
        rows = evidence.cell(name).rows
        assert {row.strategy for row in rows} == recipe.strategies(len(backbone.blocks)).keys()
        assert evidence.cell(name).conditions["seeds"] >= 3
        assert all(0 < row.accuracy <= 1 and row.seconds > 0 for row in rows)


def test_every_advised_plan_was_measured():
    plans = list(recipe.strategies(8).values())
    for name, cell in advisor.CELLS.items():
        assert advisor.advise(name, cell.size).plan in plans
        assert advisor.advise(name, cell.size).other in plans


def evidence_of(monkeypatch, tmp_path, **per_seed):
    runs = {
        strategy: [
            {"seed": i, "test_accuracy": a, "seconds": cost, "learning": cost * 100}
            for i, a in enumerate(values)
        ]
        for cost, (strategy, values) in enumerate(per_seed.items(), start=1)
    }
    file = tmp_path / "cells.json"
    file.write_text(
        json.dumps({"conditions": {}, "cells": {"similar_small": {"size": 40, "runs": runs}}})
    )
    monkeypatch.setattr(evidence, "FILE", file)
    evidence._measured.cache_clear()
    return evidence.cell("similar_small")


@pytest.fixture(autouse=True)
def _fresh_evidence():
    yield
    evidence._measured.cache_clear()


def test_a_cheaper_strategy_within_the_noise_of_the_best_is_the_verdict(monkeypatch, tmp_path):
    found = evidence_of(monkeypatch, tmp_path, head_only=(0.80, 0.84, 0.79), all=(0.82, 0.82, 0.81))
    assert found.best.strategy == "all"
    assert found.verdict.strategy == "head_only"


def test_a_clear_winner_is_the_verdict_however_dear(monkeypatch, tmp_path):
    found = evidence_of(monkeypatch, tmp_path, head_only=(0.60, 0.62, 0.61), all=(0.90, 0.92, 0.91))
    assert found.verdict == found.best
    assert found.best.strategy == "all"


def test_the_interval_is_students():
    centre, width = evidence.interval([0.8, 0.9, 1.0])
    assert centre == pytest.approx(0.9)
    assert width == pytest.approx(4.30 * 0.1 / 3**0.5)  # t(2) = 4.30


def test_a_grid_that_was_interrupted_goes_on_and_repeats_nothing(monkeypatch, tmp_path):
    asked = []

    def rows_of(spec, compute):
        asked.append((spec.freeze, spec.read, spec.keep, spec.seed))
        yield {"test_accuracy": 0.5, "learning_parameters": 1}
        if len(asked) == 5 and not broken:
            broken.append(True)
            raise KeyboardInterrupt

    broken = []
    monkeypatch.setattr(worker, "rows_of", rows_of)
    file = tmp_path / "cells.json"
    with pytest.raises(KeyboardInterrupt):
        cells.measure(file, 1, ["similar_small"])
    cells.measure(file, 1, ["similar_small"])
    strategies = recipe.strategies(8)
    assert len(asked) == len(strategies) + 1  # the one that was cut off, once more
    assert len(json.loads(file.read_text())["cells"]["similar_small"]["runs"]) == len(strategies)
