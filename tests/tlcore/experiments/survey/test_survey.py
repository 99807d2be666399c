"""What is in a data set: counts, gallery, what the network sees, pictures that are twice."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from tests.tlcore.experiments.export.test_worker import done
from tlcore import catalog
from tlcore.data import likeness, sets
from tlcore.data.images import ImageData, Split
from tlcore.data.seen import LUMA, looks_of, seen
from tlcore.experiments.survey import run as survey
from tlcore.experiments.survey.spec import SurveySpec
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")


def photographs(count, seed=0, px=64):
    """Colour pictures with structure at every scale, as photographs have: noise with a 1/f
    spectrum.  No two are alike."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(px)[:, None], np.fft.rfftfreq(px)[None, :])
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(rng.normal(size=(count, 3, px, px))) / frequency
    x = np.fft.irfft2(spectrum, s=(px, px))
    x -= x.mean((1, 2, 3), keepdims=True)
    x /= x.std((1, 2, 3), keepdims=True)
    return torch.from_numpy((128 + 45 * x).clip(0, 255).astype(np.uint8))


def saved_again(images, quality=60):
    found = []
    for picture in images:
        file = io.BytesIO()
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(file, "JPEG", quality=quality)
        found.append(np.asarray(Image.open(file)).transpose(2, 0, 1))
    return torch.from_numpy(np.stack(found))


def brighter(images):
    return (images.float() * 1.05).clamp(0, 255).to(torch.uint8)


def smaller(images):
    x = torch.nn.functional.interpolate(images.float(), (48, 48), mode="bilinear", antialias=True)
    return torch.nn.functional.interpolate(x, (64, 64), mode="bilinear").to(torch.uint8)


CHANGES = {
    "copied": lambda images: images.clone(),
    "saved again": saved_again,
    "brighter": brighter,
    "smaller": smaller,
    "mirrored": lambda images: images.flip(-1),
}


def found(one, other=None):
    looks = looks_of(one)
    return likeness.pairs(looks, None if other is None else looks_of(other))


@pytest.mark.parametrize("change", CHANGES)
def test_a_planted_duplicate_is_found(change):
    images = photographs(200)
    planted = CHANGES[change](images[40:50])
    told = found(images, torch.cat([photographs(30, seed=1), planted]))
    assert {(pair.first, pair.second) for pair in told} == {(40 + i, 30 + i) for i in range(10)}
    assert all(pair.mirrored == (change == "mirrored") for pair in told)
    assert all(likeness.ALIKE <= pair.likeness <= 1.001 for pair in told)


def test_within_one_split_each_pair_is_told_once():
    images = photographs(700)  # more than are compared at a time
    images[650] = images[3]
    images[20] = brighter(images[19:20])[0]
    images[690] = images[600]
    told = {(pair.first, pair.second) for pair in found(images)}
    assert told == {(3, 650), (19, 20), (600, 690)}
    assert len(found(images)) == 3


def test_different_pictures_are_not_found():
    assert found(photographs(400)) == []
    assert found(photographs(300), photographs(300, seed=1)) == []


def test_the_same_shape_in_another_colour_is_another_picture():
    images = photographs(5)[:, :1].repeat(1, 3, 1, 1)
    images[:, 1:] //= 3
    other = images.flip(1)  # red is now blue
    assert found(images, other) == []
    assert len(found(images, images)) == 5


def test_empty_pictures_are_alike():
    flat = torch.full((2, 1, 28, 28), 200, dtype=torch.uint8)
    assert [(pair.first, pair.second) for pair in found(flat)] == [(0, 1)]


@pytest.mark.parametrize("name", ["garments", "digits"])
def test_false_positives_on_real_sets_are_few(name, capsys):
    """Digits of 8 px and shoes from the side are as alike as different pictures get."""
    row = catalog.dataset(name)
    pictures = sets.load(name, min(1000, row.train_pool))
    pairs = found(pictures.train.images) + found(pictures.train.images, pictures.test.images)
    with capsys.disabled():
        among = len(pictures.train) * (len(pictures.train) / 2 + len(pictures.test))
        print(f"\n{name}: {len(pairs)} pairs called alike among {among:,.0f}")  # noqa: T201
    assert len(pairs) <= 5


def told(folder, **asked):
    spec = SurveySpec(**{"backbone": "clothing", "data": "garments", "train_size": 100} | asked)
    return list(survey.rows(spec, folder, folder))


def test_counts_are_those_of_the_splits(tmp_path):
    *progress, row = told(tmp_path, train_size=101)
    assert [p["done"] for p in progress] == [1, 2, 3]
    pictures = sets.load("garments", 101)
    for name in ("train", "val", "test"):
        labels = getattr(pictures, name).labels.numpy()
        assert row["counts"][name] == np.bincount(labels, minlength=4).tolist()
    assert (row["fewest"], row["most"]) == (25, 26)
    assert row["train_pool"] == 6000
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def tile(folder, sprite, number):
    width, height = sprite["tile"]
    x, y = number % sprite["columns"] * width, number // sprite["columns"] * height
    with Image.open(folder / sprite["file"]) as sheet:
        return np.asarray(sheet.crop((x, y, x + width, y + height)))


