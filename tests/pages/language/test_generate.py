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
from pages.language.generate import (
    tasks as generate_tasks,
)
from tests.nonempty import files_of
from tests.pages.answers import answered
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.catalog import objective_models
from tlcore.data.texts import mixture
from tlcore.data.texts.mixture import TASKS
from tlcore.experiments.generate import reading as generate_reading
from tlcore.experiments.generate import spec as spec_generate
from tlcore.experiments.generate import uses
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "generate"
T = i18n.texts("en")


@pytest.fixture(autouse=True)
def there(monkeypatch, tmp_path):
    """All models of this project, whatever has been trained; none of the hub."""
    monkeypatch.setattr(objective_models, "there", lambda folder=None: objective_models.ORDER)
    monkeypatch.setattr(objective_models, "card", lambda name: {"sha256": name})
    card = tmp_path / "text-prompts.json"
    card.write_text("{}")
    for module in (spec_generate, generate_prompts):
        monkeypatch.setattr(module, "PROMPTS", card)


@pytest.fixture
def page(house):
    """page(language): the reader wants to see everything without a prediction."""

    def page(language="en", cookie="me"):
        for question in ("generate_tasks", "generate_plain"):
            house.store.answer(cookie, question, None)
        return Reader(PAGE, language, cookie=cookie)

    return page


def trained(model=0.9, baseline=0.5, loss=0.5):
    """As tlcore.experiments.generate.run.to_text_score tells it."""

    def row(value):
        return {"exact": value, "exact_half": 0.1, "f1": value, "f1_half": 0.1}

    def scored():
        by = {"model": row(model), "usual": row(baseline), "copy": row(0.0), "nearest": row(0.2)}
        return {task: {"texts": 40, "by": by} for task in TASKS}

    examples = [
        {
            "of": of,
            "task": task,
            "given": "<b>We rest.",
            "wanted": "우리는 쉬어요.",
            "said": "*쉬어요*",
        }
        for of in ("held_out", "written")
        for task in TASKS
    ]
    return {
        **{"model": "causal", "start": "pretrained", "steps": 150, "texts_read": 3600},
        **{"known": 11_000, "losses": [[5, 3.0], [150, loss]], "examples": examples},
        "scores": {"held_out": scored(), "written": scored()},
    }


def said(text="The child"):
    """As tlcore.experiments.generate.run.to_text_ask tells it."""
    best = [["The", 0.8], ["A", 0.1], ["<b>", 0.05]]
    return {
        **{"task": "sentiment", "read": "sentiment: <i>Good.</i>", "cut": True, "unknown": 2},
        **{"says": text, "ended": False},
        "pieces": [{"piece": "The", "share": 0.8, "best": best}],
        "baselines": {"usual": "positive", "copy": "<i>Good.</i>", "nearest": "negative"},
    }


