"""Road signs, blood cells, game objects: the same picture for the same index, knobs that turn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from tlcore import catalog
from tlcore.data.draw import stratified
from tlcore.data.drawn import drawn_cache, game
from tlcore.data.drawn.canvas import to_uint8
from tlcore.data.drawn.dice import OWN, Dice
from tlcore.data.sets import DRAWN, load, samples
from tlcore.ground.recipe import Knobs
from tlcore.making import sheet

pytestmark = pytest.mark.usefixtures("unhurried")

CORE, REST = slice(0, 7), slice(57, 64)  # px of a picture's corners
# Written down, not read from the drawing: with the sheets below they say which picture is of which
# class, so that two classes that are exchanged, in names, labels or drawings, are noticed.
CLASSES = {
    "signs": (
        *("stop", "yield", "no_entry", "speed_30", "speed_50", "priority_road", "roundabout"),
        *("pedestrian_crossing", "one_way", "no_parking"),
    ),
    "blood": (
        *("erythrocyte", "target_cell", "sickle_cell", "platelet", "neutrophil", "eosinophil"),
        *("basophil", "lymphocyte", "monocyte", "erythroblast"),
    ),
    "game": (
        *("player", "enemy", "coin", "heart", "potion", "key", "chest", "sword", "bomb", "tree"),
    ),
}
NAMES = tuple(CLASSES)
# One picture of each class, in this order, at two positions of the knobs, kept as a sheet: another
# processor may round a value the other way, so they are compared and not hashed.  When a picture
# changes, raise the drawing's version (caches and results of runs are named by it), write the
# sheets anew, `TL_WRITE_SHEETS=1 pytest tests/tlcore/data/drawn/test_drawn.py -k pixels`, and look
# whether each picture is of its class.
SHEETS = Path(__file__).with_name("drawn")
VERSIONS = {"signs": 1, "blood": 1, "game": 1}


def test_every_set_that_is_drawn_is_looked_at() -> None:
    assert CLASSES.keys() == VERSIONS.keys() == DRAWN.keys(), "its classes, its version, its sheet"


@pytest.fixture(autouse=True)
def _one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # many small operations: a second thread would only wait
    yield
    torch.set_num_threads(before)


def draw(name: str, n: int, difficulty: float = 0.3, shift: float = 0.0) -> torch.Tensor:
    """(n, 3, 64, 64) of the pool, classes in turn."""
    return DRAWN[name].draw("train", np.arange(n), Knobs(difficulty, shift)).images


@cache
def many(name: str, split: str, difficulty: float, shift: float) -> torch.Tensor:
    """600 pictures for the tests that learn from them, which take the first of these."""
    return DRAWN[name].draw(split, np.arange(600), Knobs(difficulty, shift)).images


def alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Equal, but for what a last bit may turn: one value in a thousand by more than one."""
    apart = (one.int() - other.int()).abs() > 1
    return one.shape == other.shape and float(apart.float().mean()) < 1e-3