def test_the_gallery_shows_ten_of_each_class(tmp_path):
    row, pictures = told(tmp_path)[-1], sets.load("garments", 100)
    sprite = row["gallery"]
    assert sprite["label"] == [0] * 10 + [1] * 10 + [2] * 10 + [3] * 10
    for number in (0, 17, 39):
        expected = pictures.train.images[sprite["index"][number], 0].numpy()
        np.testing.assert_array_equal(tile(tmp_path, sprite, number), expected)
        np.testing.assert_array_equal(tile(tmp_path, row["seen"], number), expected)
    assert not row["seen"]["colour_lost"]
    assert row["seen"]["scale"] == 1


def of_a_set(monkeypatch, train, labels, classes=2, held_out=None):
    """Pictures that stand for `digits` of the catalogue."""
    split = Split(train, torch.tensor(labels))
    other = held_out or Split(photographs(4, seed=99), torch.zeros(4, dtype=torch.long))
    made = ImageData("own", tuple("abcdefgh"[:classes]), split, other, other, "0" * 64)
    monkeypatch.setattr(sets, "load", lambda *asked: made)
    return made


def test_a_grey_backbone_sees_no_colour_and_small_pictures(monkeypatch, tmp_path):
    images = photographs(6)
    of_a_set(monkeypatch, images, [0, 1] * 3)
    row = told(tmp_path, data="digits")[-1]
    assert row["seen"]["tile"] == [28, 28]
    assert row["seen"]["colour_lost"]
    assert row["seen"]["scale"] == 0.438
    shown = tile(tmp_path, row["seen"], 0)
    luma = (images[0].float() * LUMA[0]).sum(0)
    assert shown.shape == (28, 28)
    assert abs(float(shown.mean()) - float(luma.mean())) < 1.5
    assert seen(images, catalog.backbone("resnet18")).shape == (6, 3, 224, 224)
    of_a_set(monkeypatch, images[:, :1].expand(-1, 3, -1, -1), [0, 1] * 3)
    assert not told(tmp_path, data="digits")[-1]["seen"]["colour_lost"]


def test_leaks_and_conflicts_are_told_with_their_pictures(monkeypatch, tmp_path):
    train = photographs(30)
    train[7] = train[2]  # labels 1 and 0: a conflict
    train[8] = train[4]  # both 0: a repeat
    held = photographs(6, seed=5)
    held[3] = brighter(train[9:10])[0]
    of_a_set(monkeypatch, train, [i % 2 for i in range(30)], 2, Split(held, torch.zeros(6).long()))
    row = told(tmp_path, data="digits")[-1]
    assert (row["conflicts"], row["repeats"], row["leaks"]) == (1, 1, {"val": 1, "test": 1})
    places = [pair[:4] for pair in row["pairs"]]
    assert places == [["train", 2, "train", 7], ["train", 9, "val", 3], ["train", 9, "test", 3]]
    assert row["pairs_sprite"]["count"] == 6
    shown = tile(tmp_path, row["pairs_sprite"], 3)
    np.testing.assert_array_equal(shown, held[3].permute(1, 2, 0).numpy())


@pytest.mark.parametrize(
    ("labels", "classes"), [([0, 0, 1, 1], 2), ([0, 0, 0, 1], 2), ([0, 1], 2), ([0, 0, 2], 3)]
)
def test_a_handful_of_pictures_and_a_class_with_none(monkeypatch, tmp_path, labels, classes):
    of_a_set(monkeypatch, photographs(len(labels)), labels, classes)
    row = told(tmp_path, data="digits")[-1]
    assert row["gallery"]["count"] == len(labels)
    assert row["fewest"] == min(labels.count(c) for c in range(classes))
    assert row["pairs"] == []
    assert row["pairs_sprite"] is None


def test_many_classes_get_one_tile_each_at_least(tmp_path):
    split = Split(photographs(300, px=32), torch.arange(300) % 150)
    row = survey.gallery(split, 150, "clothing", tmp_path)
    assert row["gallery"]["count"] == 150
    assert sorted(row["gallery"]["label"]) == list(range(150))


def test_it_can_be_stopped_between_rows(tmp_path):
    running = survey.rows(
        SurveySpec(backbone="clothing", data="digits", train_size=40), tmp_path, tmp_path
    )
    next(running)
    running.close()
    assert not (tmp_path / "gallery.png").exists()


def test_through_store_and_worker(tmp_path):
    store = Store(tmp_path / "store.db")
    run = done(store, kind="survey", backbone="clothing", data="garments", train_size=40)
    assert run.status == "finished"
    for name in ("gallery", "seen"):
        assert (store.folder(run.id) / run.result[name]["file"]).is_file()
    assert sum(run.result["counts"]["train"]) == 40
    store.close()
