"""model.zip: the whole network, loaded by the lines on its card, answers as the run did."""

import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from tests.hostile.pictures import photo
from tests.tlcore.experiments.export.export_runs import run_of, trained
from tlcore import catalog
from tlcore.data import sets
from tlcore.data.own import picture
from tlcore.experiments.explain import run as explain
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.experiments.export import files as export
from tlcore.experiments.export import wording
from tlcore.experiments.export.subject import Subject
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute, TransferPlan
from tlcore.networks import backbones
from tlcore.runs import spec
from tlcore.training.engine import digest, learned
from tlcore.training.transfer.plan import assemble, stretch
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

SOME = 100  # test pictures that are asked again, of 700 and of 1,500


@pytest.fixture(
    scope="module",
    params=["cut and partly new", "from scratch", "adapters", "biases", "head only, bf16"],
)
def model(request, tmp_path_factory):
    settings, compute = {
        "cut and partly new": ({"read": 7, "keep": 5, "freeze": 4}, Compute()),
        "from scratch": ({"keep": 0, "freeze": 0}, Compute(memory_format="channels_last")),
        "adapters": ({"read": 7, "keep": 6, "freeze": 4, "learns": "adapters"}, Compute()),
        "biases": ({"freeze": 0, "learns": "biases"}, Compute()),
        "head only, bf16": ({"data": "garments"}, Compute(precision="bf16")),
    }[request.param]
    folder = tmp_path_factory.mktemp("model")
    run, rows = trained(folder, compute, **settings)
    into = folder / "unpacked"
    zipfile.ZipFile(export.write("weights", run, rows, folder, "en")).extractall(into)
    return run, rows, into


def code_of(card):
    return re.search(r"```python\n(.*?)```", card, re.DOTALL).group(1)


def test_the_file_holds_frozen_blocks_learned_blocks_and_head_in_fp32(model):
    run, _, folder = model
    found = safetensors.torch.load_file(folder / "weights.safetensors")
    freeze, read, keep = (run.spec[name] for name in ("freeze", "read", "keep"))
    backbone = backbones.build("clothing")
    for name, tensor in stretch(backbone.blocks, 0, freeze).state_dict().items():
        assert torch.equal(found[f"blocks.{name}"], tensor)
    plan = TransferPlan(read, keep, freeze, run.spec["learns"])
    names = assemble(backbone, plan, 2, seed=0)[0].state_dict().keys()
    assert {n for n in found if n.startswith("blocks.")} == {f"blocks.{n}" for n in names}
    assert all(t.dtype == torch.float32 for t in found.values() if t.is_floating_point())
    assert found["head.linear.weight"].shape[0] == len(sets.load(run.spec["data"], 40).classes)
    if plan.in_part(5):  # its weights have not moved, a part has
        inside = "block." if plan.variant.remains else ""
        name = f"blocks.block5.{inside}conv1.weight"
        assert torch.equal(found[name], backbone.blocks[4].conv1.weight)
        if plan.variant.remains:
            assert found["blocks.block5.adapter.up.weight"].abs().max() > 0
        else:
            shifts = backbone.blocks[4].bn1.bias
            assert not torch.equal(found["blocks.block5.bn1.bias"], shifts)
    elif freeze < keep:  # what learned has moved
        name = "blocks.block5.conv1.weight"
        assert not torch.equal(found[name], backbone.blocks.state_dict()[name[7:]])


def test_picture_files_are_answered_as_recorded(model, stranger):
    """Test pictures as files.  bf16 rounds: there a few answers may differ, in fp32 none."""
    run, rows, folder = model
    test = sets.load(run.spec["data"], 40).test
    for number, pixels in enumerate(test.images[:SOME]):
        Image.fromarray(pixels[0].numpy()).save(folder / f"{number:04}.png")
    code = (
        "from pathlib import Path; from predict import answer, CLASSES\n"
        "files = sorted(Path('.').glob('????.png'))\n"
        "print(*(CLASSES.index(answer(file)[0][0]) for file in files))"
    )
    ended = stranger.say(folder, code)
    assert ended.returncode == 0, ended.stderr
    said = [int(word) for word in ended.stdout.split()]
    same = sum(a == b for a, b in zip(said, rows[-1]["predictions"][:SOME], strict=True))
    assert same == len(said) if run.compute["precision"] == "fp32" else same >= 0.97 * len(said)


