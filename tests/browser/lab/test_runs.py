"""Runs that several people share: two browsers and a phone on one run, then kept and taken home."""

import re

import pytest
from playwright.sync_api import Error, expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.browser

LONG = "epochs=200&train_size=300&freeze=4"  # minutes: it is paused and stopped on the way
STEP = """() => Number(document.querySelector('[data-testid="live-step"]').textContent
  .split("/")[0].replace(/\\D/g, ""))"""


def begin(visitor, settings):
    """Start a run of one's own in the lab; returns its id."""
    visitor.open(f"/fine_tune?{settings}")
    visitor.button("run.start").click()
    try:
        visitor.page.wait_for_url(re.compile("run=[0-9a-f]{32}"))
    except Error as error:  # the page says why it began nothing
        raise AssertionError(visitor.at("stMain").inner_text()) from error
    return re.search("run=([0-9a-f]{32})", visitor.page.url)[1]


def under_way(visitor):
    visitor.status("running")
    expect(visitor.at("live-step")).to_have_text(re.compile(r"^[1-9]"), timeout=PATIENCE)


def finished(server, enter, seed, language="en", size=WIDE, epochs=3):
    visitor = enter(server, language, size)
    run_id = begin(visitor, f"seed={seed}&epochs={epochs}")
    visitor.status("finished")
    return visitor.settled(), run_id


def test_two_browsers_and_a_phone_share_a_run_that_is_paused_and_goes_on(
    server, enter, patient_room
):
    student, friend = enter(server, "en", WIDE), enter(server, "en", WIDE)
    phone = enter(server, "ko", NARROW)
    run_id = begin(student, f"{LONG}&seed=901")
    under_way(student)
    friend.open(f"/run?id={run_id}")
    phone.open(f"/run?id={run_id}&lang=ko").fits()
    under_way(friend)
    under_way(phone)
    expect(friend.button("run.pause")).to_be_enabled()  # they sit at the server, as all here do
    student.settled().button("run.pause").click()
    for visitor in (student, friend, phone):
        visitor.status("paused")
        expect(visitor.at("live-note")).to_be_visible()
        expect(visitor.button("run.resume")).to_be_visible(timeout=PATIENCE)
    phone.settled().speaks().fits()
    reached = friend.page.evaluate(STEP)
    assert reached >= 1
    friend.settled().button("run.resume").click()
    for visitor in (student, phone):
        under_way(visitor)
        expect(visitor.button("run.pause")).to_be_visible(timeout=PATIENCE)
        assert visitor.page.evaluate(STEP) >= reached  # it went on from where it was
    student.settled().button("run.stop").click()  # the student leaves: others still watch
    expect(student.page.get_by_text(student.T("run.going_on"))).to_be_visible()
    under_way(friend)
    for visitor in (friend, phone):
        visitor.settled().button("run.stop").click()
    student.status("cancelled")


def test_a_list_of_runs_compares_repeats_and_deletes(server, enter):
    visitor, first = finished(server, enter, 911)
    visitor.open("/runs").speaks().fits()
    visitor.at(f"runs-tick-{first}").check()
    visitor.settled().button("runs.again").click()
    rows = visitor.page.locator("[data-testid^=runs-row-]")
    expect(rows).to_have_count(2)
    done = visitor.page.locator('.tl-runs-status[data-status="finished"]')
    expect(done).to_have_count(2, timeout=PATIENCE)  # told without a click
    expect(visitor.page.locator(".tl-runs-score").first).to_have_text(re.compile("%"))
    visitor.settled().at("runs-all").check()
    told = visitor.T("overlay.title", n=2)
    expect(visitor.page.get_by_role("heading", name=told)).to_be_visible()
    expect(visitor.at("live-legend").get_by_role("listitem")).to_have_count(2)
    expect(visitor.page.get_by_text(re.compile("n = 2"))).to_be_visible()
    visitor.settled().fits()
    visitor.at("runs-all").uncheck()
    visitor.at(f"runs-tick-{first}").check()
    visitor.settled().page.get_by_role("button", name=visitor.T("runs.delete", n=1)).click()
    visitor.page.get_by_role("button", name=visitor.T("runs.delete.yes", n=1)).click()
    expect(rows).to_have_count(1)
    late = enter(server).open(f"/run?id={first}")
    expect(late.page.get_by_text(late.T("run.no_such"))).to_be_visible()


