"""Each thing that can go wrong is one sentence in the reader's language; the page stays usable."""

import shutil
import sqlite3

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.frame import speech
from pages.ui.frame.navigation import PAGES
from pages.ui.runs import runs
from tests.nonempty import files_of
from tests.pages.house import House
from tests.pages.reader import Reader
from tlcore import catalog
from tlcore.experiments.export.spec import ExportSpec
from tlcore.experiments.profile.spec import ProfileSpec
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.runs import dispatch
from tlcore.runs.spec import resolve
from tlcore.runs.store.tables import VERSION
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)

# A link, and the sentence (its key, its values) that answers it.
NUMBERS = {"low": "0", "high": "10000"}
LINKS = {
    "epochs=-1": [("spec.out_of_range", {"field": "epochs", "given": "-1", **NUMBERS})],
    "epochs=many": [("spec.not_a_number", {"field": "epochs", "given": "many", **NUMBERS})],
    "optimizer=adam": [
        ("spec.not_a_choice", {"field": "optimizer", "given": "adam", "allowed": "adamw, sgd"})
    ],
    "colour=red": [("spec.unknown_field", {"field": "colour", "given": "red"})],
    "train_size=5000&data=digits": [("spec.train_size", {"low": 10, "high": 800, "given": 5000})],
    "freeze=7&keep=3": [("plan.out_of_order", {"read": 8, "keep": 3, "freeze": 7, "blocks": 8})],
    "backbone=nope": [
        ("backbone.unknown", {"given": "nope", "known": ", ".join(catalog.backbones())})
    ],
    "data=nope": [("data.unknown", {"given": "nope", "known": ", ".join(catalog.datasets())})],
    "run=xyz": [("run.unknown", {})],
}
# How a worker or the dispatcher ends a run that cannot go on.
ENDINGS = {
    "run.bug": {"log": "/x/worker.log"},
    "run.memory": {"limit_mb": 2048},
    "run.too_long": {"seconds": 300},
    "device.out_of_memory": {"device": "cuda"},
    "data.damaged": {"file": "garments.png"},
    "weights.damaged": {"file": "clothing.safetensors"},
    "weights.set_aside": {"file": "resnet18.pth"},
    "weights.absent": {"backbone": "resnet18", "megabytes": 45},
    "data.absent": {"data": "cifar10"},
    "data.set_aside": {"data": "cifar10"},
    "download.wrong_answer": {"file": "resnet18.pth", "host": "download.pytorch.org"},
    "download.no_network": {"file": "resnet18.pth", "host": "download.pytorch.org"},
    "download.refused": {"file": "resnet18.pth", "host": "download.pytorch.org", "code": 404},
    "download.running": {"name": "resnet18"},
    "download.damaged_archive": {"file": "EuroSAT.zip"},
}
COMMAND_LINE = {
    *("file.unwritable", "pretrain.unknown", "pretrain.needs"),
    *("pretrain.no_data", "pretrain.no_download", "fetch.unknown", "run.no_such_executor"),
}
OWN_TESTS = (
    *("explain.", "export.", "learned.", "picture.", "room.", "run.state_damaged"),
    *("own.", "zip.", "data.gone", "labels.", "backbone.gone"),
    *("pretrain.too_long", "look.", "predict.", "lesson_link.", "compare.", "objectives."),
    *("text.", "text_csv.", "spec.text", "spec.picture", "spec.not_of_texts", "spec.train_texts"),
    *(
        "words.",
        "weights.not_installed",
        "weights.package_damaged",
        "spec.side",
        "already.",
        "file.not_empty",
    ),
    *("generate.", "heads.", "hub.", "claim.", "queue.address", "queue.crowded"),
)
HERE = {
    *("run.gone", "run.interrupted", "run.no_dispatcher", "device.no_cuda", "spec.too_long", "bug"),
    *("store.locked", "store.full", "store.quota", "store.unwritable", "store.newer"),
    *("store.damaged", "queue.full", "run.not_yours", "machine.spent"),
}


