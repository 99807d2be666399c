"""report-<language>.html: the whole run in one file that asks nothing of the network."""

import dataclasses
import html
import json
import re
import zipfile
from html.parser import HTMLParser

import pytest

from tests.tlcore.experiments.export.export_runs import trained
from tlcore.experiments.export import files as export
from tlcore.experiments.export import wording
from tlcore.experiments.export.report import figures, gallery
from tlcore.experiments.export.subject import Subject
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    run, rows = trained(folder, data="garments", freeze=6, keep=7, epochs=4)
    return run, rows, folder


@pytest.fixture(scope="module")
def page(run):
    return export.write("report", *run, "en").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(page):
    """What a reader without scripts meets: the page before its scripts, without tags."""
    body = page.split("<main>")[1].split("</main>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body)))


class Addresses(HTMLParser):
    """Everything that a browser would fetch, and what it would run."""

    def __init__(self):
        super().__init__()
        self.found, self.scripts, self.handlers = [], 0, []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "poster", "action"):
                self.found.append(value)
            if name.startswith("on"):
                self.handlers.append(name)
        self.scripts += tag == "script"


def test_nothing_comes_from_outside(page):
    parser = Addresses()
    parser.feed(page)
    assert parser.found
    assert all(address.startswith("data:image/png;base64,") for address in parser.found)
    assert parser.scripts == 3  # figures, Plotly, what draws
    assert parser.handlers == []
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
    assert policy.startswith("default-src 'none'")
    style = page.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_reader_is_told_result_settings_and_how_to_do_it_again(run, told):
    record, rows, _ = run
    result = rows[-1]
    low, high = result["interval"]
    assert f"{result['test_accuracy'] * 100:.1f} %" in told
    assert f"{low:.1%} to {high:.1%}" in told
    assert "Blocks 7–8 + head, block 8 from random weights" in told
    for name in ("epochs", "lr", "head_lr", "optimizer", "seed", "precision"):
        assert i18n.t(f"field.{name}", "en") in told
    assert record.hash in told
    assert f"/run?id={record.id} " in told
    assert f" {record.id} " in told
    assert result["weights_sha256"] in told
    assert json.dumps({k: v for k, v in record.spec.items() if k != "kind"}) in told


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_report_and_card_say_which_epoch_was_kept_and_that_validation_chose_it(tmp_path, language):
    asked = {"schedule": "constant", "epochs": 30, "kept_epoch": "best", "patience": 2}
    run, rows = trained(tmp_path, **asked)
    kept = rows[-1]["kept"]
    assert kept["stopped"]
    words = i18n.texts(language)
    told = wording.kept(Subject.of(run, rows, tmp_path), words)
    assert f"{kept['val_accuracy']:.1%}" in told
    page = export.write("report", run, rows, tmp_path, language).read_text(encoding="utf-8")
    assert html.escape(told) in page
    assert f"<dd>{words['choice.kept_epoch.best']}</dd>" in page
    with zipfile.ZipFile(export.write("weights", run, rows, tmp_path, language)) as made:
        card = made.read("README.md" if language == "en" else "README.ko.md").decode()
    assert told in card


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_where_nobody_chose_an_epoch_nothing_is_said_of_it(run, language):
    made, rows, folder = run
    assert wording.kept(Subject.of(made, rows, folder), i18n.texts(language)) == ""
    page = export.write("report", made, rows, folder, language).read_text(encoding="utf-8")
    assert f"<dd>{i18n.t('choice.patience.none', language)}</dd>" in page


def test_a_head_is_no_new_block(run, page, tmp_path):
    """`run` has a new block beside its head; the other learns in the head alone."""
    fresh, head = i18n.t("blocks.legend.fresh", "en"), i18n.t("export.report.blocks.head", "en")
    record, rows, _ = run
    groups = [g | {"state": "frozen"} if g["name"] != "head" else g for g in rows[0]["groups"]]
    alone = [rows[0] | {"groups": groups}, *rows[1:]]
    other = export.write("report", record, alone, tmp_path, "en").read_text(encoding="utf-8")
    assert [(fresh in text, head in text) for text in (page, other)] == [
        (True, True),
        (False, True),
    ]
    assert '<li class="head"><b>head</b>' in other


def test_each_chart_has_its_numbers_as_a_table(run, told):
    rows = run[1]
    for row in (row for row in rows if row["kind"] == "epoch"):
        assert f"{row['val_loss']:.4f}" in told
        assert f"{row['val_accuracy']:.1%}" in told
    last = [row for row in rows if row["kind"] == "step"][-1]
    assert f"{last['grad_norm']['block7']:.3g}" in told
    for counts in rows[-1]["confusion"]:
        assert " ".join(map(str, counts)) in told.replace("  ", " ")