def test_a_photograph_is_answered_as_the_app_answers_it(model, stranger):
    """Turned by a telephone, transparent, 16 bits deep, no square: all through the app's eyes."""
    run, _, folder = model
    turned = Image.Exif()
    turned[0x0112] = 6
    wide = photo(3, 420, 300)
    wide.save(folder / "turned.jpg", exif=turned)
    clear = wide.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(wide.size))
    clear.save(folder / "clear.png")
    Image.fromarray(np.asarray(wide.convert("L")).astype(np.uint16) * 257).save(folder / "deep.png")
    shutil.copy(folder.parent / learned.FILE, folder / learned.FILE)
    ended = stranger.say(
        folder,
        "from predict import answer, CLASSES\n"
        "for name in ('turned.jpg', 'clear.png', 'deep.png'):\n"
        "    shares = dict(answer(name))\n"
        "    print(*(shares[c] for c in CLASSES))",
    )
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    for name, line in zip(("turned.jpg", "clear.png", "deep.png"), lines, strict=True):
        content = (folder / name).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        file = picture.file_of(folder, sha256)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        asked = ExplainSpec(run="0" * 32, upload=sha256, block=1)
        told = explain.explain(asked, run, folder, folder)
        assert [float(word) for word in line.split()] == pytest.approx(
            told["probabilities"], abs=2e-6
        ), name


def test_the_lines_on_the_card_run_as_they_stand(model, stranger):
    _, rows, folder = model
    photo(5).save(folder / "photo.jpg")
    cards = [(folder / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md")]
    assert code_of(cards[0]) == code_of(cards[1])
    ended = stranger.say(folder, code_of(cards[0]))
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == len(rows[0]["classes"])
    line = stranger.run(folder, "predict.py", "photo.jpg")
    assert line.returncode == 0, line.stderr
    assert line.stdout.startswith("photo.jpg\t")


def test_the_card_says_what_a_reader_must_know(model):
    run, rows, folder = model
    for language, name in (("en", "README.md"), ("ko", "README.ko.md")):
        card = (folder / name).read_text(encoding="utf-8")
        assert card.startswith("---\nlicense: ")
        for part in (
            f"{rows[-1]['test_accuracy']:.2%}",
            run.hash,
            rows[-1]["weights_sha256"],
            rows[0]["torch"],
            i18n.t(f"backbone.{run.spec['backbone']}.about", language),
            i18n.t(f"data.{run.spec['data']}.about", language),
            i18n.t(f"export.origin.{run.spec['backbone']}", language),
        ):
            assert part in card
        for counts in rows[-1]["confusion"]:
            assert " | ".join(map(str, counts)) in card
        assert "{" not in card.split("---", 2)[2].replace("{s", "")


def test_what_this_project_made_itself_is_told_in_the_readers_language():
    rows = [*catalog.backbones().values(), *catalog.datasets().values()]
    ours = {row.id for row in rows if not row.origin.startswith("http")}
    assert ours >= {"clothing", "font_digits"}
    run = run_of(spec.parse({"backbone": "clothing", "data": "font_digits"}))
    told = {"kind": "result", "status": "finished"}
    subject = Subject.of(run, [{"kind": "start"}, told], Path())
    english, korean = (wording.sources(subject, language) for language in ("en", "ko"))
    assert korean.keys() == english.keys()
    assert korean.pop("backbone_licence") == "MIT"
    assert all(re.search("[가-힣]", text) for text in korean.values())
    assert korean["backbone_origin"].endswith("`python -m tlcore pretrain clothing`")


def test_the_same_run_gives_the_same_bytes(tmp_path):
    run, rows = trained(tmp_path)
    first = digest.hashlib.sha256(export.write("weights", run, rows, tmp_path, "en").read_bytes())
    second = export.write("weights", run, rows, tmp_path, "ko").read_bytes()
    assert digest.hashlib.sha256(second).hexdigest() == first.hexdigest()


def test_weights_that_are_gone_or_not_the_runs_own_are_told(tmp_path):
    run, rows = trained(tmp_path)
    rows[-1]["weights_sha256"] = "0" * 64
    with pytest.raises(UserError) as caught:
        export.write("weights", run, rows, tmp_path, "en")
    assert caught.value.key == "export.changed"
    (tmp_path / "learned.safetensors").unlink()
    with pytest.raises(UserError) as caught:
        export.write("weights", run, rows, tmp_path, "en")
    assert caught.value.key == "export.weights_gone"
    assert not (tmp_path / "export").exists()
