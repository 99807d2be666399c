"""The run that measures similarity: its rows, its cache, how it stops, and the real path."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from tests.tlcore import toy
from tests.tlcore.experiments.export.test_worker import Link, done
from tlcore import catalog
from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.similarity import command as six
from tlcore.experiments.similarity import expected
from tlcore.experiments.similarity import reading as nearness
from tlcore.experiments.similarity import run as similarity
from tlcore.experiments.similarity.ranks import by_chance, kendall, spearman
from tlcore.experiments.similarity.run import distance
from tlcore.experiments.similarity.spec import SimilaritySpec
from tlcore.ground.recipe import Compute, Knobs
from tlcore.networks import backbones, weights
from tlcore.runs import worker
from tlcore.runs.queue import Queue
from tlcore.runs.spec import parse, resolve
from tlcore.runs.store.store import Store
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.transfer import features


def told(folder, **asked):
    spec = SimilaritySpec(**{"backbone": "clothing", "data": "digits", "train_size": 60} | asked)
    return list(similarity.rows(spec, folder, folder))


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("similarity")
    return told(folder), told(folder)


@pytest.fixture
def own_set(monkeypatch):
    """Stands in for the set `digits` of the catalogue."""

    def of(images, labels, classes):
        split = Split(torch.as_tensor(images), torch.as_tensor(labels))
        made = ImageData("own", tuple("abcdef"[:classes]), split, split, split, "0" * 64)
        row = catalog.dataset("digits").__class__(
            **{
                **vars(catalog.dataset("digits")),
                "classes": made.classes,
                "train_pool": len(labels),
            }
        )
        monkeypatch.setattr(catalog, "dataset", lambda name: row)
        monkeypatch.setattr(sets, "samples", lambda *asked: made.train)

    return of


def test_the_result_has_every_score_of_every_block(rows):
    *progress, result = rows[0]
    assert {row["kind"] for row in progress} == {"progress"}
    assert [r["part"] for r in progress if r["done"] == r["of"]].count("scores") == 1
    assert result["kind"] == "result"
    assert result["status"] == "finished"
    names = [block.name for block in catalog.backbone("clothing").blocks]
    assert [block["name"] for block in result["blocks"]] == names
    assert [block["name"] for block in result["random"]["blocks"]] == names
    for block in result["blocks"]:
        low, high = block["probe_interval"]
        assert low <= block["probe"] <= high
        assert {"knn", "knn_chance", "pad", "frechet", "logme", "hscore"} < block.keys()
    assert {"knn", "probe", "side"} < result["pixels"].keys()
    assert (result["n"], result["classes"], result["fewest"]) == (60, 10, 6)
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_the_second_measurement_passes_no_picture_and_says_the_same(rows, monkeypatch):
    first, second = rows
    passes = [sum(row.get("part") == "learned" for row in found) for found in rows]
    assert passes == [2, 1]  # one chunk and "all done", then "all done" from the disk
    timeless = [{k: v for k, v in found[-1].items() if k != "parts"} for found in (first, second)]
    assert timeless[0] == timeless[1]


def test_features_are_those_of_the_blocks_in_eval_mode(tmp_path):
    backbone, images = toy.backbone(), toy.images(23).train.images
    backbone.blocks.train()
    *_, last = features.of_blocks(backbone, images, FeatureStore(tmp_path))
    backbone.blocks.eval()
    with torch.no_grad():
        x = backbones.prepare(images, backbone.input)
        for block, found in zip(backbone.blocks, last.features, strict=True):
            x = block(x)
            np.testing.assert_allclose(found, x.mean((2, 3)), rtol=1e-4, atol=1e-5)


def test_other_weights_or_other_pictures_find_nothing_on_the_disk(tmp_path):
    disk, images = FeatureStore(tmp_path), toy.images(23).train.images
    for backbone, pictures in [
        (toy.backbone(), images),
        (toy.backbone(seed=1), images),
        (toy.backbone(), images.flip(0)),
    ]:
        assert len(list(features.of_blocks(backbone, pictures, disk))) == 2
    assert len(list(features.of_blocks(toy.backbone(), images, disk))) == 1


def test_random_weights_get_the_statistics_of_the_pictures(tmp_path):
    """Else a deep random network answers out of all proportion: after batch norm, mean 0."""
    untrained = backbones.build("clothing", pretrained=False, seed=0)
    images = sets.load("digits", 100).train.images
    list(features.of_blocks(untrained, images, FeatureStore(tmp_path)))
    seen = []
    norms = [m for m in untrained.blocks.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    norms[-1].register_forward_hook(lambda m, i, o: seen.append(o))
    with torch.no_grad():
        untrained.blocks(backbones.prepare(images, untrained.input))
    assert seen[0].mean().abs() < 0.1
    assert seen[0].std() == pytest.approx(1, abs=0.1)
    assert not any(m.training for m in untrained.blocks.modules())


def test_it_can_be_stopped_between_any_two_rows(tmp_path):
    spec = SimilaritySpec(backbone="clothing", data="digits", train_size=300)
    for rows_read in (1, 3, 8):
        running = similarity.rows(spec, tmp_path / str(rows_read), tmp_path)
        for _ in range(rows_read):
            next(running)
        running.close()
        with pytest.raises(StopIteration):
            next(running)
    assert not list(tmp_path.glob("1/cache/*"))  # stopped in the middle of the features


def test_without_source_features_no_distance_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "source_features", lambda name: None, raising=False)
    result = told(tmp_path)[-1]
    assert result["source"] is None
    assert {block["pad"] for block in result["blocks"]} == {None}
    assert nearness.read(result).word in ("useful", "useless")


def test_garments_are_told_from_inverted_garments_and_not_from_themselves(tmp_path, monkeypatch):
    images = sets.load("garments", 600).train.images
    backbone = backbones.build("clothing")
    found = []
    for pictures in (images[::2], images[1::2], 255 - images[1::2]):
        *_, last = features.of_blocks(backbone, pictures, FeatureStore(tmp_path))
        found.append(last.features)
    for block in range(8):
        one, same, inverted = (of[block].astype(np.float64) for of in found)
        assert distance.proxy_a_distance(one, same) < 0.35
        assert distance.proxy_a_distance(one, inverted) > 1.9


@pytest.mark.parametrize(
    ("count", "labels"),
    [(4, [0, 0, 1, 1]), (4, [0, 0, 0, 1]), (2, [0, 1]), (3, [0, 1, 2])],
)
def test_a_handful_of_pictures_is_told_to_be_too_few(own_set, tmp_path, count, labels):
    images = np.random.default_rng(0).integers(0, 256, (count, 3, 40, 40), dtype=np.uint8)
    own_set(images, labels, max(labels) + 1)
    *_, result = similarity.measure("clothing", "digits", count, 0, Knobs(), tmp_path)
    assert result["n"] == count
    json.dumps(result, allow_nan=False)
    assert nearness.read(result).word == "too_few"


def test_a_class_without_a_training_picture_is_counted(own_set, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (30, 1, 28, 28), dtype=np.uint8)
    own_set(images, [0, 1] * 15, 3)
    result = told(tmp_path, train_size=30)[-1]
    assert result["fewest"] == 0
    assert nearness.read(result).word == "too_few"


def test_a_heavy_network_sees_fewer_pictures_and_each_class_once():
    light = similarity.looked_at("clothing", 20_000, 4)
    heavy = similarity.looked_at("resnet18", 1000, 4)
    assert light == similarity.MOST
    assert 64 <= heavy <= 1000
    macs = sum(block.macs for block in catalog.backbone("resnet18").blocks)
    assert heavy == 1000 or (2 * heavy + features.SETTLED_ON) * macs <= similarity.BUDGET
    assert similarity.looked_at("resnet18", 1000, 5000) == 5000


def test_a_run_looks_at_no_more_pictures_than_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(similarity, "MOST", 30)
    assert told(tmp_path, train_size=60)[-1]["n"] == 30


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("data") / "store.db")
    yield store
    store.close()


def test_through_store_and_worker(store):
    run = done(store, kind="similarity", backbone="clothing", data="digits", train_size=40)
    assert run.status == "finished"
    rows, _ = store.rows(run.id)
    assert rows[-1]["n"] == 40
    assert rows[-1]["seconds"] > 0
    assert nearness.read(run.result).word in ("near", "between", "far", "useful", "useless")


def test_through_a_dispatcher_and_its_own_worker_processes(house, monkeypatch):
    monkeypatch.delenv("TL_WORKER")
    house.start()
    asked = {"backbone": "clothing", "data": "digits", "train_size": 40}
    ids = {
        kind: house.store.submit(
            resolve(parse({"kind": kind, **asked}), Compute(), "a machine"), "ada"
        ).run_id
        for kind in ("similarity", "survey")
    }
    for kind, run_id in ids.items():
        run = house.ended(run_id, 120)
        assert run.status == "finished", run
        assert run.result["data"] == "digits"
        assert (kind == "survey") == (house.store.folder(run_id) / "gallery.png").is_file()


def test_a_run_that_is_told_to_stop_ends_early(store):
    class Impatient(Link):
        def stopping(self):
            return True

    asked = {"kind": "similarity", "backbone": "clothing", "data": "garments", "train_size": 300}
    run_id = store.submit(resolve(parse(asked), Compute(), "a machine"), "ada").run_id
    Queue(store).start(run_id)
    run = store.run(run_id)
    job = {"run_id": run_id, "attempt": run.attempt, "spec": run.spec, "compute": {}, "user": "ada"}
    job |= {"store": str(store.path), "data_dir": str(store.path.parent / "empty")}
    assert worker.work(job, Impatient()) == {"ending": "stopped"}
    assert len(store.rows(run_id)[0]) == 1


def test_rank_correlations_are_those_of_scipy():
    from scipy import stats

    rng = np.random.default_rng(0)
    for _ in range(20):
        one, other = rng.integers(0, 5, 6).tolist(), rng.permutation(6).tolist()
        if len(set(one)) > 1:
            assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
            assert kendall(one, other) == pytest.approx(stats.kendalltau(one, other).statistic)
    assert spearman([1, 1, 1], [1, 2, 3]) == kendall([1, 1, 1], [1, 2, 3]) == 0
    assert by_chance([1, 2, 3, 4], [1, 2, 3, 4]) == pytest.approx(1 / 24)
    assert by_chance([4, 3, 2, 1], [1, 2, 3, 4]) == 1


def test_the_expected_orders_are_of_the_same_six_sets():
    orders = [set(order) for order in expected.ORDER.values()]
    assert all(len(order) == 6 and order == orders[0] for order in orders)


def test_the_command_prints_each_score_and_its_correlation(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(expected, "ORDER", {"clothing": ("garments", "digits", "no_such_set")})
    monkeypatch.setattr(expected, "PICTURES", 60)
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    assert six.main(["--save", str(tmp_path / "rows.json")]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == "clothing: 2 of 3 sets"
    for score in ("similarity", "knn", "probe", "logme", "hscore"):
        assert any(line.startswith(score) and "Spearman" in line for line in said.splitlines())
    saved = json.loads((tmp_path / "rows.json").read_text())
    assert [row["data"] for row in saved["clothing"]] == ["garments", "digits"]


def test_a_score_that_was_not_measured_everywhere_is_not_correlated():
    rows = [dict.fromkeys(six.SCORES, value) for value in (3.0, 2.0, 1.0)]
    rows[1]["pad"] = None
    found = six.correlations(rows, [0.0, -1.0, -2.0])
    assert "pad" not in found
    assert found["knn"] == (1.0, 1.0, pytest.approx(1 / 6))


def test_knobs_reach_the_data(monkeypatch, tmp_path):
    asked = []
    real = sets.samples
    monkeypatch.setattr(sets, "samples", lambda *given: asked.append(given) or real("digits", 40))
    told(tmp_path, train_size=40, shift=0.7, seed=3)
    assert asked == [("digits", 40, 3, Knobs(0.3, 0.7))]
