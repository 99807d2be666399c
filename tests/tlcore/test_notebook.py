"""`import tlcore` in a notebook: the lines of README, and what they leave."""

import re
import subprocess
import sys
import zipfile

import pytest

import tlcore
from tests.hostile.pictures import photo, saved
from tests.tlcore.experiments.export.export_runs import trained
from tlcore import catalog
from tlcore.catalog import own
from tlcore.data.own import own_edit
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """A folder of two classes, and the data folder elsewhere."""
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    for number, label in enumerate(("cat", "dog")):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for n in range(6):
            content = saved(photo(10 * number + n, 90, 70))
            (tmp_path / "photos" / label / f"{n}.jpg").write_bytes(content)
    (tmp_path / "photos" / ".DS_Store").write_bytes(b"litter")
    (tmp_path / "new.jpg").write_bytes(saved(photo(99, 200, 100)))
    return tmp_path / "photos"


def test_the_lines_of_readme_run(photos, capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = next(c for c in re.findall(r"```python\n(.*?)```", text, re.S) if "load_folder" in c)
    assert len(code.strip().splitlines()) <= 6
    exec(code, {})
    assert "('cat'," in capsys.readouterr().out
    with zipfile.ZipFile("model.zip") as archive:
        assert {"predict.py", "weights.safetensors", "README.md"} <= set(archive.namelist())


def test_the_same_files_are_the_same_set_and_another_file_is_another(photos):
    name = tlcore.load_folder(photos)
    state = (own.folder(name) / own.FILE).stat().st_mtime_ns
    assert tlcore.load_folder(str(photos)) == name
    assert (own.folder(name) / own.FILE).stat().st_mtime_ns == state  # not brought in again
    assert catalog.dataset(name).classes == ("cat", "dog")
    (photos / "dog" / "more.jpg").write_bytes(saved(photo(50)))
    assert tlcore.load_folder(photos) != name


def test_what_is_refused_is_told_with_its_folder_and_the_good_are_kept(photos):
    (photos / "dog" / "0.txt").write_bytes(b"no picture")
    with pytest.warns(UserWarning, match=r"^dog/0\.txt: This file is not a picture"):
        name = tlcore.load_folder(photos)
    assert len(own.read(name).pictures) == 12


def test_a_folder_that_was_cut_off_is_brought_in_anew(photos, monkeypatch):
    name = tlcore.load_folder(photos)
    own_edit.change(name, lambda now: own.Own(now.id, now.owner, now.created))  # as if cut off
    assert tlcore.load_folder(photos) == name
    assert len(own.read(name).pictures) == 12


def test_no_folders_of_classes_are_told_as_a_sentence(tmp_path):
    with pytest.raises(UserError) as caught:
        tlcore.load_folder(tmp_path)
    assert "[own.no_classes]" in str(caught.value)


def test_it_predicts_what_the_run_said_of_its_test_pictures(photos):
    name = tlcore.load_folder(photos)
    tuned = tlcore.fine_tune(name, freeze=6, epochs=2, read=6)
    found = own.read(name)
    tested = [(c.name, p) for c in found.classes for p in found.splits[c.id].test]
    said = [tuned.predict(photos / label / p.name) for label, p in tested]
    assert [answer[0][0] for answer in said] == [
        tuned.classes[i] for i in tuned.result["predictions"]
    ]
    sure = [round(answer[0][1], 4) for answer in said]
    assert sure == pytest.approx(tuned.result["confidence"], abs=1e-4)


def test_it_is_the_same_run_as_the_engines(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    settings = {"train_size": 40, "epochs": 1, "freeze": 7}
    tuned = tlcore.fine_tune("digits", backbone="clothing", **settings)
    _, rows = trained(tmp_path, backbone="clothing", **settings)
    assert tuned.result["weights_sha256"] == rows[-1]["weights_sha256"]
    with pytest.raises(UserError, match="There is no setting called colour"):
        tlcore.fine_tune("digits", colour="red")


def test_importing_it_loads_nothing():
    code = "import sys, tlcore; print({'torch', 'numpy', 'pydantic'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.strip() == "set()", told.stderr
    with pytest.raises(AttributeError):
        _ = tlcore.nothing
