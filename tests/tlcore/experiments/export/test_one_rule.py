"""Which files are pictures: one list and one rule, whichever way they come; the browser's way is
held to it by tests/browser/decide/test_own_pictures.py."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile

import pytest

import tlcore
from tests.hostile.archives import zipped
from tests.hostile.pictures import photo, saved
from tests.pictures_of_all_kinds import (
    MORE_BEHIND,
    TAKEN,
    cut_short,
    damaged_inside,
    other_kinds,
    too_many_pixels,
)
from tests.tlcore.experiments.export.export_runs import trained
from tlcore.catalog import own
from tlcore.data.own import picture
from tlcore.experiments.export import files as export
from tlcore.ground.errors import UserError
from tlcore.words import i18n

CUT, OTHER = cut_short(), other_kinds()
REFUSED = CUT | OTHER


@pytest.mark.parametrize("name", TAKEN)
def test_a_whole_file_is_taken_whatever_stands_behind_its_end(name):
    assert picture.whole(TAKEN[name]).shape == (70, 90, 3)
    assert (picture.whole(MORE_BEHIND.get(name, TAKEN[name])) == picture.whole(TAKEN[name])).all()
    assert picture.is_whole(TAKEN[name])


@pytest.mark.parametrize("name", CUT)
def test_a_file_that_is_cut_short_is_refused(name):
    assert not picture.is_whole(CUT[name])
    for read in (picture.whole, picture.decode):
        with pytest.raises(UserError, match=r"picture\.(damaged|format)"):
            read(CUT[name])


@pytest.mark.parametrize("name", OTHER)
def test_another_kind_is_refused(name):
    with pytest.raises(UserError, match=r"picture\.format"):
        picture.whole(OTHER[name])


def test_files_a_zip_and_a_folder_of_ones_own_refuse_the_same_by_their_names(own_house, tmp_path):
    every = {**TAKEN, **REFUSED}
    refused = {f"cat/{name}" for name in REFUSED}
    loose = own_house.take(*(("cat", name, body) for name, body in every.items()))
    assert {name for name, _, _ in loose["refused"]} == refused
    assert loose["taken"] == {"cat": len(TAKEN)}
    other = zipped({f"dog/{name}": body for name, body in REFUSED.items()})
    result = own_house.take(("", "a.zip", other))
    assert {name for name, _, _ in result["refused"]} == {f"dog/{name}" for name in REFUSED}
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    (tmp_path / "photos" / "dog").mkdir()
    for name, body in every.items():
        (tmp_path / "photos" / "cat" / name).write_bytes(body)
    for number in range(4):
        (tmp_path / "photos" / "dog" / f"{number}.jpg").write_bytes(saved(photo(50 + number)))
    with pytest.warns(UserWarning, match="/") as warned:
        made = own.read(tlcore.load_folder(tmp_path / "photos"))
    assert {str(w.message).partition(": ")[0] for w in warned} == refused
    assert len(made.pictures) == len(TAKEN) + 4


@pytest.mark.usefixtures("unhurried")
def test_predict_py_and_the_notebook_refuse_the_same_and_say_which(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    settings = {"train_size": 40, "epochs": 1, "freeze": 7}
    run, rows = trained(tmp_path, backbone="clothing", **settings)
    folder = tmp_path / "unpacked"
    zipfile.ZipFile(export.write("weights", run, rows, tmp_path, "en")).extractall(folder)
    for name, body in {**TAKEN, **REFUSED}.items():
        (folder / name).write_bytes(body)
    broken = {"huge.png": too_many_pixels(), "inside.png": damaged_inside()}
    for name, body in broken.items():
        assert picture.is_whole(body)  # Pillow alone finds out, each by an error of another kind
        (folder / name).write_bytes(body)
    words = [sys.executable, "predict.py", *broken, *TAKEN, *REFUSED]
    ended = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert [line.partition("\t")[0] for line in ended.stdout.splitlines()] == list(TAKEN)
    told = ended.stderr.splitlines()
    assert [line.partition(": ")[0] for line in told] == [*broken, *REFUSED]
    assert ended.returncode == 1
    tuned = tlcore.fine_tune("digits", backbone="clothing", **settings)
    for name in ("60-plain.jpg", "a.gif"):
        with pytest.raises(UserError, match=re.escape(name)) as caught:
            tuned.predict(folder / name)
        assert caught.value.key == "own.file"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_text_that_names_a_format_names_them_all_and_no_other(language):
    texts = {k: t for k, t in i18n.texts(language).items() if re.search("WebP", t)}
    assert len(texts) >= 5
    for key, text in texts.items():
        assert re.search("JPE?G", text), key
        assert "PNG" in text, key
        assert not re.search("GIF|BMP|AVIF|TIFF", text), key