def test_another_opens_the_link_asks_why_and_takes_the_files_home(server, enter):
    owner, run_id = finished(server, enter, 921)
    owner.open(f"/run?id={run_id}")
    link = owner.at("stCode").last.inner_text().strip()
    assert link.endswith(f"/run?id={run_id}&lang=en")
    phone = enter(server, "ko", NARROW)
    phone.open(link.replace("lang=en", "lang=ko")).speaks().fits()
    upright = phone.page.locator(".tl-confusion thead th span")
    expect(upright).to_have_count(4)  # one name is long, so all its fellows stand, too
    picture = phone.page.locator(".tl-picture").nth(3)
    picture.click()
    expect(picture).to_have_attribute("aria-pressed", "true")
    bars = phone.at("explained-bars").get_by_role("listitem")
    expect(bars).to_have_count(4, timeout=PATIENCE)
    expect(phone.page.get_by_text(re.compile("증명이 아닙니다"))).to_be_visible()
    heat = phone.at("explained-heat").locator("img").last
    assert heat.evaluate("(image) => image.decode().then(() => image.naturalWidth)") >= 28
    expect(phone.at("explained-heat")).to_be_in_viewport()  # brought into sight
    phone.settled().speaks().fits()
    saved(phone, "csv", b"step")
    owner.open("/runs")
    expect(owner.at(f"runs-row-{run_id}").locator(".tl-runs-link")).to_be_hidden()
    mine = link.split("/run?")[0] + "/runs?lang=ko"  # the network's address: a cookie of its own
    phone.open(mine).fits().speaks()
    expect(phone.at(f"runs-row-{run_id}").locator(".tl-runs-link")).to_be_visible()
    phone.settled().at("runs-all").check()  # the cards have one, too
    expect(phone.at(f"runs-tick-{run_id}")).to_be_checked()


def saved(visitor, what, holds):
    """Prepare a file, save it, and look into it."""
    box = visitor.page.locator(f".st-key-downloads-{what}-save")
    visitor.page.locator(f".st-key-downloads-{what} button").click()
    link = box.get_by_role("link")
    expect(link).to_be_visible(timeout=PATIENCE)
    with visitor.page.expect_download() as download:
        link.evaluate("(a) => { a.removeAttribute('target'); a.click(); }")
    with open(download.value.path(), "rb") as file:
        assert holds in file.read()


def test_a_picture_of_ones_own_is_explained_and_nonsense_is_a_sentence(server, enter, tmp_path):
    from PIL import Image

    visitor, run_id = finished(server, enter, 931)
    visitor.open(f"/run?id={run_id}")
    photo, nonsense = tmp_path / "photo.png", tmp_path / "nonsense.png"
    Image.radial_gradient("L").resize((400, 500)).save(photo)
    nonsense.write_bytes(b"this is no picture" * 100)
    chooser = visitor.page.locator("input[type=file]")
    chooser.set_input_files(photo)
    bars = visitor.at("explained-bars").get_by_role("listitem")
    expect(bars).to_have_count(4, timeout=PATIENCE)
    visitor.settled().page.get_by_text(visitor.T("explain.invert"), exact=True).click()
    expect(visitor.at("explained")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    chooser.set_input_files(nonsense)
    told = visitor.T("error.picture.format")
    expect(visitor.page.get_by_text(told)).to_be_visible(timeout=PATIENCE)


def test_a_phone_reads_the_list_as_cards(server, enter):
    visitor, run_id = finished(server, enter, 941, "ko", NARROW)
    visitor.open("/runs?lang=ko").speaks().fits()
    row = visitor.at(f"runs-row-{run_id}")
    assert row.bounding_box()["height"] > 120
    row.locator(".tl-c-data").click()  # the whole card is the target
    expect(visitor.at(f"runs-tick-{run_id}")).to_be_checked()
    visitor.settled().fits()
    visitor.at(f"runs-open-{run_id}").click()
    expect(visitor.page).to_have_url(re.compile(f"/run\\?id={run_id}"))
    visitor.status("finished")