def told(key, language, **values):
    return i18n.tell(UserError(key, **values), language)


def usable(lab):
    """Every knob is there and one of them turns."""
    lab.choose("fine_tune.seed", 4)
    assert lab.draft["seed"] == 4
    assert lab.has("fine_tune.start")
    return True


def test_every_sentence_is_tried_below():
    links = {key for found in LINKS.values() for key, _ in found}
    known = {key.removeprefix("error.") for key in i18n.texts("en") if key.startswith("error.")}
    known = {key for key in known if not key.endswith(".plain")}  # read away from the pages
    elsewhere = {key for key in known if key.startswith(OWN_TESTS)}
    tried = links | ENDINGS.keys() | HERE | COMMAND_LINE | elsewhere
    assert known == tried, "what has its sentence tried in a test of its own is in OWN_TESTS"
    tests = [f.read_text("utf-8") for f in files_of(ROOT / "tests", "**/test_*.py")]
    said = "\n".join(tests).replace("\\.", ".")  # a pattern names a key with its dots escaped
    assert [key for key in sorted(elsewhere) if f'{key}"' not in said] == []


@BOTH
@pytest.mark.parametrize("link", LINKS)
def test_a_link_with_nonsense_is_told_once_and_leaves_the_lab_as_it_was(house, link, language):
    lab = Reader("fine_tune", language, **dict(pair.split("=") for pair in link.split("&")))
    assert lab.errors == [told(key, language, **values) for key, values in LINKS[link]]
    assert usable(lab)
    assert lab.run().errors == []  # told once: the settings are sound


@BOTH
def test_everything_wrong_at_once_is_still_told_in_one_place(house, language):
    lab = Reader(
        "fine_tune",
        language,
        **{"epochs": "0", "lr": "fast", "colour": "red", "run": "xyz"},
        **{"backbone": "nope", "freeze": "99"},
    )
    assert len(lab.errors) == 1
    assert told("run.unknown", language) in lab.errors[0]
    for part in ("fast", "colour"):
        assert part in lab.errors[0]
    assert usable(lab)


@pytest.mark.parametrize(
    "value",
    ["", "-1", "1e999", "nan", "inf", "١", "<script>alert(1)</script>", "../../etc", "9" * 5000],
)
@pytest.mark.parametrize("field", ["epochs", "lr", "backbone", "run", "seed", "embed", "lang"])
def test_hostile_values_of_a_link_never_break_the_lab(house, field, value):
    lab = Reader("fine_tune", **{field: value})
    assert len(lab.errors) <= 1
    assert all(len(error) < 400 for error in lab.errors)
    assert usable(lab)


def test_a_link_cannot_bring_markdown_into_a_page(house):
    picture = "![a](http://elsewhere.example/a.png)"
    lab = Reader("fine_tune", backbone=picture, **{picture: "1"})
    [error] = lab.app.error
    assert picture not in error.value
    assert error.value.count(r"\!\[a\]\(http\:") == 1  # the field, by its name
    assert picture in lab.errors[0].replace("\u2060", "")
    for address in ("http://a.example", "HTTPS://a.example", "www.a.example", "me@a.example"):
        assert address not in speech.plain(address).replace("\\", "")  # linked though escaped


def test_a_link_to_another_kind_of_run_leaves_the_lab_whole(house):
    lab = Reader("fine_tune", kind="profile", backbone="nope")
    assert lab.errors == [
        told("backbone.unknown", "en", given="nope", known=", ".join(catalog.backbones()))
    ]
    assert usable(lab)


