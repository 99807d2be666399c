"""Generating: fine-tuned, asked, prompted, told what needs what; in both languages."""

import pytest

from pages.language.generate import (
    code as generate_code,
)
from pages.language.generate import (
    needs as generate_needs,
)
from pages.language.generate import (
    prompts as generate_prompts,
)
from tests.nonempty import files_of
from tests.pages.answers import answered
from tests.pages.language.generate_house import (
    PAGE,
    scored,
    there,  # noqa: F401 (a fixture)
    trained,
    unguessed_page,  # noqa: F401 (a fixture)
)
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.catalog import objective_models
from tlcore.data.texts import mixture
from tlcore.experiments.generate import spec as spec_generate
from tlcore.experiments.generate import uses
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
T = i18n.texts("en")


def said(text="The child"):
    """As tlcore.experiments.generate.run.to_text_ask tells it."""
    best = [["The", 0.8], ["A", 0.1], ["<b>", 0.05]]
    return {
        **{"task": "sentiment", "read": "sentiment: <i>Good.</i>", "cut": True, "unknown": 2},
        **{"says": text, "ended": False},
        "pieces": [{"piece": "The", "share": 0.8, "best": best}],
        "baselines": {"usual": "positive", "copy": "<i>Good.</i>", "nearest": "negative"},
    }


def own():
    """As tlcore.experiments.generate.run.prompt_ask tells it."""
    labels = [("radio", True, 0.9, 1e-7), ("*window*", True, 0.05, 2e-4), ("that", False, 0.01, 0)]
    return {
        "prompt": "apple: radio, *drum*: *window*, pear:",
        "labels": [
            {"label": w, "shown": shown, "trained": a, "plain": b} for w, shown, a, b in labels
        ],
        "nearest": [{"word": "*drum*", "label": "radio", "alike": 0.8}],
    }


@BOTH
def test_nothing_is_computed_before_a_reader_asks(house, language):
    reader = Reader(PAGE, language)
    assert house.waiting() == []
    assert reader.errors == []
    assert not reader.has(f"{PAGE}.tasks.start")
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_a_model_is_fine_tuned_compared_and_asked(house, page, language):
    reader = answered(house, page(language), "tasks", "to_text", **trained())
    texts = i18n.texts(language)
    assert texts["generate.read.no_scratch"] in reader.markdown()
    reader = answered(house, reader, "scratch", "to_text", **trained(0.3, loss=2.5))
    told = reader.markdown()
    assert "2.50" in told
    assert texts["generate.read.transfer"].split("{")[0] in told
    reader = answered(house, reader, "ask", "to_text_ask", **said())
    assert "The child" in reader.markdown()
    captions = [caption.value for caption in reader.app.caption]
    for key in ("cut", "endless", "toy"):
        assert texts[f"generate.{key}"] in captions
    assert reader.errors == []
    reader.app.button_group(key=f"{PAGE}.of").set_value("written")
    assert reader.run().errors == []


@BOTH
def test_a_prompt_is_scored_and_written(house, page, language):
    reader = answered(house, page(language), "prompting", "prompt_score", **scored())
    told = reader.markdown()
    assert "95%" in told
    assert "99%" in told
    reader.app.button_group(key=f"{PAGE}.prompting.of").set_value("words")
    reader.run()
    reader = answered(house, reader, "own", "prompt_ask", **own())
    assert r"\*drum\*" in reader.markdown()
    assert reader.errors == []


@BOTH
@pytest.mark.parametrize("typed", ["", "word " * 200])
def test_a_text_that_cannot_be_read_is_one_sentence(house, page, language, typed):
    reader = answered(house, page(language), "tasks", "to_text", **trained())
    reader.app.text_area(key=f"{PAGE}.sentiment.text").set_value(typed)
    reader.run()
    assert len(reader.errors) == 1
    assert not reader.has(f"{PAGE}.ask.start")


