"""Pre-training on toy photographs: both forms of folder, held-out classes, resume, card, source."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
import torch
from PIL import Image

from tests.nonempty import files_of
from tlcore.data.images import Split
from tlcore.ground.errors import UserError
from tlcore.making.pretrain import judge, loop, photo, pictures, rescale, source_features
from tlcore.making.pretrain.colour_views import Change, view
from tlcore.making.pretrain.optimizer import Learner
from tlcore.networks import weights
from tlcore.networks.backbones import prepare

pytestmark = pytest.mark.usefixtures("unhurried")

CLASSES = 12  # 6 and 11 are held out


def picture(label: int, number: int) -> Image.Image:
    """A bright bar at the class's own height."""
    pixels = np.random.default_rng([label, number]).integers(0, 40, (64, 64, 3), np.uint8)
    pixels[5 * label : 5 * label + 5, :, number % 3] += 200
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("folders")
    for part, each in (("train", 40), ("val", 4)):
        for label in range(CLASSES):
            folder = place / part / f"class{label:02}"
            folder.mkdir(parents=True)
            for number in range(each):
                picture(label, number + 100 * (part == "val")).save(folder / f"{number:02}.png")
    return place


def test_parquet_files_and_folders_hold_the_same_pictures(folders: Path, tmp_path: Path) -> None:
    rows = []
    for path in files_of(folders / "val", "**/*.png"):
        rows.append({"image": {"bytes": path.read_bytes()}, "label": int(path.parent.name[5:])})
    for number, part in enumerate((rows[:20], rows[20:])):
        parquet.write_table(arrow.Table.from_pylist(part), tmp_path / f"val-{number}.parquet")
    one, other = pictures.read(folders, "val", 64), pictures.read(tmp_path, "val", 64)
    assert torch.equal(one.images, other.images)
    assert torch.equal(one.labels, other.labels)
    assert one.images.shape == (48, 3, 64, 64)


def test_an_oblong_picture_gives_its_middle_square() -> None:
    wide = Image.new("RGB", (80, 20), "red")
    wide.paste((0, 0, 255), (30, 0, 50, 20))
    found = np.asarray(pictures.square(wide, 10))
    assert found.shape == (10, 10, 3)
    assert (found[:, 1:-1] == (0, 0, 255)).all()  # at its edges the scaling looks outside


@pytest.mark.parametrize("harm", ["nothing", "not a picture"])
def test_pictures_that_cannot_be_read_are_told_by_file(tmp_path: Path, harm: str) -> None:
    if harm != "nothing":
        (tmp_path / "train" / "a").mkdir(parents=True)
        (tmp_path / "train" / "a" / "1.jpg").write_bytes(b"no picture")
    with pytest.raises(UserError) as caught:
        pictures.read(tmp_path, "train", 64)
    file = "train" if harm == "nothing" else "1.jpg"
    assert caught.value.key == "pretrain.no_data"
    assert caught.value.values == {"folder": str(tmp_path), "file": file}


def test_every_fifth_class_of_the_second_half_is_held_out() -> None:
    assert judge.held_out(200) == tuple(range(100, 200, 5))
    labels = torch.arange(CLASSES).repeat(2)
    left = judge.without(Split(torch.zeros(24, 3, 1, 1), labels), judge.held_out(CLASSES))
    assert left.labels.tolist() == list(range(10)) * 2
    assert len(left.images) == 20


def test_a_task_has_thirty_pictures_a_class_and_tests_on_all_others(folders: Path) -> None:
    known, asked = (pictures.read(folders, part, 64) for part in ("train", "val"))
    one, same, other = (judge.task(known, asked, (6, 11), seed) for seed in (1, 1, 2))
    assert one.train.labels.bincount().tolist() == [30, 30]
    assert one.test.labels.bincount().tolist() == [10 + 4, 10 + 4]
    assert torch.equal(one.train.images, same.train.images)
    assert not torch.equal(one.train.images, other.train.images)
    shown = {image.numpy().tobytes() for image in one.train.images}
    assert not shown & {image.numpy().tobytes() for image in one.test.images}
    bars = one.test.images.float().mean((1, 3)).argmax(1) // 5  # which class drew the bar
    assert bars.tolist() == [(6, 11)[label] for label in one.test.labels]


def test_a_view_has_the_asked_side_and_follows_its_generator() -> None:
    shown = torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    one, again, other = (
        view(shown, 32, torch.Generator().manual_seed(s), Change()) for s in (1, 1, 2)
    )
    assert one.shape == (6, 3, 32, 32)
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert 0 <= float(one.min()) <= float(one.max()) <= 1


def test_a_view_changes_colours_only_as_far_as_it_may() -> None:
    plain = torch.rand(8, 3, 1, 1, generator=torch.Generator().manual_seed(0)).expand(8, 3, 64, 64)
    kept = Change(colour=0.0, grey=0.0)
    torch.testing.assert_close(view(plain, 64, torch.Generator().manual_seed(1), kept), plain)
    apart = [
        float((view(plain, 64, torch.Generator().manual_seed(1), c) - plain).abs().max())
        for c in (replace(kept, colour=0.1), replace(kept, colour=0.4))
    ]
    assert 0.01 < apart[0] < 0.2 < apart[1]


