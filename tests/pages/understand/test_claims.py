"""The page of published claims: a table of all, one on the table, a seed of the reader's own."""

from __future__ import annotations

import json
import re

import pytest

from tests.pages.reader import KEY, Reader
from tests.pages.test_every_page import left_in_english
from tlcore.experiments.claims import record
from tlcore.experiments.claims import said as claims
from tlcore.words import i18n

PAGE = "claims"
BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
EVERY = claims.every()
ROW = {
    **{"seed": 7, "similar.base.0": 0.9, "similar.AnB.8": 0.88, "different.base.0": 0.9},
    **{"different.AnB.3": 0.9, "different.AnB.8": 0.5, "different.random.3": 0.7},
}


def tables(reader):
    """The overview, then the parts of the chosen claim."""
    html = [node.proto.body for node in reader.nodes() if node.type == "html"]
    return [body for body in html if "<table" in body]


def words(html):
    """Text between tags."""
    return [text.strip() for text in re.split(r"<[^>]*>", html) if text.strip()]


def marks(reader):
    """Names of the series of the figure -> how many marks."""
    [chart] = [node.proto for node in reader.nodes() if node.type == "plotly_chart"]
    return {one["name"]: len(one["x"]) for one in json.loads(chart.spec)["data"]}


@BOTH
@pytest.mark.parametrize("name", EVERY)
def test_each_claim_is_told_in_the_readers_language(house, name, language):
    reader = Reader(PAGE, language, claim=str(EVERY[name].number))
    assert reader.errors == []
    texts = [*reader.texts(), *(text for html in tables(reader) for text in words(html))]
    assert [text for text in texts if KEY.search(text)] == []
    assert i18n.texts(language)[f"claims.{name}.claim"] in "\n".join(texts)
    assert language == "en" or left_in_english(texts) == []


@BOTH
def test_the_overview_has_a_row_a_claim_with_a_sign_and_a_word(house, language):
    overview = tables(Reader(PAGE, language))[0]
    assert overview.count("<tr") == 1 + len(EVERY)
    known = i18n.texts(language)
    for word in {found.word for found in record.every().values()}:
        assert known[f"claims.verdict.{word}"] in overview
    assert "✓" in overview  # claims 1 and 2 hold on what is shipped


def test_the_control_opens_another_claim_and_the_address_names_it(house):
    reader = Reader(PAGE)
    assert reader.app.query_params["claim"] in ("4", ["4"])
    reader.choose("claims.claim", 2)
    assert reader.app.query_params["claim"] in ("2", ["2"])
    assert i18n.texts("en")["claims.dip.claim"] in "\n".join(reader.texts())
    reader.choose("claims.claim", 5)  # what was written into the address is no new link
    assert reader.widget("claims.claim").value == 5
    assert reader.app.query_params["claim"] in ("5", ["5"])


@pytest.mark.parametrize("given", ["99", "x", "-1"])
def test_a_link_to_no_claim_opens_the_usual_one(house, given):
    assert Reader(PAGE, claim=given).widget("claims.claim").value == 4


def test_a_new_language_keeps_claim_and_seed(house):
    reader = Reader(PAGE, claim="3", seed="12").speak("ko")
    assert (reader.widget("claims.claim").value, reader.widget("claims.seed").value) == (3, 12)


@BOTH
def test_a_seed_of_ones_own_stands_beside_the_recorded_ones(house, language):
    reader = Reader(PAGE, language, claim="4", seed="7")
    assert len(marks(reader)) == 2
    reader.click("claims.live.distant.start")
    [run_id] = [r for r in house.waiting() if house.run(r).kind == "claim"]
    spec = house.run(run_id).spec
    assert (spec["claim"], spec["seed"], spec["small"]) == ("distant", 7, False)
    house.answer(run_id, claim="distant", number=4, small=False, row=ROW, cpu_seconds=61.2)
    reader.run()
    known = i18n.texts(language)
    assert marks(reader)[known["claims.figure.yours"].format(seed=7)] == 3
    text = "\n".join(reader.texts())
    assert "\u221240.0" in text  # 0.5 against 0.9
    assert "61" in text
    reader.choose("claims.seed", 8)
    assert len(marks(reader)) == 2  # another seed, not run yet


def test_a_claim_without_rows_says_so_and_offers_the_run(house, monkeypatch):
    monkeypatch.setattr(record, "read", lambda file=None: {})
    reader = Reader(PAGE, claim="5")
    assert i18n.texts("en")["claims.nothing"] in [info.value for info in reader.app.info]
    assert reader.has("claims.live.sooner.start")
    assert len(marks(reader)) == 1
    assert len(tables(reader)) == 1  # no parts


def test_what_is_not_decided_says_what_was_looked_for(house, monkeypatch):
    monkeypatch.setattr(record, "read", lambda file=None: {})
    reader = Reader(PAGE, claim="4")  # without random filters
    text = "\n".join(reader.texts())
    assert i18n.texts("en")["claims.distant.reason"] in text
    reader = Reader(PAGE, claim="2")  # holds
    assert i18n.texts("en")["claims.dip.reason"] not in "\n".join(reader.texts())