@BOTH
@pytest.mark.parametrize("typed", ["no colon", "a: b\n" * 9, "two words: b", ":"])
def test_a_prompt_that_cannot_be_read_is_one_sentence(page, language, typed):
    reader = page(language)
    reader.app.text_area(key=f"{PAGE}.own.examples").set_value(typed)
    reader.run()
    assert len(reader.errors) == 1
    assert not reader.has(f"{PAGE}.own.start")


def test_each_task_keeps_its_own_text_and_a_ready_one_is_put_in(house, page):
    reader = answered(house, page(), "tasks", "to_text", **trained())
    reader.app.text_area(key=f"{PAGE}.sentiment.text").set_value("My own.")
    reader.run()
    reader.app.button_group(key=f"{PAGE}.task").set_value("question")
    reader.run()
    assert reader.has(f"{PAGE}.question.question")
    reader.app.button_group(key=f"{PAGE}.task").set_value("sentiment")
    reader.run()
    assert reader.app.text_area(key=f"{PAGE}.sentiment.text").value == "My own."
    reader.click(f"{PAGE}.ready.sentiment.1")
    assert "hotel" in reader.app.text_area(key=f"{PAGE}.sentiment.text").value


@BOTH
def test_weights_that_made_room_are_trained_once_more(house, page, language):
    reader = answered(house, page(language), "tasks", "to_text", **trained())
    for file in files_of(house.store.path.parent, f"runs/*/{mixture.WEIGHTS}"):
        file.unlink()
    reader.run()
    assert i18n.texts(language)["generate.gone"] in [told.value for told in reader.app.info]
    assert not reader.has(f"{PAGE}.ask.start")
    reader.click(f"{PAGE}.anew")
    assert [house.run(i).kind for i in house.waiting()] == ["to_text"]


def test_another_model_is_another_run(house, page):
    reader = answered(house, page(), "tasks", "to_text", **trained())
    reader.app.button_group(key=f"{PAGE}.model").set_value("span")
    reader.run()
    assert reader.has(f"{PAGE}.tasks.start")
    assert not reader.has(f"{PAGE}.sentiment.text")


@BOTH
def test_what_is_not_on_this_machine_is_one_sentence_with_its_command(page, language):
    reader = page(language)
    told = [info.value for info in reader.app.info]
    for model in ("t5_small", "gpt2"):
        assert any(uses.command(model) in text and "MB" in text for text in told)


@BOTH
def test_a_model_of_the_hub_writes_where_it_is_there(house, page, language, monkeypatch):
    monkeypatch.setattr(uses, "there", lambda model: True)
    monkeypatch.setattr(spec_generate.hub_files, "present", lambda name: True)
    monkeypatch.setattr(spec_generate.hub_files, "weights", lambda name: name)
    reader = page(language)
    fields = {"read": "x", "ended": False, "pieces": [{"piece": "<b>", "share": 0.5}]}
    reader = answered(house, reader, "summary.write", "write", says="*A* cinema.", **fields)
    assert r"\*A\* cinema" in reader.markdown()
    reader.app.text_area(key=f"{PAGE}.summary.text").set_value("")
    assert len(reader.run().errors) == 1
    assert generate_needs.CHARACTER in reader.app.text_area(key=f"{PAGE}.dialogue.text").value


def test_without_the_prompted_model_the_page_says_how_to_make_one(page, monkeypatch, tmp_path):
    for module in (spec_generate, generate_prompts):
        monkeypatch.setattr(module, "PROMPTS", tmp_path / "none.json")
    assert any("pretrain prompts" in error for error in page().errors)


def test_without_any_model_that_writes_the_page_says_so(page, monkeypatch):
    monkeypatch.setattr(objective_models, "there", lambda folder=None: ("masked",))
    assert any("pretrain text" in error for error in page().errors)


def test_the_code_that_is_shown_runs_and_writes_what_transformers_writes(monkeypatch):
    monkeypatch.undo()
    told = {}
    exec(generate_code.BY_HAND, told)
    from tlcore.networks.language.pieces import text_of

    assert told["said"] == text_of(told["ours"].texts()[0])
    theirs = told["written"][:, told["asked"].shape[1] :]
    assert theirs.tolist() == told["ours"].ids.tolist()
