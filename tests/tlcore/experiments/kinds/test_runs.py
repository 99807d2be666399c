"""Runs of the kinds of learning: groups without labels, turns without labels, labels by hand.

A toy network and toy pictures stand for the catalogue's: three classes of 8 px.
"""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from tests.tlcore import toy
from tests.tlcore.experiments.export.test_worker import done
from tlcore.data import sets
from tlcore.data.images import Split
from tlcore.experiments.kinds.run import (
    groups as grouping_run,
)
from tlcore.experiments.kinds.run import (
    label_curve,
    unlabelled,
)
from tlcore.experiments.kinds.run import (
    labels as hand_labels,
)
from tlcore.experiments.kinds.run.label_curve import Features
from tlcore.experiments.kinds.spec import GroupsSpec, LabelsSpec, RotationSpec
from tlcore.ground import spread
from tlcore.ground.errors import UserError
from tlcore.networks import backbones
from tlcore.runs import spec
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")

GARMENTS = 4


@pytest.fixture
def pictures(monkeypatch):
    """`sets.load` and `sets.samples` give these; `backbones.build` a toy."""
    made = toy.images(train=60, val=20, test=60)

    def build(name, pretrained=True, seed=0):
        backbone = toy.backbone(7 if pretrained else seed)
        if not pretrained:
            backbone.weights_sha256 = "random"
        return backbone

    def samples(name, count, seed=0, knobs=None):
        return Split(made.train.images[:count], made.train.labels[:count])

    monkeypatch.setattr(backbones, "build", build)
    monkeypatch.setattr(sets, "load", lambda *asked: made)
    monkeypatch.setattr(sets, "samples", samples)
    return made


def told(teller, asked, folder):
    *progress, result = teller.rows(asked, folder, folder)
    assert {row["kind"] for row in progress} <= {"progress"}
    assert (result["kind"], result["status"]) == ("result", "finished")
    assert json.loads(json.dumps([*progress, result], allow_nan=False)) == [*progress, result]
    return progress, result


def tile(folder, sprite, number):
    width, height = sprite["tile"]
    x, y = number % sprite["columns"] * width, number // sprite["columns"] * height
    with Image.open(folder / sprite["file"]) as sheet:
        return np.asarray(sheet.crop((x, y, x + width, y + height)))


# Groups


def test_every_picture_is_in_one_group_and_the_largest_comes_first(pictures, tmp_path):
    _, row = told(grouping_run, GroupsSpec(groups=3, train_size=60), tmp_path)
    counted = np.array(row["table"])
    assert counted.sum(0).tolist() == [20, 20, 20]
    sizes = counted.sum(1)
    assert (np.diff(sizes) <= 0).all()
    assert row["purity"] == counted.max(1).sum() / 60
    assert row["shown"] == np.minimum(sizes, grouping_run.SHOWN).tolist()
    assert len(row["labels"]) == row["groups_sprite"]["count"] == sum(row["shown"])


def test_the_sheet_shows_pictures_of_the_class_that_is_told(pictures, tmp_path):
    _, row = told(grouping_run, GroupsSpec(groups=3, train_size=60), tmp_path)
    of_class = {
        label: {image.numpy().tobytes() for image in pictures.train.images[:, 0][of]}
        for label in range(3)
        for of in [pictures.train.labels == label]
    }
    for place, label in enumerate(row["labels"]):
        assert tile(tmp_path, row["groups_sprite"], place).tobytes() in of_class[label]


def test_groups_far_apart_are_found_and_one_group_is_as_pure_as_chance():
    x = np.concatenate([np.zeros((30, 2)), np.full((20, 2), 9.0), np.full((10, 2), -9.0)])
    group, away = grouping_run.k_means(x, 3, 0)
    assert group.tolist() == [0] * 30 + [1] * 20 + [2] * 10
    assert away == pytest.approx(0)


def test_bare_pixels_sort_pictures_that_differ_in_nothing_else(pictures, tmp_path):
    _, row = told(grouping_run, GroupsSpec(groups=3, train_size=60), tmp_path)
    assert row["pixels"] > row["chance"] + 0.2
    assert row["probe"]["accuracy"] > 0.8


# Accuracy against the number of labels


