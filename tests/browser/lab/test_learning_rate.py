"""The learning rate in a browser: strips that fill and are stopped, a sweep, a ladder that goes to
the lab, and there the forgetting meter on one's own run."""

import re

import pytest
from playwright.sync_api import expect

from pages.ui.runs.rate_words import rate
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.experiments.learning_rate.presets import GRIDS
from tlcore.ground.recipe import Recipe
from tlcore.words import i18n

pytestmark = pytest.mark.browser

DECAY = 0.7  # one stop beside the usual 0.8
USUAL = Recipe()


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)], ids=["en", "ko"])
def test_rates_are_tried_swept_drawn_and_taken_to_the_lab(server, enter, language, size):
    visitor = enter(server, language, size).open("/learning_rate")
    visitor.button("predict.pass").click()
    sweep(visitor)
    strips(visitor)
    ladder(visitor)
    visitor.settled().speaks().fits()
    visitor.button("rates.ladder.lab").click()
    expect(visitor.heading("lab.title")).to_be_visible()
    forgetting(visitor)
    visitor.settled().speaks().fits()


def strips(visitor):
    """The head's is whole in a moment; every block takes longer, and one may stop it."""
    visitor.button("rates.start").click()
    whole = visitor.T("rates.filled", done=len(GRIDS["head"]), of=len(GRIDS["head"]))
    head = visitor.page.locator("figure.tl-strip").first
    expect(head).to_contain_text(whole, timeout=2 * PATIENCE)
    expect(head.locator("i[title]")).to_have_count(len(GRIDS["head"]))
    visitor.button("run.stop").click()
    expect(visitor.button("rates.start")).to_be_visible(timeout=PATIENCE)
    visitor.settled()


def sweep(visitor):
    """Begun by the first of the two visitors; what somebody has run is there for all."""
    figure = visitor.page.locator(".st-key-learning_rate-finder-figure")
    start = visitor.settled().button("rates.finder.start")
    expect(start.or_(figure)).to_be_visible()
    if start.is_visible():
        start.press("Enter")
    expect(figure).to_be_visible(timeout=4 * PATIENCE)
    expect(figure).to_contain_text(visitor.T("rates.finder.axis"))


def ladder(visitor):
    """What is drawn follows the slider, moved by the keyboard."""
    visitor.turn(visitor.T("field.layer_decay"), "ArrowRight")
    values = {"first": USUAL.lr * DECAY**7, "last": USUAL.lr, "head": USUAL.head_lr}
    told = visitor.T(
        "rates.ladder.told",
        **{name: rate(value) for name, value in values.items()},
        times=f"{DECAY**-7:.1f}",
        blocks=8,
    )
    expect(visitor.at("stMain")).to_contain_text(told)


def forgetting(visitor):
    """A curve of its own beside validation, a column of the table, and a sentence at the end."""
    visitor.open("/fine_tune?data=digits&train_size=20&freeze=0&epochs=2&forgetting=true")
    visitor.page.get_by_text(visitor.T("lab.more"), exact=True).click()
    expect(visitor.page.get_by_label(visitor.T("field.forgetting"), exact=True)).to_be_checked()
    visitor.button("run.start").click()
    visitor.status("finished", "replay")
    panel = visitor.at("live-panel-accuracy")
    for name in ("source", "source_solved"):
        expect(panel.locator(".tl-key")).to_contain_text(visitor.T(f"live.legend.{name}"))
    visitor.at("live-table-button-accuracy").click()
    table = visitor.at("live-table-accuracy")
    for name in ("source", "source_solved"):
        head = table.get_by_role("columnheader", name=visitor.T(f"live.table.{name}"), exact=True)
        expect(head).to_be_visible()
    expect(table.locator("tbody tr").last.locator("td").last).to_have_text(re.compile(r"^\d.*%$"))
    visitor.status("finished")
    lost = re.compile(
        "|".join(opening(visitor, key) for key in ("forgot_features", "remembers")), re.I
    )
    expect(visitor.at("stMain")).to_contain_text(lost, timeout=PATIENCE)


def opening(visitor, key):
    """The words of a reading before its first number."""
    told = i18n.texts(visitor.language)[f"reading.{key}"]
    return re.escape(told.split("{")[0].split(".")[0].strip())
