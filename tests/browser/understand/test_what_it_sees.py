"""A picture is chosen, named, and asked about again; nonsense is a sentence."""

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests import needs
from tlcore.words import i18n

pytestmark = [pytest.mark.browser, needs.imagenet]


def a_ball() -> bytes:
    """A yellow ball with a seam, on green."""
    image = Image.new("RGB", (400, 300), (40, 110, 50))
    draw = ImageDraw.Draw(image)
    draw.ellipse((110, 60, 290, 240), fill=(205, 225, 60))
    draw.arc((30, 60, 190, 240), -60, 60, fill=(245, 245, 245), width=9)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_picture_is_named_at_once_and_its_evidence_looked_for(server, enter, language):
    visitor = enter(server, language).open(f"/what_it_sees?lang={language}")
    given = {"name": "ball.jpg", "mimeType": "image/jpeg", "buffer": a_ball()}
    visitor.page.locator("input[type=file]").first.set_input_files(given)
    bars = visitor.at("explained-bars").locator("li")
    expect(bars).to_have_count(5)
    ball = visitor.T("imagenet.852")
    expect(visitor.at("stMetricValue").first).to_have_text(ball)
    second = bars.nth(1).locator("span").first.inner_text()
    visitor.page.get_by_role("radio", name=second, exact=True).click()
    told = visitor.page.get_by_text(visitor.T("explained.heat", name=second))
    expect(told).to_be_visible()
    visitor.settled().speaks().fits()


def test_what_is_no_picture_is_told_and_the_page_goes_on(server, enter):
    visitor = enter(server).open("/what_it_sees")
    given = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}
    visitor.page.locator("input[type=file]").first.set_input_files(given)
    expect(visitor.at("try-refused")).to_have_text(f"notes.jpg {visitor.T('own.no_picture')}")
    given["buffer"] = a_ball()
    visitor.page.locator("input[type=file]").first.set_input_files(given)
    expect(visitor.at("explained-bars").locator("li")).to_have_count(5)