def test_sizes_of_a_curve_never_leave_the_pool():
    assert label_curve.sizes(4, 1000) == [8, 20, 40, 160]
    assert label_curve.sizes(10, 60) == [20, 50, 60]
    assert label_curve.sizes(10, 20) == [20]


def test_a_head_learns_what_it_is_told():
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    x = (rng.normal(size=(200, 6)) + 3 * labels[:, None]).astype(np.float32)
    both = Features(x, x)
    [good] = label_curve.scores(both, labels, labels, [np.arange(40)])
    [turned] = label_curve.scores(both, 1 - labels, labels, [np.arange(40)])
    assert good > 0.95
    assert turned < 0.05
    assert label_curve.accuracy(both, np.arange(3), np.zeros(3, np.int64), labels) == 0.5


def test_a_point_is_a_mean_with_students_interval_and_one_draw_has_none():
    found = label_curve.point(8, [0.5, 0.6, 0.7])
    assert (found.accuracy, found.half) == (0.6, pytest.approx(4.303 * 0.1 / 3**0.5, abs=1e-4))
    assert label_curve.point(8, [0.5]).row() == {"labels": 8, "accuracy": 0.5, "half": None}


def test_draws_give_each_class_its_share():
    labels = np.arange(60) % 3
    for rows in label_curve.drawn(labels, 15):
        assert np.bincount(labels[rows]).tolist() == [5, 5, 5]
    assert len({rows.tobytes() for rows in label_curve.drawn(labels, 15)}) == label_curve.DRAWS


# Turns


def test_four_starts_on_the_same_draws(pictures, tmp_path):
    progress, row = told(unlabelled, RotationSpec(train_size=60, epochs=2), tmp_path)
    assert [p["part"] for p in progress if p["done"] == p["of"]] == [
        *("data", "rotation", "features", "labels")
    ]
    assert set(row["curves"]) == set(unlabelled.STARTS)
    for points in row["curves"].values():
        assert [point["labels"] for point in points] == [6, 15, 30, 60]
    assert row["draws"] == {"random": 10, "rotation": 10, "labelled": 10, "scratch": 1}
    assert len(row["learned"]) == 2  # 60 pictures / 32 = 1 step an epoch
    means = {name: points[1]["accuracy"] for name, points in row["curves"].items()}
    gain = row["gains"]["random"][1]["mean"]
    assert gain == pytest.approx(means["rotation"] - means["random"], abs=2e-4)


def test_what_is_shown_as_turned_is_turned(pictures, tmp_path):
    _, row = told(unlabelled, RotationSpec(train_size=60, epochs=1), tmp_path)
    sprite = row["turned"]
    assert sprite["count"] == 4 * unlabelled.SHOWN
    upright = tile(tmp_path, sprite, 4)
    assert (upright == pictures.train.images[1, 0].numpy()).all()  # a picture of each class in turn
    for turn in range(4):
        shown = tile(tmp_path, sprite, 4 + turn)
        np.testing.assert_array_equal(shown, np.rot90(upright, turn))


def test_four_turns_of_a_picture_are_no_four_pictures():
    """Alike in all turns: as sure as so many pictures; each turn for itself: as so many turns."""
    alike = torch.tensor([[1.0] * 4] * 30 + [[0.0] * 4] * 20)
    assert unlabelled._by_picture(alike) == pytest.approx(spread.wilson(30, 50), abs=2e-3)
    apart = (torch.rand(50, 4, generator=torch.Generator().manual_seed(0)) < 0.6).double()
    free = spread.wilson(int(apart.sum()), 200)
    assert unlabelled._by_picture(apart) == pytest.approx(free, abs=0.02)


def test_no_label_reaches_the_pre_training(pictures, tmp_path):
    """Whatever the pictures are called, the network that learned to turn is the same."""
    asked = RotationSpec(train_size=60, epochs=1)
    _, one = told(unlabelled, asked, tmp_path)
    pictures.train.labels[:] = (pictures.train.labels + 1) % 3
    _, other = told(unlabelled, asked, tmp_path)
    assert one["learned"] == other["learned"]
    assert one["turns"] == other["turns"]


def test_from_scratch_learns_and_knows_nothing_before(pictures, monkeypatch):
    learned = unlabelled.from_scratch("toy", pictures.train, pictures.test, 3, 0)
    monkeypatch.setattr(unlabelled, "LR", 1e-12)
    assert unlabelled.from_scratch("toy", pictures.train, pictures.test, 3, 0) < 0.5 < learned