def test_it_sees_small_pictures_before_large_ones_however_long_it_is(
    folders: Path,
) -> None:
    known, shown = photo.source_pictures(str(folders)), torch.rand(2, 3, 64, 64)
    for epochs in (5, 7, photo.RECIPE.epochs):
        course = photo.begin(known, replace(photo.RECIPE, epochs=epochs))
        sides = [course.views(shown, e, torch.Generator()).shape[-1] for e in range(epochs)]
        assert sides == sorted(sides)
        assert {*sides} == {*photo.SIDES}
    assert sides == list(photo.SIDES)


def test_muon_moves_a_convolution_as_far_in_every_direction(folders: Path) -> None:
    """The singular values of its first update are alike and near the rate; AdamW's are not."""

    def spread(matrix_lr: float) -> torch.Tensor:
        course = photo.begin(photo.source_pictures(str(folders)), photo.RECIPE)
        blocks = course.blocks.to(memory_format=torch.channels_last)
        learner = Learner(blocks, course.heads, 1e-3, matrix_lr, 0.0, 0.5, 10)
        weight = blocks.get_parameter("block4.shortcut.1.weight")
        before = weight.detach().clone()
        x = prepare(course.images[:32], course.input)
        named = course.heads.classify(blocks(x).mean((2, 3)))
        torch.nn.functional.cross_entropy(named, course.labels[:32]).backward()
        learner.step()
        moved = (weight.detach() - before).permute(0, 2, 3, 1).flatten(1)
        return torch.linalg.svdvals(moved)

    muon, adamw = spread(0.1), spread(0.0)
    first = 0.1 / 25 * 2**0.5  # where a one-cycle schedule begins; twice as many rows as columns
    assert 0.5 * first < float(muon.max()) < 1.5 * first
    evenness = [float(moved.median() / moved.max()) for moved in (muon, adamw)]
    assert evenness[0] > 2 * evenness[1], evenness


def test_a_rescaled_network_computes_what_it_did(folders: Path) -> None:
    course = photo.begin(photo.source_pictures(str(folders)), photo.RECIPE)
    x = prepare(course.images[:16], course.input)
    with torch.no_grad():
        for number, p in enumerate(course.blocks.parameters()):
            p.add_(0.01 * (number % 5))  # each layer at another size
        for _ in range(3):
            course.blocks(x)  # statistics
        before = course.blocks.eval()(x)
        rescale.rescale(course.blocks)
        after = course.blocks(x)
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-3 * float(before.std()))
    sizes = [p.square().mean().sqrt().item() for p in course.blocks.parameters() if p.ndim == 4]
    assert sizes == [pytest.approx(rescale.SIZE)] * 16


def test_a_cut_training_goes_on_to_the_same_weights(folders: Path, tmp_path: Path) -> None:
    known = photo.source_pictures(str(folders))
    recipe = replace(photo.RECIPE, epochs=2, batch=100)
    whole, cut, resumed = (photo.begin(known, recipe) for _ in range(3))
    loop.train(whole, recipe, "cpu", "fp32", tmp_path / "whole", lambda line: None)

    class Cut(Exception):
        pass

    def say(line: str) -> None:
        if line.startswith("epoch 2/2"):
            raise Cut  # before the second checkpoint

    with pytest.raises(Cut):
        loop.train(cut, recipe, "cpu", "fp32", tmp_path / "cut", say)
    loop.train(resumed, recipe, "cpu", "fp32", tmp_path / "cut", lambda line: None)
    for name, value in whole.blocks.state_dict().items():
        assert torch.equal(value, resumed.blocks.state_dict()[name]), name


def test_the_command_leaves_weights_card_and_source(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo, "RECIPE", replace(photo.RECIPE, batch=100))
    short = replace(judge.TUNED, epochs=1)
    monkeypatch.setattr(judge, "TUNED", short)
    monkeypatch.setattr(judge, "SCRATCH", short)
    words = f"--data {folders} --epochs 1 --seed 3 --threads 1 --out {tmp_path / 'out'}"
    assert photo.main(words.split()) == 0
    card = json.loads((tmp_path / "out" / "photo.json").read_text())
    state, digest = weights.read_embedded("photo", tmp_path / "out")
    assert card["sha256"] == digest
    assert card["command"].startswith("python -m tlcore pretrain photo --data DIR --epochs 1")
    assert str(tmp_path) not in json.dumps(card)
    assert card["transfer"]["classes"] == [6, 11]
    assert set(card["transfer"]["rows"]) == {"probe", "last_stage", "everything", "scratch"}
    assert all(torch.isfinite(value).all() for value in state.values())
    assert not list((tmp_path / "out").glob("*checkpoint*"))
    assert len((tmp_path / "out" / "photo.safetensors").read_bytes()) < 6e6
    assert weights.source_features("photo", tmp_path / "sources") is not None


def test_source_features_are_those_of_pictures_it_was_trained_on(
    folders: Path, tmp_path: Path
) -> None:
    known = photo.source_pictures(str(folders))
    backbone = photo.as_backbone(photo.begin(known, photo.RECIPE))
    source_features.write(backbone, known, tmp_path)
    found = weights.source_features("photo", tmp_path)
    assert found is not None
    assert [features.shape for features in found] == [(300, c) for c in backbone.channels]
    few = source_features.probe.pooled(backbone, known.images)
    nearest = np.abs(few[-1][None] - found[-1][:5, None]).max(2).min(1)
    assert (nearest < 2e-3 * np.abs(few[-1]).max()).all()  # fp16
    assert weights.source_features("resnet18", tmp_path) is None
