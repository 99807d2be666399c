"""Break it in a browser: a case from a link, a wrong diagnosis, the proof, the repair; no cause
before an answer.  The case whose runs take a second."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.experiments.break_it.mishaps import CASES

pytestmark = pytest.mark.browser

FAULT = "lost_head"
NUMBER = CASES.index(FAULT) + 1


# Of another seed each: what somebody in the room has run is there at once.
@pytest.mark.parametrize(
    ("language", "size", "seed"), [("en", WIDE, 0), ("ko", NARROW, 1)], ids=["en", "ko"]
)
def test_a_case_is_diagnosed_and_repaired(server, enter, language, size, seed):
    visitor = enter(server, language, size).open(f"/break_it?case={NUMBER}&seed={seed}")
    page, why = visitor.page, visitor.T(f"break.why.{FAULT}")
    last = page.get_by_role("radio", name=f"{len(CASES)}", exact=True).bounding_box()
    assert last["x"] + last["width"] <= size[0]
    page.get_by_role("button", name=visitor.T("break.open", n=NUMBER), exact=True).click()
    plots = page.get_by_test_id("stPlotlyChart")
    expect(plots).to_have_count(1, timeout=4 * PATIENCE)
    expect(page.get_by_text(why, exact=True)).to_have_count(0)
    wrong = visitor.T(f"predict.break_{FAULT}.option.0")
    page.get_by_text(wrong, exact=True).click()
    visitor.button("predict.say").click()
    expect(page.get_by_text(why, exact=True)).to_be_visible()
    expect(plots).to_have_count(2)  # its proof
    visitor.button("break.repair.start").click()
    expect(plots).to_have_count(3, timeout=4 * PATIENCE)
    visitor.settled().speaks().fits()
    visitor.button("break.next").click()
    following = page.get_by_role("heading", name=visitor.T("break.case", n=NUMBER + 1), exact=True)
    expect(following).to_be_visible()
