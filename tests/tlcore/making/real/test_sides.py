"""Real pictures from Parquet, and what the side of the pictures was measured to be worth."""

from __future__ import annotations

import json
from statistics import mean

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from scipy import stats

from tests import needs
from tests.hostile.pictures import photo, saved
from tlcore import catalog
from tlcore.catalog import sides as reading
from tlcore.ground import recorded
from tlcore.making.real import parquet, sides

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
def folder(tmp_path):
    """One set of two classes, one of two domains, and one that says nothing (a single class)."""
    _write(tmp_path, "plain", {"label": ["cat", "dog"] * 6})
    _write(tmp_path, "drawn", {"label": ["cat", "dog"] * 6, "domain": ["ink", "oil"] * 3 * 2})
    _write(tmp_path, "same", {"label": ["cat"] * 12})
    return tmp_path


def _write(folder, name, columns):
    (folder / name).mkdir()
    count = len(columns["label"])
    for part, first in (("train", 0), ("test", 100)):
        images = [saved(photo(first + n, 300, 200)) for n in range(count)]
        pq.write_table(pa.table({"image": images, **columns}), folder / name / f"{part}.parquet")


def test_domains_are_sets_of_their_own_and_one_class_is_none(folder):
    _write(folder, "both", {"label": ["a", "b"] * 6, "domain": ["x"] * 6 + ["y"] * 6})
    assert parquet.names(folder) == ["both/x", "both/y", "plain"]


def test_pictures_are_drawn_from_the_training_part_and_tested_on_the_other(folder):
    found = parquet.load(folder, "plain", 4, 2, 100, seed=0, side=64)
    assert found.classes == ("cat", "dog")
    assert found.train.images.shape == (4, 3, 64, 64)
    assert (len(found.val), len(found.test)) == (2, 12)
    assert found.train.labels.bincount().tolist() == [2, 2]
    flat = [{img.numpy().tobytes() for img in part.images} for part in (found.train, found.val)]
    assert not flat[0] & flat[1]
    other = parquet.load(folder, "plain", 4, 2, 100, seed=1, side=64)
    assert torch.equal(other.test.images, found.test.images)
    assert not torch.equal(other.train.images, found.train.images)


@needs.imagenet
def test_a_recording_goes_on_where_it_was_cut(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(sides, "TRAIN", 4)
    monkeypatch.setattr(sides, "WATCHED", 2)
    monkeypatch.setattr(sides, "ASKED", 4)
    file = tmp_path / "sides.json"
    measuring = sides.measure(file, folder, ["imagenet"], 1)
    first = [next(measuring), next(measuring)]
    measuring.close()
    kept = json.loads(file.read_text())["rows"]
    assert kept == first[:1]  # the second was told, and cut before it was written
    rest = list(sides.measure(file, folder, ["imagenet"], 1))
    assert [row["side"] for row in kept + rest] == list(catalog.backbone("imagenet").sides)


def test_the_shipped_scores_are_those_of_scipy():
    found = recorded.read(reading.FILE)
    told = reading.scores("imagenet")
    sets = sorted({row["set"] for row in found["rows"]})
    assert (told.sets, told.seeds) == (len(sets), 5)

    def of(side):
        rows = [row for row in found["rows"] if row["backbone"] == "imagenet"]
        return [
            mean(r["accuracy"] for r in rows if r["side"] == side and r["set"] == name)
            for name in sets
        ]

    for side, score in told.by_side.items():
        assert score.accuracy == pytest.approx(mean(of(side)))
        if side == catalog.backbone("imagenet").size:
            assert score.more is None
            continue
        paired = stats.ttest_rel(of(side), of(160)).confidence_interval()
        assert (score.more.low, score.more.high) == pytest.approx(tuple(paired), abs=1e-4)


def test_figures_of_other_weights_are_not_told():
    found = recorded.read(reading.FILE)
    found["conditions"]["weights"]["imagenet"] = "other"
    assert reading.scores("imagenet", found) is None
    assert reading.scores("photo") is None


def test_the_table_of_the_readme_is_that_of_the_record():
    found = recorded.read(reading.FILE)
    assert sides.table(found).strip() in recorded.README.read_text("utf-8")
