"""Other heads on the page: asked, answered, marked; in both languages; typed text is only text."""

import pytest

from pages.language.fine_tune_text import heads as text_heads
from pages.language.fine_tune_text import marked as text_marked
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.catalog import packaged
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "fine_tune_text"
T = i18n.texts("en")


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The encoder is there, whatever is installed."""
    monkeypatch.setattr(packaged, "present", lambda name: True)


@pytest.fixture
def page(house):
    def page(language="en", cookie="me"):
        house.store.answer(cookie, "text_layers", None)
        return Reader(PAGE, language, cookie=cookie)

    return page


def interval(value, low, high):
    return {"value": value, "low": low, "high": high}


def way(name, f1=0.6, over=None, **more):
    scores = {"f1": interval(f1, f1 - 0.05, f1 + 0.05), **more}
    return {"way": name, "learned": 120, "asked": 150, "over": over, "scores": scores}


def entities(low=0.2, high=0.35, capitals=(0.01, 0.05)):
    """As tlcore.experiments.text.heads.run tells it."""
    where = {"where": interval(0.7, 0.65, 0.75), "words": interval(0.93, 0.91, 0.94)}
    ways = [
        way("rule", 0.36, **where),
        way("generated", 0.97, **where),
        way("carried", 0.46, over=interval(0.1, 0.03, 0.2), **where),
        way("written", 0.64, over=interval(0.28, low, high), **where),
        way("capitals", 0.67, over=interval(0.03, *capitals), **where),
    ]
    examples = [
        {"text": "Ada <b>saw</b> Oslo.", "question": "", "truth": [[0, 3, "person"]],
         "said": [[0, 3, "place"]], "right": False},
    ]  # fmt: skip
    told = {"task": "entities", "ways": ways, "examples": examples, "cut": 0, "layer": 4}
    return {"keeps_capitals": False, **told}


def answer(task, text, spans, question=""):
    ways = [{"way": "written", "spans": spans}, {"way": "rule", "spans": []}]
    told = {"task": task, "text": text, "question": question, "learned": 150, "cut": False}
    return {"read": len(text), "ways": ways, **told}


def answered(house, reader, key, kind, result):
    reader.click(f"{key}.start")
    [run_id] = [i for i in house.waiting() if house.run(i).kind == kind]
    house.answer(run_id, **result)
    reader.run()
    assert reader.errors == []
    return reader


@BOTH
def test_a_head_is_scored_beside_its_rule(house, page, language):
    key = f"{PAGE}.head.entities"
    reader = answered(house, page(language), key, "text_head", entities())
    told = reader.markdown()
    for share in ("64%", "36%", "97%", "46%", "67%"):
        assert share in told
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_a_reader_asks_for_names_and_for_an_answer(house, page, language):
    span = {"start": 0, "end": 3, "kind": "person", "sure": 0.8}
    result = answer("entities", "Ada <i>saw</i>", [span])
    reader = answered(house, page(language), f"{PAGE}.ask", "text_ask", result)
    texts = i18n.texts(language)
    assert texts["heads.said.rule"] in reader.markdown()
    assert texts["heads.nothing"] in [one.value for one in reader.app.caption]
    reader.app.button_group(key=f"{PAGE}.head").set_value("questions")
    reader.run()
    assert reader.has(f"{PAGE}.ask.questions.question")
    assert reader.errors == []


@BOTH
@pytest.mark.parametrize("typed", ["", "?!", "x" * 2_000])
def test_what_cannot_be_asked_is_one_sentence(page, language, typed):
    reader = page(language)
    reader.app.text_area(key=f"{PAGE}.ask.entities.text").set_value(typed)
    reader.run()
    key = "heads.text_long" if len(typed) > 2 else "heads.no_text"
    [error] = reader.errors
    assert i18n.texts(language)[f"error.{key}"].split("{")[0][:8] in error.replace("\\", "")
    assert not reader.has(f"{PAGE}.ask.start")


def test_what_was_typed_outlives_another_task(page):
    reader = page()
    reader.app.text_area(key=f"{PAGE}.ask.entities.text").set_value("Ada saw Oslo.")
    reader.run()
    for task in ("questions", "entities"):
        reader.app.button_group(key=f"{PAGE}.head").set_value(task)
        reader.run()
    assert reader.app.text_area(key=f"{PAGE}.ask.entities.text").value == "Ada saw Oslo."


def test_a_marked_text_is_text_and_says_the_kind_in_words():
    shown = text_marked.into("<b>Ada</b> & Oslo", [(3, 6, "person 80%")])
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown
    assert "<mark>" in shown
    assert "person 80%" in shown
    assert "Oslo" in shown


@pytest.mark.parametrize(
    ("low", "high", "key"), [(0.1, 0.3, "ahead"), (-0.3, -0.1, "behind"), (-0.1, 0.1, "open")]
)
def test_a_reading_says_who_is_ahead_and_is_open_within_the_noise(low, high, key):
    [first, _, last] = text_heads.readings(entities(low, high, (low, high)))
    assert first.startswith(T[f"heads.told.{key}"].split("{")[0])
    assert T[f"heads.told.{key}"].split("}")[3].split("{")[0][:12] in first
    assert T[f"heads.told.capitals.{key}"].split("{score}")[1].split("{")[0][:6] in last


def test_the_layer_and_the_encoder_are_the_readers_to_choose(house, page):
    reader = page()
    reader.app.select_slider(key=f"{PAGE}.head.layer.6").set_value(2)
    reader.run()
    reader.app.selectbox(key=f"{PAGE}.head.backbone").set_value("text-masked")
    reader.run()
    reader.click(f"{PAGE}.head.entities.start")
    [run_id] = [i for i in house.waiting() if house.run(i).kind == "text_head"]
    assert house.run(run_id).spec["backbone"] == "text-masked"
    assert house.run(run_id).spec["layer"] == 4
    assert reader.errors == []
