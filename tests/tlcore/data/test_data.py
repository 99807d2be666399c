"""Data sets: fixed splits, fair draws, the same picture for the same index, damage found."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.nonempty import files_of
from tlcore import catalog
from tlcore.data.draw import stratified
from tlcore.data.drawn import font_digits, glyphs
from tlcore.data.known import digits, garments
from tlcore.data.sets import load
from tlcore.ground.errors import UserError

NAMES = ("garments", "digits", "font_digits")


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))


@pytest.mark.parametrize("name", NAMES)
def test_splits_have_the_sizes_and_shares_of_the_catalogue(name: str) -> None:
    row, data = catalog.dataset(name), load(name, 80)
    assert data.classes == row.classes
    assert (len(data.train), len(data.val), len(data.test)) == (80, row.val, row.test)
    for split in (data.train, data.val, data.test):
        assert split.images.dtype == torch.uint8
        assert split.images.shape[1:] == (row.channels, row.size, row.size)
        assert split.labels.dtype == torch.int64
        counts = split.labels.bincount(minlength=len(row.classes))
        # scikit-learn's classes have 174 to 183 digits; what is over is in val
        assert counts.max() - counts.min() <= (9 if name == "digits" and split is data.val else 1)
        assert float(split.images.float().std()) > 20  # pictures, not blanks


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_draws_the_training_pictures_and_nothing_else(name: str) -> None:
    first, again, other = load(name, 40, seed=1), load(name, 40, seed=1), load(name, 40, seed=2)
    assert first.sha256 == again.sha256 != other.sha256
    assert torch.equal(first.train.images, again.train.images)
    assert not torch.equal(first.train.images, other.train.images)
    assert torch.equal(first.test.images, other.test.images)
    assert torch.equal(first.val.images, other.val.images)


@pytest.mark.parametrize("name", NAMES)
def test_no_training_picture_is_held_out(name: str) -> None:
    data = load(name, 800)
    seen = {bytes(picture.numpy()) for picture in data.train.images}
    held_out = {bytes(p.numpy()) for s in (data.val, data.test) for p in s.images}
    assert not seen & held_out


def test_sha256_covers_pixels_and_labels_of_all_splits() -> None:
    data = load("digits", 20)
    digest = hashlib.sha256()
    for split in (data.train, data.val, data.test):
        digest.update(split.images.numpy().tobytes() + split.labels.numpy().tobytes())
    assert data.sha256 == digest.hexdigest()


@pytest.mark.parametrize(("name", "size"), [("digits", 9), ("digits", 801), ("garments", 6001)])
def test_a_size_outside_the_pool_is_told_with_its_bounds(name: str, size: int) -> None:
    row = catalog.dataset(name)
    with pytest.raises(UserError) as caught:
        load(name, size)
    bounds = {"low": len(row.classes), "high": row.train_pool, "given": size}
    assert (caught.value.key, caught.value.values) == ("spec.train_size", bounds)


def test_an_unknown_set_lists_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        load("nonsense", 40)
    assert caught.value.values == {"given": "nonsense", "known": ", ".join(catalog.datasets())}


def test_a_smaller_draw_is_part_of_a_larger_one() -> None:
    labels = np.repeat(np.arange(3), (50, 40, 5))
    small, large = (stratified(labels, n, 7, "toy") for n in (12, 60))
    assert set(small) < set(large)
    assert np.bincount(labels[small]).tolist() == [4, 4, 4]
    assert np.bincount(labels[large])[2] == 5  # ran out; the others share the rest
    assert abs(np.subtract(*np.bincount(labels[large])[:2])) <= 1


def test_a_font_digit_depends_on_its_index_alone() -> None:
    together = font_digits.draw("train", np.arange(1200))
    alone = font_digits.draw("train", np.array([7, 1100]))
    assert torch.equal(alone.images, together.images[[7, 1100]])
    assert alone.labels.tolist() == [7, 0]
    assert not torch.equal(font_digits.draw("test", np.array([7])).images, alone.images[:1])


def test_font_digits_are_what_somebody_who_learned_on_handwriting_takes_them_for() -> None:
    """Of each digit more pictures are taken for it than for any other, and most of all pictures
    are right: two labels, or two rows of the atlas, that are exchanged would turn two rows."""
    from sklearn.datasets import load_digits
    from sklearn.svm import SVC

    def middle(images: torch.Tensor) -> np.ndarray:
        """Inked part of each picture, 8 x 8, of mean 0 and deviation 1."""
        found = []
        for image in images.float():
            ink = (image - image.min()) / (image.max() - image.min())
            rows, columns = (torch.nonzero((ink > 0.5).any(axis)) for axis in (1, 0))
            part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            small = torch.nn.functional.interpolate(part[None, None], (8, 8), mode="area")
            found.append(((small - small.mean()) / small.std()).flatten())
        return torch.stack(found).numpy()

    written = load_digits()
    judge = SVC(C=10).fit(middle(torch.from_numpy(written.images)), written.target)
    for split in ("train", "test"):
        drawn = font_digits.draw(split, np.arange(1000))
        taken = judge.predict(middle(drawn.images[:, 0]))
        table = np.histogram2d(drawn.labels.numpy(), taken, bins=10)[0]
        assert table.argmax(1).tolist() == list(range(10))


def test_every_font_and_digit_is_drawn_and_visible() -> None:
    atlas = glyphs.atlas()
    assert atlas.shape[:2] == (len(glyphs.files()), 10)
    assert len(atlas) >= 20
    share = (atlas > 0.5).float().mean((2, 3))
    assert 0.01 < float(share.min()) < float(share.max()) < 0.4
    flat = atlas.view(len(atlas), -1)
    gap = torch.cdist(flat, flat) + torch.eye(len(atlas)) * 1e3
    assert float(gap.min()) > 5  # visibly different fonts


def test_drawn_pictures_are_kept_and_drawn_again_when_the_file_is_damaged(tmp_path: Path) -> None:
    first = load("font_digits", 1000)
    kept = sorted((tmp_path / "data" / "cache" / "data").iterdir())
    assert [p.name.split("-")[:2] for p in kept] == [
        ["test", "2000"],
        ["train", "1000"],
        ["val", "500"],
    ]
    for path, harm in zip(kept, (b"", b"short", None), strict=True):
        content = bytearray(path.read_bytes())
        content[500] ^= 1
        path.write_bytes(content if harm is None else harm)
    assert load("font_digits", 1000).sha256 == first.sha256
    assert kept[0].stat().st_size == 32 + 2000 * 28 * 28  # written anew
    assert load("font_digits", 1000).sha256 == first.sha256


def test_pictures_are_drawn_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "file"))
    assert len(load("font_digits", 1000).train) == 1000


def test_a_damaged_sheet_of_garments_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (garments.FILE, garments.FILE.with_suffix(".json")):
        shutil.copy(path, tmp_path)
    sheet = tmp_path / garments.FILE.name
    content = bytearray(sheet.read_bytes())
    content[-100] ^= 1
    sheet.write_bytes(content)
    monkeypatch.setattr(garments, "FILE", sheet)
    with pytest.raises(UserError) as caught:
        load("garments", 40)
    assert (caught.value.key, caught.value.values) == ("data.damaged", {"file": "garments.png"})


def test_the_sheet_holds_the_pixels_its_card_names() -> None:
    pixels = np.asarray(Image.open(garments.FILE)).tobytes()
    assert hashlib.sha256(pixels).hexdigest() == garments.card()["pixels_sha256"]


def test_tiles_survive_the_sheet() -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (200, 28, 28), np.uint8)
    assert np.array_equal(garments.from_sheet(garments.to_sheet(tiles)), tiles)


def test_damaged_digits_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(b"not a gzip file")
    monkeypatch.setattr(digits, "file", lambda: tmp_path / "digits.csv.gz")
    digits._all.cache_clear()
    digits._parts.cache_clear()
    with pytest.raises(UserError, match="data.damaged"):
        load("digits", 40)


def test_digits_are_scikit_learns_own() -> None:
    from sklearn.datasets import load_digits

    images, labels = digits._all()
    known = load_digits()
    assert np.array_equal(labels, known.target)
    inner = images[:, 0, digits.MARGIN : -digits.MARGIN, digits.MARGIN : -digits.MARGIN].float()
    back = torch.nn.functional.interpolate(inner[:, None], (8, 8), mode="area")[:, 0]
    alike = np.corrcoef(back.numpy().ravel(), known.images.ravel())[0, 1]
    assert alike > 0.97


@pytest.mark.usefixtures("unhurried")
def test_digits_load_without_importing_scikit_learn() -> None:
    code = (
        "import sys; from tlcore.data.sets import load; load('digits', 40); "
        "assert 'sklearn' not in sys.modules and 'torchvision' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_each_font_is_named_with_its_licence_whose_text_is_there() -> None:
    rows = json.loads((glyphs.FOLDER / "fonts.json").read_text(encoding="utf-8"))["fonts"]
    assert [row["file"] for row in rows] == [path.name for path in glyphs.files()]
    texts = {path.name for path in files_of(glyphs.FOLDER, "*.txt")}
    for row in rows:
        assert row["copyright"]
        content = (glyphs.FOLDER / row["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        if row["licence"] != "public domain":
            assert any(text.startswith(row["licence"]) for text in texts)
        assert row["family"].encode("utf-16-be") in content
