"""A class in real browsers: whoever sits at the server, a student's device, a projector."""

import pytest
from playwright.sync_api import expect

from pages.ui.server.address import network_address
from tests.between import between
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tests.serving import serving
from tlcore.words import i18n

pytestmark = pytest.mark.browser

FONT = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A server of its own: what is stopped and cleared here is nobody else's."""
    with serving(tmp_path_factory.mktemp("classroom")) as found:
        yield found


@pytest.fixture
def student(enter, classroom):
    """Another device: what comes with this header is not from this machine."""
    with between(classroom, "X-Forwarded-For: 192.0.2.44") as there:
        yield lambda language="en", size=WIDE: enter(there, language, size)


def in_menu(visitor):
    """The link to the room, in its opened section."""
    visitor.at("stTopNavSection").filter(has_text=visitor.T("section.classroom")).click()
    expect(
        visitor.at("stTopNavDropdownLink").filter(has_text=visitor.T("page.quiz"))
    ).to_be_visible()
    return visitor.at("stTopNavDropdownLink").filter(has_text=visitor.T("page.room"))


def test_whoever_opens_the_page_on_this_machine_has_the_controls(classroom, enter):
    hosts = ["127.0.0.1", "localhost"]
    if found := network_address():
        hosts.append(found)
    for name in hosts:
        visitor = enter(classroom).open(f"http://{name}:{classroom.port}/room")
        expect(in_menu(visitor)).to_have_count(1)
        expect(visitor.button("room.stop")).to_be_visible()
        expect(visitor.button("room.clear")).to_be_visible()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_another_device_has_none_and_may_look(classroom, enter, header):
    with between(classroom, f"{header}: 192.0.2.44") as there:
        _looks_on(enter(there))