@pytest.mark.parametrize("of", ["export", "profile"])
def test_a_run_that_the_lab_cannot_show_is_none_to_it(house, of):
    Reader("fine_tune").click("fine_tune.start")
    [run_id] = house.waiting()
    house.finish(run_id)
    spec = ExportSpec(run=run_id, what="csv") if of == "export" else ProfileSpec()
    look = house.store.submit(resolve(spec, Compute(), "here"), "somebody").run_id
    late = Reader("fine_tune", cookie="late", run=look)
    assert late.errors == [told("run.unknown", "en")]
    assert usable(late)


@BOTH
@pytest.mark.parametrize("key", ENDINGS)
def test_a_run_that_fails_says_why(house, key, language):
    lab = Reader("fine_tune", language).click("fine_tune.start")
    house.fail(house.waiting()[0], key, **ENDINGS[key])
    assert lab.run().errors == [told(key, language, **ENDINGS[key])]
    assert usable(lab)
    lab.open("home").click("home.start")
    house.fail(house.waiting()[0], key, **ENDINGS[key])
    assert lab.run().errors == [told(key, language, **ENDINGS[key])]


@BOTH
def test_an_interrupted_run_says_so(house, language):
    lab = Reader("fine_tune", language).click("fine_tune.start")
    house.begin(house.waiting()[0])
    house.queue.end(house.waiting()[0], "interrupted")
    assert lab.run().errors == [told("run.interrupted", language)]
    lab.click("fine_tune.start")
    assert lab.errors == []
    assert len(house.waiting()) == 1


def test_a_stop_that_cannot_be_written_is_a_sentence(house, monkeypatch):
    lab = Reader("fine_tune").click("fine_tune.start")

    def full(*_):
        raise UserError("store.full", path="x", free_mb=0)

    monkeypatch.setattr(runs.store(), "leave", full)
    lab.click("fine_tune.stop")
    assert lab.errors == [told("store.full", "en", path="x", free_mb=0)]
    assert lab.has("fine_tune.stop")  # the page is whole


@BOTH
def test_a_gpu_that_is_not_there_is_refused_on_start(house, language):
    lab = Reader("fine_tune", language).choose("fine_tune.device", "cuda").click("fine_tune.start")
    assert lab.errors == [told("device.no_cuda", language)]
    assert house.waiting() == []
    assert usable(lab)


@BOTH
def test_what_takes_too_long_is_refused_on_start(house, language):
    lab = Reader("fine_tune", language, data="font_digits", train_size="20000", epochs="200")
    lab.choose("fine_tune.preset", "everything").click("fine_tune.start")
    [error] = lab.errors
    assert i18n.texts(language)["error.spec.too_long"].split("{seconds}")[0] in error
    assert house.waiting() == []
    assert usable(lab)


@BOTH
def test_more_epochs_than_a_browser_may_ask_for_are_refused_on_start(house, language):
    lab = Reader("fine_tune", language, epochs="10000").click("fine_tune.start")
    values = {"field": "epochs", "given": 10_000, "low": 0, "high": 200}
    assert lab.errors == [told("spec.out_of_range", language, **values)]
    assert usable(lab)


@BOTH
def test_a_dispatcher_that_does_not_start_is_told(house, language, monkeypatch):
    def missing(folder=None):
        raise UserError("run.no_dispatcher", log="/x/dispatcher.log")

    lab = Reader("fine_tune", language)
    monkeypatch.setattr(dispatch, "ensure", missing)
    lab.click("fine_tune.start")
    assert lab.errors == [told("run.no_dispatcher", language, log="/x/dispatcher.log")]
    assert usable(lab)


