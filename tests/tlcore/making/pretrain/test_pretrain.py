"""Pre-training on a toy Fashion-MNIST: cut and resumed equals uncut; the card tells the truth."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tlcore.data.known import garments
from tlcore.data.views import view
from tlcore.ground.errors import UserError
from tlcore.making.pretrain import clothing, fashion, probe, samples
from tlcore.making.pretrain.objective import info_nce
from tlcore.networks import weights

pytestmark = pytest.mark.usefixtures("unhurried")

RECIPE = clothing.Recipe(epochs=3, batch=16, seed=4)


def write_part(folder: Path, part: str, each: int) -> None:
    """`each` pictures of every class: the class is a bright bar at its own height."""
    labels = np.tile(np.arange(10, dtype=np.uint8), each)
    pictures = np.random.default_rng(each).integers(0, 40, (len(labels), 28, 28), np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        picture[2 * label + 2 : 2 * label + 6] += 200
    for kind, content, header in (("images-idx3", pictures, 16), ("labels-idx1", labels, 8)):
        path = folder / f"{part}-{kind}-ubyte.gz"
        path.write_bytes(gzip.compress(bytes(header) + content.tobytes(), 1))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy-fashion")
    write_part(folder, "train", 8)
    write_part(folder, "t10k", 3)
    return folder


def weights_of(trained: clothing.Trained) -> dict[str, torch.Tensor]:
    return trained.backbone.blocks.state_dict()


class Cut(Exception):
    pass


def test_a_cut_training_goes_on_to_the_same_weights(toy: Path, tmp_path: Path) -> None:
    uncut = clothing.train(toy, RECIPE, "cpu", "fp32", tmp_path / "uncut", lambda line: None)
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if line.startswith("epoch 3/3") and len(lines) == 3:
            raise Cut  # before the third checkpoint

    with pytest.raises(Cut):
        clothing.train(toy, RECIPE, "cpu", "fp32", tmp_path / "cut", say)
    resumed = clothing.train(toy, RECIPE, "cpu", "fp32", tmp_path / "cut", say)
    assert lines[3] == "going on after epoch 2"
    assert [line.split()[1] for line in lines if line.startswith("epoch")] == [
        "1/3",
        "2/3",
        "3/3",
        "3/3",
    ]
    for name, value in weights_of(uncut).items():
        assert torch.equal(value, weights_of(resumed)[name]), name


def test_a_checkpoint_of_another_recipe_is_not_used(toy: Path, tmp_path: Path) -> None:
    short = clothing.Recipe(epochs=1, batch=16, seed=1)
    clothing.train(toy, short, "cpu", "fp32", tmp_path, lambda line: None)
    lines: list[str] = []
    clothing.train(toy, clothing.Recipe(1, 16, seed=2), "cpu", "fp32", tmp_path, lines.append)
    assert len(lines) == 1


def test_the_command_leaves_weights_and_a_card_that_names_them(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(probe, "SETS", (("digits", 40),))
    words = f"--data {toy} --epochs 1 --seed 2 --threads 1 --device cpu --out {tmp_path}"
    assert clothing.main(words.split()) == 0
    assert capsys.readouterr().out.startswith("epoch 1/1")
    card = json.loads((tmp_path / "clothing.json").read_text())
    content = (tmp_path / "clothing.safetensors").read_bytes()
    assert card["sha256"] == hashlib.sha256(content).hexdigest()
    assert card["machine"] == "1 CPU core"
    assert card["command"].startswith("python -m tlcore pretrain clothing --data DIR --epochs 1")
    assert str(tmp_path) not in json.dumps(card)
    assert len(card["transfer"]["rows"][0]["accuracy_by_block"]) == 8
    assert not list(tmp_path.glob("*checkpoint*"))
    state, _ = weights.read_embedded("clothing", tmp_path)
    assert all(torch.isfinite(value).all() for value in state.values())


def test_only_the_six_source_classes_are_read(toy: Path) -> None:
    images, labels = clothing.source(toy, "train")
    assert labels.bincount().tolist() == [8] * 6
    bag = images[labels == 5].float().mean((0, 1, 3))
    assert int(bag.argmax()) in range(18, 22)  # the bar of class 8


@pytest.mark.parametrize("harm", ["missing", "damaged", "short"])
def test_absent_data_is_told_by_file(toy: Path, tmp_path: Path, harm: str) -> None:
    for path in toy.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    images = tmp_path / "train-images-idx3-ubyte.gz"
    if harm == "missing":
        images.unlink()
    else:
        images.write_bytes(b"no gzip" if harm == "damaged" else gzip.compress(bytes(16 + 784)))
    with pytest.raises(UserError) as caught:
        fashion.read(tmp_path, "train")
    expected = {"folder": str(tmp_path), "file": images.name}
    assert (caught.value.key, caught.value.values) == ("pretrain.no_data", expected)


def test_the_samples_are_the_first_of_each_held_out_class(tmp_path: Path) -> None:
    write_part(tmp_path, "train", 1500)
    write_part(tmp_path, "t10k", 500)
    out, source = tmp_path / "out" / "garments.png", tmp_path / "out" / "source.png"
    told = ["--data", str(tmp_path), "--out", str(out), "--source-out", str(source)]
    assert samples.main(told) == 0
    tiles = garments.from_sheet(np.asarray(Image.open(out)))
    assert len(tiles) == 8000
    images, labels = fashion.read(tmp_path, "train")
    assert np.array_equal(tiles[2], images[labels == 7][0])
    assert np.array_equal(tiles[4], images[labels == 2][1])
    card = json.loads(out.with_suffix(".json").read_text())
    assert card["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert card["licence"] == "MIT"


def test_a_view_follows_its_generator_and_keeps_the_shape() -> None:
    pictures = torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    one, again, other = (view(pictures, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert one.shape == pictures.shape
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_views_of_one_picture_are_told_apart_from_others() -> None:
    codes = torch.eye(4)
    alike = info_nce(torch.cat([codes, codes]), temperature=0.1)
    swapped = info_nce(torch.cat([codes, codes.roll(1, 0)]), temperature=0.1)
    assert float(alike) < 0.01 < 5 < float(swapped)
    # three equal distances to the wrong ones, six wrong in all: -log(e^10 / (e^10 + 6))
    assert float(alike) == pytest.approx(float(np.log1p(6 * np.exp(-10.0))), rel=1e-3)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a usable GPU")
def test_a_gpu_that_is_not_there_is_told_before_any_work(toy: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="device.no_cuda"):
        clothing.main(["--data", str(toy), "--device", "cuda", "--out", str(tmp_path)])
    assert not list(tmp_path.iterdir())