def _looks_on(visitor):
    visitor.open("/")
    expect(visitor.at("stTopNavLink").first).to_be_visible()
    expect(in_menu(visitor)).to_have_count(0)
    visitor.open("/room")
    expect(visitor.page.get_by_text(visitor.T("room.elsewhere"))).to_be_visible()
    expect(visitor.at("stMetric")).to_have_count(4)
    for key in ("room.stop", "room.clear", "room.limits.set"):
        expect(visitor.button(key)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_code_is_large_dark_on_white_and_stands_beside_the_address(classroom, enter, scheme):
    visitor = enter(classroom)
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.open("/room")
    code = visitor.page.locator("img.tl-qr-large")
    box = code.bounding_box()
    assert box["width"] > 500
    assert abs(box["width"] - box["height"]) < 1
    assert code.evaluate("(img) => img.complete && img.naturalWidth > 0")
    corner = code.evaluate("""(img) => {
        const c = document.createElement('canvas'); c.width = c.height = 330;
        const p = c.getContext('2d'); p.drawImage(img, 0, 0, 330, 330);
        const at = (x, y) => p.getImageData(x, y, 1, 1).data[0];
        return [at(5, 5), at(45, 45)]; }""")
    assert corner == [255, 0]  # the quiet zone, and the corner of the first finder
    if found := network_address():
        text = visitor.page.locator(".tl-address").inner_text().replace("\n", "")
        assert text == f"http://{found}:{classroom.port}"


def test_the_host_sees_who_comes_and_stops_everybody(classroom, enter, student):
    host = enter(classroom).open("/room")
    ada, bob = student().open("/"), student("ko").open("/")
    for visitor in (ada, bob):
        visitor.button("home.demo.start").click()
        visitor.status("running", "queued")
    devices = host.at("stMetric").filter(has_text=host.T("room.devices"))
    expect(devices.get_by_test_id("stMetricValue")).not_to_have_text("0", timeout=PATIENCE)
    host.button("room.stop").click()
    yes = host.button("room.stop.yes")
    expect(yes).to_be_visible()
    for visitor in (ada, bob):
        visitor.status("running", "queued", "finished")  # one click stops nothing
    yes.click()
    done = host.T("room.stop.done", n="0").split("0")[0]
    expect(host.page.get_by_text(done)).to_be_visible(timeout=PATIENCE)
    expect(yes).to_have_count(0)  # what was opened is closed again
    for visitor in (ada, bob):
        visitor.status("cancelled", "stopping", "finished")


def test_clear_takes_the_runs_away_after_a_question(classroom, enter, student):
    ada = student().open("/")
    ada.button("home.demo.start").click()
    ada.status("finished", "cancelled")
    runs = classroom.folder / "runs"
    assert [*runs.iterdir()]
    host = enter(classroom).open("/room")
    host.button("room.clear").click()
    assert [*runs.iterdir()]
    host.button("room.clear.yes").click()
    done = host.T("room.clear.done", n="0").split("0")[0]
    expect(host.page.get_by_text(done)).to_be_visible(timeout=PATIENCE)
    assert not runs.exists() or not [*runs.iterdir()]


def test_large_type_is_the_browsers_alone_and_outlives_a_reload(classroom, enter):
    visitor, sent = enter(classroom), []
    visitor.page.on("websocket", lambda ws: ws.on("framesent", lambda _: sent.append(1)))
    visitor.open("/matrix")
    switch = visitor.page.get_by_role("button", name=visitor.T("frame.large"), exact=True)
    expect(switch).to_have_attribute("aria-pressed", "false")
    before = visitor.page.evaluate(FONT)
    title = visitor.page.get_by_test_id("matrix").get_by_role("heading").first
    small = title.bounding_box()["height"]
    visitor.page.wait_for_timeout(500)  # what the page has to say on its own has been said
    told = len(sent)
    switch.focus()
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert visitor.page.evaluate(FONT) > 1.4 * before
    assert title.bounding_box()["height"] > 1.4 * small
    assert len(sent) == told
    visitor.fits()
    visitor.page.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert visitor.page.evaluate(FONT) > 1.4 * before
    visitor.open("/room").fits()
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert visitor.page.evaluate(FONT) == before


def test_charts_grow_with_large_type_in_their_nodes(classroom, enter):
    visitor = enter(classroom).open("/")
    visitor.button("home.demo.start").click()
    visitor.status("finished")
    chart = visitor.at("live-chart-loss")
    node = chart.get_attribute("data-node")
    look = """(chart) => [chart.querySelector('.xtick text'), chart.querySelector('.js-line')]
        .map((e) => [getComputedStyle(e).fontSize, getComputedStyle(e).strokeWidth])
        .map(([font, line], i) => parseFloat(i ? line : font))"""
    expect(chart.locator(".xtick text").first).to_be_visible()
    font, line = chart.evaluate(look)
    visitor.page.get_by_role("button", name=visitor.T("frame.large"), exact=True).click()
    expect(chart.locator(".xtick text").first).to_have_css("font-size", f"{1.5 * font:g}px")
    assert chart.evaluate(look) == [1.5 * font, 1.5 * line]
    assert chart.get_attribute("data-node") == node
    wide = chart.evaluate("(c) => c.querySelector('svg').getBoundingClientRect().width")
    assert abs(wide - chart.bounding_box()["width"]) < 2
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    at = box["x"] + 0.7 * box["width"]  # a pointer is where it is, also in a figure made larger
    visitor.page.mouse.move(at, box["y"] + 0.5 * box["height"])
    spike = chart.locator(".hoverlayer line").first
    expect(spike).to_have_count(1)
    assert abs(spike.bounding_box()["x"] - at) < 12


def test_the_block_picture_is_dragged_as_well_in_large_type(classroom, enter):
    visitor = enter(classroom).open("/fine_tune")
    visitor.page.get_by_role("button", name=visitor.T("frame.large"), exact=True).click()
    handle = visitor.at("boundary-freeze")
    handle.scroll_into_view_if_needed()
    blocks = visitor.page.locator("button.tl-b-block")
    third = blocks.nth(2).bounding_box()
    box = handle.bounding_box()
    visitor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visitor.page.mouse.down()
    visitor.page.mouse.move(third["x"] + third["width"], box["y"], steps=4)
    visitor.page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "3")
    visitor.settled()
    box = handle.bounding_box()
    middle, edge = box["x"] + box["width"] / 2, third["x"] + third["width"]
    assert abs(middle - edge) < 10  # the handle stands under the edge of its block


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_large_type_fits_a_phone_in_both_languages(classroom, enter, language):
    visitor = enter(classroom, language, NARROW).open("/")
    visitor.page.get_by_role("button", name=visitor.T("frame.large"), exact=True).click()
    for page in ("", "room", "matrix", "fine_tune"):
        visitor.open(f"/{page}").speaks().fits()


def test_the_language_outlives_a_reload_of_a_page_without_it_in_its_address(classroom, enter):
    visitor = enter(classroom, "en").open("/")
    visitor.page.get_by_role("radio", name="한국어", exact=True).click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ko")
    visitor.language = "ko"
    visitor.open("/matrix").speaks()
    [cookie] = [c for c in visitor.context.cookies() if c["name"] == "tl_lang"]
    assert (cookie["value"], cookie["sameSite"]) == ("ko", "Lax")
    visitor.open("/matrix?lang=en")
    visitor.language = "en"
    visitor.speaks()  # a link says more than the last visit


def test_home_has_an_address_of_its_own_too(classroom, enter):
    visitor = enter(classroom).open("/home?lang=ko")
    visitor.language = "ko"
    expect(visitor.heading("home.title")).to_be_visible()
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