# Labels by hand


def test_pictures_come_first_mixed_and_without_their_names(pictures, tmp_path):
    _, row = told(hand_labels, LabelsSpec(train_size=60), tmp_path)
    assert row["hand_sprite"]["count"] == 60
    assert "true" not in row
    first = tile(tmp_path, row["hand_sprite"], 0).tobytes()
    assert first != pictures.train.images[0, 0].numpy().tobytes()


def labelled(folder, change=None):
    _, row = told(hand_labels, LabelsSpec(train_size=60, labels=(0,) * 60), folder)
    labels = change(list(row["true"])) if change else row["true"]
    return told(hand_labels, LabelsSpec(train_size=60, labels=tuple(labels)), folder)[1]


def test_labels_belong_to_the_pictures_as_they_were_shown(pictures, tmp_path):
    """Picture i of the sheet is of the class that `true` says."""
    _, shown = told(hand_labels, LabelsSpec(train_size=60), tmp_path)
    row = labelled(tmp_path)
    looks = {
        i.numpy().tobytes(): int(c)
        for i, c in zip(pictures.train.images[:, 0], pictures.train.labels, strict=True)
    }
    found = [looks[tile(tmp_path, shown["hand_sprite"], n).tobytes()] for n in range(60)]
    assert found == row["true"]


def test_true_labels_are_worth_what_true_labels_are_worth(pictures, tmp_path):
    row = labelled(tmp_path)
    assert row["right"] == 60
    assert row["mine"] == row["best"]
    assert row["mine"]["accuracy"] > 0.8
    assert row["curves"]["true"] == row["curves"]["hand"]


def test_wrong_labels_are_counted_and_cost_accuracy(pictures, tmp_path):
    row = labelled(
        tmp_path, lambda true: [(c + 1) % 3 if i < 30 else c for i, c in enumerate(true)]
    )
    assert row["right"] == 30
    assert row["mine"]["accuracy"] < row["best"]["accuracy"] - 0.1
    low, high = row["interval"]
    assert low < 0.5 < high


def test_a_slipped_label_is_another_class():
    labels = np.arange(300) % 3
    x = Features(np.eye(3, dtype=np.float32)[labels], np.eye(3, dtype=np.float32)[labels])
    found = hand_labels.curves(x, labels, labels, 1.0, 0)
    assert found["true"][0]["accuracy"] == 1
    assert found["hand"][0]["accuracy"] < 0.6


@pytest.mark.parametrize(
    ("size", "labels"), [(10, (0,)), (10, (0,) * 9), (10, (GARMENTS,) * 10), (10, (0,) * 11)]
)
def test_labels_that_do_not_fit_the_pictures_are_refused(size, labels):
    with pytest.raises(UserError) as caught:
        LabelsSpec(train_size=size, labels=labels)
    problems = caught.value.values["problems"]
    values = {"given": len(labels), "allowed": 10, "classes": GARMENTS}
    assert problems == [("labels.incomplete", values)]


# As runs


def test_what_a_click_waits_for_has_a_lane_of_its_own():
    from tlcore.ground.recipe import Compute

    lanes = {
        asked.kind: spec.resolve(asked, Compute(), "here").lane
        for asked in (GroupsSpec(), LabelsSpec(), RotationSpec())
    }
    assert lanes == {"groups": "quick", "labels": "quick", "rotation": "cpu"}


def test_through_store_and_worker(tmp_path):
    """The real backbone and pictures, few of them."""
    store = Store(tmp_path / "store.db")
    run = done(store, kind="groups", train_size=40)
    assert run.status == "finished"
    assert (store.folder(run.id) / "groups.png").is_file()
    run = done(store, kind="labels", labels=[0, 1, 2, 3, 0, 1, 2, 3, 0, 1])
    assert run.status == "finished"
    assert [point["labels"] for point in run.result["curves"]["true"]] == [10, 40, 100, 300]
    store.close()


def test_it_can_be_stopped_between_rows(pictures, tmp_path):
    running = unlabelled.rows(RotationSpec(train_size=60, epochs=2), tmp_path, tmp_path)
    next(running)
    running.close()
    assert not (tmp_path / "turned.png").exists()
    assert torch.is_grad_enabled()
