"""A data set before training, and the backbones, in a real browser; own pictures on a phone."""

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Error, expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.browser

# A tile shows something: its sheet has come, and the part of it that is shown lies inside.
SHOWN = """(tile) => new Promise((resolve) => {
  const address = getComputedStyle(tile).backgroundImage.slice(5, -2);
  const image = new Image();
  image.onload = () => resolve(image.naturalWidth);
  image.onerror = () => resolve(0);
  image.src = address;
})"""


@pytest.fixture
def folders(tmp_path):
    """Two folders of pictures that nobody has seen: warm discs, cold bars."""
    dice = np.random.default_rng(7)
    for name, colour in (("warm", (210, 90, 40)), ("cold", (40, 110, 210))):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for number in range(20):  # 12 to train with: 24 in all, enough to say something
            pixels = dice.integers(0, 60, (90, 120, 3)).astype(np.uint8)
            y, x = np.mgrid[:90, :120]
            cx, cy, r = dice.integers(30, 60, 3)
            round_ = (x - cx) ** 2 + (y - cy) ** 2 < (r // 2) ** 2
            pixels[round_ if name == "warm" else abs(y - cy) < r // 3] += np.uint8(colour)
            Image.fromarray(pixels).save(tmp_path / "mine" / name / f"{number}.png")
    return tmp_path / "mine"


def choose(visitor, label, option):
    box = visitor.page.get_by_role("combobox", name=visitor.T(label))
    box.scroll_into_view_if_needed()
    visitor.page.wait_for_timeout(300)  # a list closes when the page below it is still moving
    box.click()
    visitor.page.get_by_role("option", name=option).first.click()
    visitor.settled()


def sheets(visitor, count):
    """So many sheets of pictures, each with a picture in its first tile."""
    expect(visitor.at("sheet")).to_have_count(count, timeout=PATIENCE)
    for place in range(count):
        assert shown(visitor, visitor.at("sheet").nth(place).locator(".tl-tile").first) > 0


def shown(visitor, tile):
    """A sheet of other settings may be replaced just while it is looked at."""
    for _ in range(20):
        try:
            tile.scroll_into_view_if_needed()
            return tile.evaluate(SHOWN)
        except Error:
            visitor.page.wait_for_timeout(250)
    raise AssertionError("the sheet is replaced again and again")


def measured(visitor):
    visitor.button("similarity.start").click()
    drawn = visitor.page.locator(".st-key-my_dataset-accuracy .main-svg").first
    expect(drawn).to_be_visible(timeout=2 * PATIENCE)
    expect(visitor.button("place.lab")).to_be_visible()
    visitor.settled().speaks().fits()


def test_drawn_pictures_are_looked_at_measured_and_taken_to_the_lab(server, enter):
    visitor = enter(server, "en", WIDE).open("/my_dataset")
    choose(visitor, "field.data", visitor.T("data.signs"))
    choose(visitor, "field.backbone", visitor.T("backbone.clothing"))
    visitor.turn(visitor.T("field.train_size"), "Home", 1)
    sheets(visitor, 2)
    visitor.speaks().fits()
    measured(visitor)
    visitor.page.reload()
    choose(visitor.settled(), "field.backbone", visitor.T("backbone.clothing"))
    expect(visitor.page.locator(".st-key-my_dataset-accuracy")).to_be_visible()  # at once
    visitor.button("place.lab").click()
    expect(visitor.heading("lab.title")).to_be_visible()
    expect(visitor.page.get_by_role("combobox", name=visitor.T("field.data"))).to_have_value(
        visitor.T("data.signs")
    )


def test_own_pictures_on_a_phone_become_a_data_set_that_is_looked_at(server, enter, folders):
    visitor = enter(server, "ko", NARROW).open("/my_dataset")
    choose(visitor, "field.backbone", visitor.T("backbone.clothing"))
    visitor.page.get_by_role("radio", name=visitor.T("my_dataset.source.mine")).click()
    visitor.settled().button("own.begin").click()
    visitor.page.locator("input[webkitdirectory]").set_input_files(folders)
    ready = visitor.T("own.ready", train="T", val="V", test="E").split("T")[0]
    expect(visitor.page.get_by_text(re.compile(re.escape(ready)))).to_be_visible(timeout=PATIENCE)
    sheets(visitor, 2)
    names = visitor.at("sheet").first.locator(".tl-title").all_inner_texts()
    assert sorted(names) == ["cold", "warm"]
    visitor.settled().fits()
    measured(visitor)


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])
def test_own_pictures_are_taught_and_tried_on_one_screen(server, enter, folders, language, size):
    visitor = enter(server, language, size).open(f"/my_dataset?lang={language}")
    choose(visitor, "field.backbone", visitor.T("backbone.clothing"))
    visitor.page.get_by_role("radio", name=visitor.T("my_dataset.source.mine")).click()
    visitor.settled().button("own.begin").click()
    visitor.page.locator("input[webkitdirectory]").set_input_files(folders)
    train = visitor.button("own.train")
    expect(train).to_be_visible(timeout=PATIENCE)
    visitor.settled().fits()
    if size == WIDE:  # from the top of the page all three steps are seen
        visitor.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        for step in ("classes", "train", "try"):
            box = visitor.heading(f"own.step.{step}").bounding_box()
            assert box["y"] + box["height"] < size[1], step
    train.click()
    expect(visitor.button("own.run.open")).to_be_visible(timeout=2 * PATIENCE)
    picker = visitor.at("try-file")
    (folders.parent / "a.gif").write_bytes(b"GIF89a" + bytes(300))
    picker.set_input_files(folders.parent / "a.gif")
    expect(visitor.at("try-refused")).to_have_text(f"a.gif {visitor.T('own.no_picture')}")
    picker.set_input_files(folders / "warm" / "3.png")
    says = visitor.T("explain.says", name="warm", sure="S").split("S")[0].replace("**", "")
    expect(visitor.page.get_by_text(says.strip())).to_be_visible(timeout=PATIENCE)
    visitor.settled().speaks().fits()


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])
def test_the_backbones_are_drawn_listed_and_shown_closely(server, enter, language, size):
    visitor = enter(server, language, size).open("/backbones")
    points = visitor.page.locator(".st-key-backbones-picture-macs .point")
    expect(points.first).to_be_visible()
    assert points.count() >= 2
    choose(visitor, "field.backbone", re.compile("ResNet-50"))
    expect(visitor.at("stMetricValue").filter(has_text="25,557,032")).to_be_visible()
    expect(visitor.button("backbones.speed.measure")).to_be_visible()
    visitor.speaks().fits()