def test_the_charts_hold_the_rows(run):
    rows = run[1]
    drawn = figures.all_of(Subject.of(*run), i18n.texts("en"))
    steps = [row for row in rows if row["kind"] == "step"]
    epochs = [row for row in rows if row["kind"] == "epoch"]
    training, validation = drawn["loss"]["data"]
    assert training["x"] == [row["step"] for row in steps]
    assert training["y"] == pytest.approx([row["loss"] for row in steps], rel=1e-3)
    assert validation["y"] == pytest.approx([row["val_loss"] for row in epochs], rel=1e-3)
    heat = drawn["strip"]["data"][0]
    assert heat["y"] == ["stem", *(f"block{n}" for n in range(2, 9)), "head"]
    assert heat["z"][0] == [None] * len(steps)  # frozen: a gap, not zero
    assert [10**v for v in heat["z"][7]] == pytest.approx(
        [row["grad_norm"]["block8"] for row in steps], rel=5e-3
    )
    assert [note["y"] for note in drawn["strip"]["layout"]["annotations"]] == heat["y"][:6]


def test_a_long_run_is_drawn_with_no_more_points_than_a_screen_has():
    steps = [{"step": n} for n in range(1, 3_001)]
    parts = figures.binned(steps)
    assert len(parts) == 1_000
    assert [row for part in parts for row in part] == steps
    assert figures.middle([1.0, 100.0, None, 0.0]) == pytest.approx(10)


def test_every_text_is_escaped(run, tmp_path):
    """A class, a block or a setting may one day be named by a learner."""
    record, rows, folder = run
    evil = "</script><img src=x onerror=alert(1)>"
    start = {**rows[0], "classes": [evil, *rows[0]["classes"][1:]], "torch": evil}
    start["groups"] = [{**rows[0]["groups"][0], "name": evil}, *rows[0]["groups"][1:]]
    spoilt = dataclasses.replace(record, id=evil)
    (tmp_path / "test.png").write_bytes((folder / "test.png").read_bytes())
    page = export.write("report", spoilt, [start, *rows[1:]], tmp_path, "en").read_text()
    parser = Addresses()
    parser.feed(page)
    assert parser.handlers == []
    assert parser.scripts == 3
    assert "x" not in parser.found


def test_pictures_are_the_runs_own(run):
    from io import BytesIO

    import numpy as np
    from PIL import Image

    from tlcore.data import sets

    record, rows, folder = run
    test = sets.load("garments", 40, record.spec["seed"]).test.images
    worst = rows[-1]["worst"]
    found = gallery.tiles(folder / "test.png", rows[-1]["sprite"], worst)
    assert len(found) == len(worst) == 12
    for address, number in zip(found, worst, strict=True):
        content = gallery.base64.b64decode(address.split(",", 1)[1])
        assert (np.asarray(Image.open(BytesIO(content))) == test[number, 0].numpy()).all()


def test_a_run_whose_pictures_are_gone_keeps_its_report(run, tmp_path):
    record, rows, _ = run
    page = export.write("report", record, rows, tmp_path, "ko").read_text(encoding="utf-8")
    assert i18n.t("result.no_pictures", "ko") in page


def test_a_diverged_run_is_told_as_one(tmp_path):
    run, rows = trained(tmp_path, freeze=0, lr=1e6, optimizer="sgd")
    assert rows[-1]["status"] == "diverged"
    page = export.write("report", run, rows, tmp_path, "ko").read_text(encoding="utf-8")
    assert '<p class="stopped">' in page
    assert i18n.t("confusion.title", "ko") not in page
    assert i18n.t("export.report.way.2", "ko") not in page


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_in_a_browser_without_network_all_charts_are_drawn(run, browser, language, width, scheme):
    file = export.write("report", *run, language)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    try:
        page, trouble = context.new_page(), []
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(file.as_uri())
        for name in ("loss", "accuracy"):
            page.wait_for_selector(f"#chart-{name} .scatterlayer .trace", state="attached")
        page.wait_for_selector("#chart-strip .heatmaplayer image", state="attached")
        assert trouble == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.lang") == language
        drawn = page.evaluate(
            "getComputedStyle(document.querySelector('#chart-loss .trace path.js-line')).stroke"
        )
        assert drawn == ("rgb(45, 212, 191)" if scheme == "dark" else "rgb(15, 118, 110)")
        page.get_by_text(i18n.t("table.show", language)).first.click()
        assert page.locator("details[open] td").first.is_visible()
    finally:
        context.close()
