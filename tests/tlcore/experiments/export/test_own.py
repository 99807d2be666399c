"""What is taken home of a run on own pictures: named in words, and the reader's names stay text."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests import needs
from tests.hostile.pictures import photo, saved
from tests.tlcore.experiments.export.export_runs import trained
from tlcore import catalog
from tlcore.experiments.export import files as export
from tlcore.ground import machine, markdown
from tlcore.ground.recipe import Compute
from tlcore.runs import spec
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store
from tlcore.training.transfer import fine_tune
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

DOG = "![dog](https://x.example/d.png)"  # a picture of another host, in Markdown


@pytest.fixture
def run(own_house):
    """A finished run of two classes, one with a name that is markup."""
    own_house.fill(**{"<b>cat</b>": 4, "dog": 4})
    row = catalog.dataset(own_house.name)
    asked = spec.FineTuneSpec(data=own_house.name, train_size=row.train_pool, epochs=1)
    store = Store()
    run_id = store.submit(spec.resolve(asked, Compute(), machine.name()), "ada").run_id
    queue = Queue(store)
    queue.start(run_id)
    store.append(run_id, 1, 0, list(fine_tune.rows_of(asked, Compute())))
    queue.end(run_id, "finished")
    yield store.run(run_id), store.rows(run_id)[0], store.folder(run_id)
    store.close()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_report_on_own_pictures_names_them_and_takes_no_markup_from_them(run, language):
    file = export.write("report", *run, language)
    text = file.read_text(encoding="utf-8")
    assert i18n.t("data.own", language) in text
    assert "&lt;b&gt;cat&lt;/b&gt;" in text
    assert "<b>cat" not in text


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_card_of_a_network_takes_no_markup_from_classes(own_house, language, tmp_path):
    pool = catalog.dataset(own_house.fill(**{"<b>cat</b>": 4, DOG: 4}).id).train_pool
    run, rows = trained(tmp_path, data=own_house.name, train_size=pool, epochs=1)
    name = {"en": "README.md", "ko": "README.ko.md"}[language]
    with zipfile.ZipFile(export.write("weights", run, rows, tmp_path, language)) as archive:
        card = archive.read(name).decode()
    for label in (DOG, "<b>cat</b>"):
        assert label not in card
        assert card.count(markdown.plain(label)) >= 2  # in the list, and at the table of answers


SMALL = {"backbone": "photo", "read": 3, "keep": 3, "freeze": 3}
LARGE = {"backbone": "imagenet", "side": 224, "read": 9, "keep": 9, "freeze": 9}


@pytest.mark.parametrize("settings", [SMALL, pytest.param(LARGE, marks=needs.imagenet)])
def test_the_readers_own_files_are_answered_as_in_the_app(own_house, tmp_path, settings):
    """Large photographs, no squares: as they were when they were brought, to the last answer."""
    files = {
        f"{label}{n}.jpg": (label, saved(photo(10 * n + len(label), 700, 500 + 9 * n)))
        for label in ("cat", "snake")
        for n in range(10)
    }
    own_house.take(*((label, name, body) for name, (label, body) in files.items()))
    run, rows = trained(tmp_path, data=own_house.name, train_size=12, epochs=8, **settings)
    into = tmp_path / "unpacked"
    zipfile.ZipFile(export.write("weights", run, rows, tmp_path, "en")).extractall(into)
    labels = own_house.set.classes
    tested = [p.name for label in labels for p in own_house.set.splits[label.id].test]
    for name in tested:
        (into / name).write_bytes(files[name][1])
    code = (
        "import sys; from predict import answer\n"
        "print(*(f'{said}={share:.4f}' for f in sys.argv[1:] for said, share in answer(f)[:1]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *tested],
        cwd=into,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    said, sure = rows[-1]["predictions"], rows[-1]["confidence"]
    assert [word.split("=")[0] for word in told] == [labels[i].name for i in said]
    assert [float(word.split("=")[1]) for word in told] == pytest.approx(sure, abs=1e-4)


@needs.imagenet
def test_a_script_trains_again_on_own_pictures_of_the_side_that_was_chosen(
    own_house, tmp_path, stranger
):
    pool = catalog.dataset(own_house.fill(cat=8, dog=8).id).train_pool
    run, rows = trained(tmp_path, data=own_house.name, train_size=pool, epochs=2, **LARGE)
    into = tmp_path / "unpacked"
    zipfile.ZipFile(export.write("train_again", run, rows, tmp_path, "en")).extractall(into)
    ended = stranger.run(into, "train_again.py")
    assert ended.returncode == 0, ended.stderr
    assert "the same answer as recorded for 4 of 4 pictures" in ended.stdout
    assert "interpolate" not in (into / "train_again.py").read_text(encoding="utf-8")