@BOTH
def test_a_busy_store_is_told_and_the_next_click_works(house, language):
    lab = Reader("fine_tune", language)
    other = sqlite3.connect(house.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    lab.click("fine_tune.start")
    values = {"path": str(house.store.path), "seconds": 0.1}
    assert lab.errors == [told("store.locked", language, **values)]
    assert usable(lab)
    other.execute("ROLLBACK")
    other.close()
    lab.click("fine_tune.start")
    assert lab.errors == []
    assert len(house.waiting()) == 1


@BOTH
@pytest.mark.parametrize("page", PAGES)
def test_a_data_folder_that_cannot_be_written_costs_no_page(folder, page, language):
    folder.write_text("a file, where the folder should be")
    reader = Reader(page, language)
    assert len(reader.errors) <= 1
    for error in reader.errors:
        assert i18n.texts(language)["error.store.unwritable"].split("{path}")[0] in error
    # The frame, and either the page or the sentence that stands for it.
    assert len(reader.texts()) > (8 if page not in ("runs", "run") else 3)


@BOTH
def test_a_click_without_a_data_folder_is_answered(folder, language):
    folder.write_text("a file, where the folder should be")
    for page, button in (("home", "home.start"), ("why_transfer", "why_transfer.start")):
        reader = Reader(page, language).click(button)
        assert reader.errors
        start = i18n.texts(language)["error.store.unwritable"].split("{path}")[0]
        assert all(start in error for error in reader.errors)


@BOTH
def test_a_full_disk_is_told_on_start(house, language, monkeypatch):
    def full(*_, **__):
        raise UserError("store.full", path="/x/store.db", free_mb=0)

    lab = Reader("fine_tune", language)
    monkeypatch.setattr(runs.store(), "submit_all", full)
    lab.click("fine_tune.start")
    assert lab.errors == [told("store.full", language, path="/x/store.db", free_mb=0)]
    assert usable(lab)


@BOTH
def test_a_store_of_a_newer_app_is_told(folder, language):
    folder.mkdir()
    with sqlite3.connect(folder / "store.db") as newer:
        newer.execute(f"PRAGMA user_version={VERSION + 1}")
    lab = Reader("fine_tune", language)
    values = {"path": str(folder / "store.db"), "found": VERSION + 1, "known": VERSION}
    assert lab.errors == [told("store.newer", language, **values)]


@BOTH
def test_a_damaged_store_is_put_aside_and_home_tells_where(folder, language):
    folder.mkdir()
    (folder / "store.db").write_bytes(b"no database " * 500)
    home = Reader("home", language)
    assert home.errors == []
    [aside] = folder.glob("store.db.corrupt-*")
    [warning] = [w.value for w in home.app.warning]
    begin = i18n.texts(language)["room.notice.damaged"].split("{")[0]
    assert warning.startswith(begin)
    assert speech.plain(aside.name) in warning
    house = House(folder)
    home.click("home.start")
    assert len(house.waiting()) == 1


def broken_page():
    from pages.ui.runs import runs

    runs.log_bug(ZeroDivisionError("a bug of ours"))


def test_a_bug_is_one_sentence_and_its_traceback_is_in_the_log(folder):
    page = AppTest.from_function(broken_page).run()
    log = folder / "log" / "web.log"
    [error] = page.error
    assert error.value == speech.plain(told("bug", "en", log=str(log)))
    assert [e.value for e in page.exception] == []
    assert "a bug of ours" in log.read_text("utf-8")


def test_a_bug_where_nothing_can_be_logged_is_one_sentence_too(folder):
    folder.write_text("a file, where the folder should be")
    page = AppTest.from_function(broken_page).run()
    assert len(page.error) == 1
    assert [e.value for e in page.exception] == []


@BOTH
@pytest.mark.parametrize("page", ["home", "why_transfer", "fine_tune"])
def test_a_run_whose_store_was_removed_is_told_once(folder, page, language):
    reader = Reader(page, language).click(f"{page}.start")
    (folder / "store.db").unlink()
    shutil.rmtree(folder / "runs")  # where each run is kept once more
    assert told("run.gone", language) in reader.run().errors
    assert told("run.gone", language) not in reader.run().errors
    reader.click(f"{page}.start")
    if reader.has("predict.why_race.pass"):  # the prediction went with the store
        reader.click("predict.why_race.pass")
    assert reader.has(f"{page}.live")