def small(images: torch.Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return F.avg_pool2d(images.float(), 4).flatten(1).numpy()


def accuracy(
    train: np.ndarray, said: np.ndarray, test: np.ndarray, truth: np.ndarray, free: float = 0.01
) -> float:
    """Of a logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probe = make_pipeline(StandardScaler(), LogisticRegression(C=free, max_iter=300))
    return float(probe.fit(train, said).score(test, truth))


@pytest.mark.parametrize("name", NAMES)
def test_the_row_is_that_of_the_drawing(name: str) -> None:
    row, data, classes = catalog.dataset(name), load(name, 40), len(CLASSES[name])
    assert (row.source, row.knobs, row.train_pool) == ("drawn", True, 20_000)
    assert data.classes == row.classes == CLASSES[name]
    assert (len(data.train), len(data.val), len(data.test)) == (40, 500, 2000)
    for split in (data.train, data.val, data.test):
        assert split.images.shape[1:] == (3, 64, 64)
        assert split.images.dtype == torch.uint8
        counts = split.labels.bincount(minlength=len(row.classes))
        assert counts.max() == counts.min()
    assert torch.equal(samples(name, 40).images, data.train.images)
    for split, count in ((data.val, 500), (data.test, 2000)):
        assert split.labels.tolist() == [i % classes for i in range(count)]
    picked = stratified(np.arange(20_000) % classes, 40, 0, name)
    assert data.train.labels.tolist() == (picked % classes).tolist()
    assert alike(DRAWN[name].draw("train", picked, Knobs()).images, data.train.images)


@pytest.mark.parametrize("knobs", [Knobs(0.3, 0.0), Knobs(0.85, 0.6)])
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_depends_on_its_index_and_the_knobs_alone(name: str, knobs: Knobs) -> None:
    drawing, order = DRAWN[name], np.random.default_rng(0).permutation(400)
    classes = len(CLASSES[name])
    together = drawing.draw("train", np.arange(400), knobs)
    mixed = drawing.draw("train", order[:97], knobs)
    assert alike(mixed.images, together.images[order[:97]])
    assert together.labels.tolist() == [i % classes for i in range(400)]
    assert mixed.labels.tolist() == (order[:97] % classes).tolist()
    alone = drawing.draw("train", np.array([313]), knobs)
    assert alike(alone.images[0], together.images[313])
    assert not alike(drawing.draw("test", np.array([313]), knobs).images, alone.images)


@pytest.mark.parametrize("name", NAMES)
def test_two_threads_draw_what_one_draws(name: str) -> None:
    one = draw(name, 60, 0.7, 0.5)
    torch.set_num_threads(2)
    assert alike(draw(name, 60, 0.7, 0.5), one)


@pytest.mark.parametrize("name", NAMES)
def test_the_pixels_are_those_of_this_version(name: str) -> None:
    positions = ((0.3, 0.0), (0.8, 1.0))
    drawn = torch.cat([draw(name, len(CLASSES[name]), *knobs) for knobs in positions])
    pixels = drawn.permute(2, 0, 3, 1).reshape(64, -1, 3).numpy()
    file = SHEETS / f"{name}.png"
    if os.environ.get("TL_WRITE_SHEETS"):
        file.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(file, optimize=True)
    assert alike(torch.from_numpy(pixels), torch.from_numpy(np.array(Image.open(file))))
    assert DRAWN[name].version == VERSIONS[name]
    assert catalog.dataset(name).fingerprint == f"{name}-v{DRAWN[name].version}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("knob", ["difficulty", "shift"])
def test_a_knob_changes_the_same_pictures_smoothly(name: str, knob: str) -> None:
    def at(value: float) -> torch.Tensor:
        return draw(name, 30, **{"difficulty": 0.4, "shift": 0.2, knob: value}).float()

    before, far = at(0.0), (at(1.0) - at(0.0)).abs().mean()
    assert far > 12  # of 255: it does something
    for value in (0.02, 0.5, 0.98):
        step = (at(value) - at(value - 0.02)).abs().mean((1, 2, 3))
        assert step.mean() < far / 4
        assert step.max() < 24  # no picture jumps
    assert torch.equal(at(0.0), before)


@pytest.mark.parametrize("name", NAMES)
def test_at_difficulty_0_all_of_a_class_stand_alike_and_at_1_they_do_not(name: str) -> None:
    def spread(difficulty: float) -> float:
        middle = draw(name, 200, difficulty)[:, :, 20:44, 20:44].float()
        return float(middle.view(-1, len(CLASSES[name]), 3, 24, 24).std(0).mean())

    assert spread(0) < 0.75 * spread(1)


def test_shift_leads_to_night_to_phase_contrast_and_to_sixteen_colours() -> None:
    day, night = (draw("signs", 60, 0.3, s)[:, :, :8].float().mean() for s in (0, 1))
    assert night < 0.5 * day
    red, green, blue = draw("blood", 60, 0.3, 1).float().mean((0, 2, 3)).tolist()
    assert green > blue > red
    red, green, _ = draw("blood", 60, 0.3, 0).float().mean((0, 2, 3)).tolist()
    assert red > green
    pixels = draw("game", 60, 0.8, 1)
    assert torch.equal(pixels[:, :, ::2, ::2], pixels[:, :, 1::2, 1::2])  # blocks
    found = {tuple(colour) for colour in pixels.permute(0, 2, 3, 1).reshape(-1, 3).tolist()}
    assert found <= set(game.PALETTE)
    assert len(found) > 12


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("name", NAMES)
def test_around_the_object_all_classes_have_the_same_pixels(name: str, shift: float) -> None:
    """With the same numbers; at difficulty 0 no object reaches the corners."""
    drawing, seen = DRAWN[name], set()
    for label in drawing.classes:
        dice = Dice("train", np.arange(20))
        picture = to_uint8(drawing.paint(label, dice, Knobs(0.0, shift)))
        corners = (picture[..., y, :][..., x] for y in (CORE, REST) for x in (CORE, REST))
        seen.add(b"".join(corner.numpy().tobytes() for corner in corners))
        assert dice._at <= OWN  # what is common takes no number of what is not
    assert len(seen) == 1


@pytest.mark.parametrize("shift", [0.0, 1.0])
@pytest.mark.parametrize("name", NAMES)
def test_the_class_cannot_be_told_from_the_border(name: str, shift: float) -> None:
    def border(split: str) -> np.ndarray:
        x = many(name, split, 0.3, shift).float()
        sides = (x[:, :, :2], x[:, :, -2:], x[..., :2], x[..., -2:])
        return torch.cat([side.mean((2, 3)) for side in sides], 1).numpy()

    classes = len(CLASSES[name])
    labels = np.arange(600) % classes
    # chance is .100 of ten classes with a standard error of .012
    assert accuracy(border("train"), labels, border("test"), labels, 1.0) < 1 / classes + 0.05


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_learned_gets_harder_and_does_not_carry_over_a_shift(name: str) -> None:
    labels, spot = np.arange(500) % len(CLASSES[name]), {}
    for difficulty, shift in ((0.3, 0.0), (0.9, 0.0), (0.3, 1.0)):
        for split in ("train", "test"):
            spot[split, difficulty, shift] = small(many(name, split, difficulty, shift)[:500])

    def learned(difficulty: float, shift: float) -> float:
        train, test = (spot[split, difficulty, shift] for split in ("train", "test"))
        return accuracy(train, labels, test, labels)

    usual, hard = learned(0.3, 0.0), learned(0.9, 0.0)
    assert usual > 0.8
    assert 0.25 < hard < usual - 0.15
    moved = accuracy(spot["train", 0.3, 0.0], labels, spot["test", 0.3, 1.0], labels)
    assert moved < learned(0.3, 1.0) - 0.1  # what was learned at shift 0 does not do at 1


@pytest.mark.parametrize("name", NAMES)
def test_a_line_tells_the_shifted_domain_from_the_usual_one(name: str) -> None:
    def told(split: str, shift: float) -> torch.Tensor:
        """Colour, contrast and roughness of each picture: no classes in them."""
        x = many(name, split, 0.3, shift)[:300].float()
        steps = (x[..., 1:] - x[..., :-1]).abs()
        parts = (x.mean((2, 3)), x.std((2, 3)), steps[..., ::2].mean((2, 3)), steps.mean((2, 3)))
        return torch.cat(parts, 1)

    domain = np.repeat((0, 1), 300)
    train, test = (torch.cat([told(s, 0.0), told(s, 1.0)]).numpy() for s in ("train", "test"))
    assert accuracy(train, domain, test, domain, 1.0) > 0.95


def test_knobs_turn_all_splits_and_only_what_has_them() -> None:
    usual, turned = load("game", 20), load("game", 20, 0, Knobs(0.6, 0.4))
    for name in ("train", "val", "test"):
        assert not torch.equal(getattr(usual, name).images, getattr(turned, name).images)
        assert torch.equal(getattr(usual, name).labels, getattr(turned, name).labels)
    assert usual.sha256 != turned.sha256
    assert load("digits", 20).sha256 == load("digits", 20, 0, Knobs(0.6, 0.4)).sha256


def test_pictures_of_each_position_of_the_knobs_are_kept_apart(tmp_path: Path) -> None:
    first = load("blood", 20)
    folder = tmp_path / "data" / "cache" / "data"
    assert len(list(folder.iterdir())) == 2  # 500 and 2,000; 20 are drawn sooner than read
    assert {path.stat().st_size for path in folder.iterdir()} == {
        32 + n * 3 * 64 * 64 for n in (500, 2000)
    }
    assert load("blood", 20).sha256 == first.sha256
    load("blood", 20, 0, Knobs(0.31, 0.0))
    assert len(list(folder.iterdir())) == 4


def test_what_was_not_asked_for_longest_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn_cache, "LIMIT", 3 * (32 + 100 * 784))

    def ask(first: int) -> None:
        split = drawn_cache.kept("toy", "train", np.arange(first, first + 100), blank)
        assert split.labels.tolist() == [i % 10 for i in range(first, first + 100)]

    drawn: list[int] = []

    def blank(_: str, indices: np.ndarray) -> drawn_cache.Split:
        drawn.append(int(indices[0]))
        pixels = torch.zeros(len(indices), 1, 28, 28, dtype=torch.uint8)
        return drawn_cache.Split(pixels, torch.from_numpy(indices % 10))

    for age, first in enumerate((0, 100, 200)):
        ask(first)
        newest = max((tmp_path / "data/cache/data").iterdir(), key=lambda p: p.stat().st_mtime_ns)
        os.utime(newest, (1_000_000 + age, 1_000_000 + age))
    ask(0)  # read again: now the one asked for last
    ask(300)
    assert drawn == [0, 100, 200, 300]
    ask(0)
    assert drawn == [0, 100, 200, 300]
    ask(100)
    assert drawn == [0, 100, 200, 300, 100]


def test_a_sheet_has_a_row_for_each_class(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    told = ["signs", "--difficulty", "1", "--shift", "0.5", "--columns", "3", "--zoom", "1"]
    assert sheet.main([*told, "--out", str(out)]) == 0
    page = np.asarray(Image.open(out))
    assert page.shape == (10 * 66 - 2, 3 * 66 - 2, 3)
    wanted = samples("signs", 30, 0, Knobs(1.0, 0.5))
    first = wanted.images[wanted.labels == 4][1].permute(1, 2, 0).numpy()
    assert np.array_equal(page[4 * 66 : 4 * 66 + 64, 66:130], first)
    with pytest.raises(SystemExit):
        sheet.main(["signs", "--shift", "2", "--out", str(out)])