def scored(trained=0.95, shuffled=0.5, plain=0.52, nearest=0.99):
    """As tlcore.experiments.generate.run.prompt_score tells it."""
    ways = {"trained": trained, "shuffled": shuffled, "plain": plain, "nearest": nearest}
    halves = {f"{way}_half": 0.03 for way in ways}
    first = {"examples": 0, **dict.fromkeys(ways, 0.5), **halves}
    rows = [first, {"examples": 8, **ways, **halves}]
    return {
        **{"prompts": 400, "chance": 0.5},
        **{"groups": {"train": 19, "words": 13, "tasks": 6}},
        **{"labels": {"train": 300, "words": 300, "tasks": 100}},
        "scores": {"words": rows, "tasks": rows},
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


@pytest.mark.parametrize(
    ("model", "words", "right"),
    [
        (0.9, "ahead of the best", None),
        (0.52, "too few texts to say", 3),
        (0.1, "**behind** the best", 3),
    ],
)
def test_an_older_run_is_told_by_its_two_intervals(house, model, words, right):
    Reader(PAGE)  # the words are asked for in a page
    result = trained(model)
    assert words in generate_tasks.readings(result, None)[0]
    assert generate_tasks.answer(result) == right


@pytest.mark.parametrize(
    ("over", "words", "right"),
    [
        ([0.05, 0.01, 0.09], "ahead of the best baseline", None),
        ([0.0, -0.01, 0.01], "equal to the best baseline to within 2 points", 3),
        ([0.05, -0.01, 0.11], "too few texts to say", 3),
        ([-0.05, -0.09, -0.01], "**behind** the best baseline", 3),
    ],
)
def test_the_same_texts_are_compared_in_pairs(house, over, words, right):
    """55 against 50 %, each within ten points: as two intervals, always too few to say."""
    Reader(PAGE)
    result = trained(0.55)
    for of in result["scores"].values():
        for task in of.values():
            task["over"] = {"usual": over, "copy": [0.5, 0.4, 0.6], "nearest": [0.3, 0.2, 0.4]}
    line = generate_tasks.readings(result, None)[0]
    assert words in line
    assert f"{100 * over[0]:+.0f}" in line or "equal" in line
    assert generate_tasks.answer(result) == right


def test_a_start_is_compared_with_scratch_text_by_text(house):
    Reader(PAGE)
    mine, scratch = trained(0.55), trained(0.5)
    assert set(generate_reading.transfer(mine, scratch, "held_out").values()) == {"open"}
    told = generate_tasks.readings(mine, scratch)
    assert i18n.t("generate.read.open_transfer", "en") in told
    for task in TASKS:  # four of forty more, and none lost
        mine["scores"]["held_out"][task]["each"] = [1.0] * 24 + [0.0] * 16
        scratch["scores"]["held_out"][task]["each"] = [1.0] * 12 + [0.0] * 28
    assert set(generate_reading.transfer(mine, scratch, "held_out").values()) == {"ahead"}
    for task in TASKS:
        scratch["scores"]["held_out"][task]["each"] = [1.0] * 36 + [0.0] * 4
    assert set(generate_reading.transfer(mine, scratch, "held_out").values()) == {"behind"}
    assert i18n.t("generate.read.no_transfer", "en") in generate_tasks.readings(mine, scratch)


def test_one_task_that_is_ahead_answers_the_question():
    result = trained(0.5)
    result["scores"]["held_out"]["question"] = {
        "texts": 40,
        "by": {
            name: {"exact": v, "exact_half": 0.05, "f1": v, "f1_half": 0.05}
            for name, v in (("model", 0.9), ("usual", 0.1), ("copy", 0.1), ("nearest", 0.1))
        },
    }
    assert generate_tasks.answer(result) == 1


@pytest.mark.parametrize(("nearest", "key"), [(0.99, "behind"), (0.93, "open"), (0.7, "ahead")])
def test_the_nearest_example_is_told_as_it_was_measured(nearest, key):
    told = generate_prompts.readings(scored(trained=0.9, nearest=nearest))[-1]
    assert told == i18n.t(f"generate.read.nearest.{key}", "en", nearest=f"{nearest:.0%}")


def test_the_same_prompts_are_compared_in_pairs(house):
    Reader(PAGE)
    result = scored(trained=0.9, nearest=0.93)
    result["scores"]["tasks"][-1]["over"] = {
        "nearest": [-0.03, -0.05, -0.01],
        "shuffled": [0.4] * 3,
    }
    told = generate_prompts.readings(result)[-1]
    assert told == i18n.t("generate.read.nearest.behind", "en", nearest="93%")
    result["scores"]["tasks"][-1]["over"]["nearest"] = [-0.001, -0.011, 0.009]
    told = generate_prompts.readings(result)[-1]
    assert told == i18n.t("generate.read.nearest.equal", "en", nearest="93%", margin="2")


def test_examples_that_help_as_much_when_exchanged_are_no_learning():
    assert "no clear sign" in generate_prompts.readings(scored(shuffled=0.95))[0]
    assert "in-context learning" in generate_prompts.readings(scored())[0]


@pytest.mark.parametrize(("plain", "right"), [(0.8, 0), (0.52, 1), (0.3, 1)])
def test_the_question_about_the_plain_model_is_answered_by_the_run(plain, right):
    assert generate_prompts.answer(scored(plain=plain)) == right


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
