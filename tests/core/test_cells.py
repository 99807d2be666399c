"""The measured table of the matrix: shipped, complete, of the shipped weights, rightly judged."""

import json
from typing import get_args

import pytest
from PIL import Image

from tlcore import advisor, catalog, cells, evidence, recipe, worker
from tlcore.spec import FineTuneSpec

MEASURED = [name for name in advisor.MATRICES if evidence.file(name).exists()]


@pytest.mark.parametrize("backbone", MEASURED)
def test_the_shipped_table_is_of_the_shipped_weights_and_complete(backbone):
    found = json.loads(evidence.file(backbone).read_text())
    row = catalog.backbone(backbone)
    assert found["conditions"]["backbone"] == row.fingerprint
    for name in advisor.cells(backbone):
        told = evidence.cell(name, backbone)
        assert {row.strategy for row in told.rows} == recipe.strategies(len(row.blocks)).keys()
        assert told.conditions["seeds"] >= 3
        assert told.conditions["size"] == advisor.cells(backbone)[name].size
        assert all(0 < row.accuracy <= 1 and row.seconds > 0 for row in told.rows)


def test_the_matrix_of_garments_was_measured():
    assert "clothing" in MEASURED


def test_every_advised_plan_is_among_those_that_are_measured():
    plans = list(recipe.strategies(8).values())
    for name, cell in advisor.cells("clothing").items():
        assert advisor.advise(name, cell.size).plan in plans
        assert advisor.advise(name, cell.size).other in plans


def test_every_matrix_has_all_four_cells_of_data_with_room_for_their_sizes():
    for matrix in advisor.MATRICES.values():
        assert matrix.keys() == set(get_args(advisor.CellId))
        for name, cell in matrix.items():
            assert cell.id == name
            assert cell.low <= cell.size <= cell.high
            if cell.data:
                assert cell.size <= catalog.dataset(cell.data).train_pool


def evidence_of(monkeypatch, tmp_path, **per_seed):
    runs = {
        strategy: [
            {"seed": i, "test_accuracy": a, "seconds": cost, "learning": cost * 100}
            for i, a in enumerate(values)
        ]
        for cost, (strategy, values) in enumerate(per_seed.items(), start=1)
    }
    (tmp_path / "cells-clothing.json").write_text(
        json.dumps({"conditions": {}, "cells": {"similar_small": {"size": 40, "runs": runs}}})
    )
    monkeypatch.setattr(evidence, "FOLDER", tmp_path)
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

    def run(cell, plan, backbone, seed, source):
        asked.append((plan, seed))
        if len(asked) == 6 and not broken:
            broken.append(True)
            raise KeyboardInterrupt
        return {"seed": seed, "test_accuracy": 0.5, "seconds": 1.0, "learning": 1}

    broken = []
    monkeypatch.setattr(cells, "_run", run)
    file = tmp_path / "cells.json"
    with pytest.raises(KeyboardInterrupt):
        cells.measure(file, 1, ["similar_small"], "clothing")
    cells.measure(file, 1, ["similar_small"], "clothing")
    strategies = recipe.strategies(8)
    assert len(asked) == len(strategies) + 1  # the one that was cut off, once more
    assert len(json.loads(file.read_text())["cells"]["similar_small"]["runs"]) == len(strategies)


def test_a_cell_is_measured_by_the_lab_s_own_run(monkeypatch):
    cell = advisor.Cell("similar_small", "garments", size=8, low=8, high=400)
    monkeypatch.setattr(advisor, "epochs_for", lambda size: 2)
    found = cells._run(cell, recipe.head_only(8), "clothing", 1, None)
    asked = FineTuneSpec(train_size=8, epochs=2, lr=5e-4, layer_decay=0.8, seed=1)
    *_, result = worker.rows_of(asked, recipe.Compute())
    assert found["test_accuracy"] == round(result["test_accuracy"], 5)
    assert found["learning"] == result["learning_parameters"]


def test_pictures_that_are_not_shipped_come_from_held_out_classes(tmp_path):
    for label in range(20):
        for part, each in (("train", 6), ("val", 2)):
            folder = tmp_path / part / f"class{label:02}"
            folder.mkdir(parents=True)
            for number in range(each):
                Image.new("RGB", (64, 64), (12 * label, 40 * number, 90)).save(
                    folder / f"{number}.png"
                )
    found = cells._held_out(tmp_path, 8, seed=0)
    assert len(found.train) == 8
    assert len(found.train.labels.unique()) == 2  # 10 and 15 of 20
    assert len(found.test) == 2 * (6 - 4) + 2 * 2


def test_without_the_source_its_cells_are_refused_by_name(capsys):
    with pytest.raises(SystemExit):
        cells.main(["--backbone", "photo", "--cells", "similar_small"])
    assert "--data" in capsys.readouterr().err
