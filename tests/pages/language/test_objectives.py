"""Objectives: asked, under way, answered, in both languages; what a reader types is only text."""

import pytest

from pages.language.objectives import (
    said as objective_said,
)
from pages.language.objectives import (
    seen as objective_seen,
)
from pages.language.objectives import (
    steps as objective_steps,
)
from pages.language.objectives import (
    worth as objective_worth,
)
from tests.pages.answers import answered
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.catalog import objective_models
from tlcore.experiments.objectives.ready import READY
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "objectives"
MODELS = objective_models.ORDER
T = i18n.texts("en")


@pytest.fixture(autouse=True)
def there(monkeypatch):
    """All models, whatever has been trained."""
    monkeypatch.setattr(objective_models, "there", lambda folder=None: MODELS)
    monkeypatch.setattr(objective_models, "card", lambda name: {"sha256": name})


@pytest.fixture
def page(house):
    """page(language): the reader wants to see everything without a prediction."""

    def page(language="en", cookie="me"):
        for question in ("objectives_mat", "objectives_fast"):
            house.store.answer(cookie, question, None)
        return Reader(PAGE, language, cookie=cookie)

    return page


def candidates(first="sofa", value=0.2):
    words = [first, *(f"word{n}" for n in range(9))]
    return [{"piece": w, "value": value / (n + 1), "often": 9 * n} for n, w in enumerate(words)]


def view(name, gap=0, first="sofa", rank=400, **more):
    asked = {"value": 0.0001, "rank": rank}
    more = {"id": name, "gap": gap, "candidates": candidates(first), **more}
    return {**more, "asked": asked, "pieces": 4096}


def said(sentence=READY[0], word="mat", rank=400, often=0, first="sofa", gaps=1):
    """As tlcore.experiments.objectives.run.predictions tells it."""
    of = {"of": "cat"}
    models = {
        "masked": [view("all", gap, first, rank) for gap in range(gaps)],
        "causal": [view("left")],
        "bilstm": [view("left"), view("right", first="bed"), view("both")],
        "permutation": [view("all"), view("left")],
        "span": [view("all", says="sofa in the hall")],
        "skipgram": [view("around", None, **of), view("near", None, **of)],
        "cooccurrence": [view("near", None, **of)],
    }
    if gaps == 2:
        models["masked"].append(view("then", 1, filled="dog"))
    pieces = ["[CLS]", "The", "cat", "[SEP]"]
    left = [[0.1 * (j <= i) for j in range(4)] for i in range(4)]
    order = [[0.0] * 4, [0.2, 0.0, 0.0, 0.2], [0.2, 0.1, 0.0, 0.2], [0.0] * 4]
    return {
        **{"sentence": sentence, "word": word, "word_often": often, "word_pieces": [word]},
        **{"corpus_words": 1_900_000, "pieces": pieces, "gaps": [2] * gaps, "unknown": 0},
        "models": [{"objective": name, "views": views} for name, views in models.items()],
        "seen": [
            {"id": "causal", "objective": "causal", "moved": left},
            {"id": "permutation.left", "objective": "x", "moved": order, "order": [0, 1, 2, 3]},
        ],
        "seen_pieces": pieces,
    }


def worth(gap=0.2, half=0.05):
    """As tlcore.experiments.objectives.run.tasks tells it: the masked model `gap` ahead of all."""
    sizes = [20, 300]

    def curve(base):
        return [{"labels": n, "accuracy": base, "half": 0.06, "draws": 5} for n in sizes]

    others = [name for name in MODELS if name != "masked"]
    gain = {"mean": 0.1, "half": 0.05}
    none = {"mean": 0.0, "half": 0.05}
    behind = {name: {"mean": gap, "half": half} for name in others}
    return {
        **{"data": "reviews", "labels": sizes, "asked": 100, "chance": 0.5, "cut": 0, "steps": 110},
        "curves": {
            **{name: curve(0.6) for name in others},
            "masked": curve(0.6 + gap),
            "untrained": curve(0.5),
            "scratch": curve(0.55),
        },
        "gains": {
            **{name: [{"labels": n, **none} for n in sizes] for name in others},
            "masked": [{"labels": n, **gain} for n in sizes],
            "scratch": [{"labels": n, **none} for n in sizes],
        },
        "apart": [{"best": "masked", "behind": behind}] * 2,
    }


def timed(recurrent=5.0, attention=9.0):
    models = {"masked": (4, [4, 4], attention), "bilstm": (2, [16, 256], recurrent)}
    return {
        **{"lengths": [8, 128], "texts": 8, "threads": 1},
        "models": [
            {"objective": name, "layers": layers, "steps": steps, "ms": [1.0, ms]}
            for name, (layers, steps, ms) in models.items()
        ],
    }


@BOTH
def test_nothing_is_computed_before_a_reader_asks(house, language):
    reader = Reader(PAGE, language)
    assert house.waiting() == []
    assert reader.errors == []
    assert not reader.has(f"{PAGE}.sentence")
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_a_gap_is_filled_by_every_model(house, page, language):
    reader = answered(house, page(language), "fill", "objectives", **said())
    told = reader.markdown()
    texts = i18n.texts(language)
    for name in MODELS:
        reader.app.button_group(key=f"{PAGE}.which").set_value(name)
        reader.run()
        assert texts[f"objectives.asks.{name}"] in reader.markdown()
    assert "1,900,000" in told
    assert reader.errors == []
    reader.app.button_group(key=f"{PAGE}.seen").set_value("permutation.left")
    reader.run()
    assert texts["objectives.sight.order"] in reader.markdown()


@BOTH
def test_the_same_texts_are_sorted_by_every_model(house, page, language):
    reader = answered(house, page(language), "worth", "objective_tasks", **worth())
    assert i18n.texts(language)["objectives.model.masked"] in reader.markdown()
    assert "80%" in reader.markdown()
    reader.app.button_group(key=f"{PAGE}.data").set_value("topics")
    reader.run()
    assert reader.has(f"{PAGE}.worth.start")
    assert reader.errors == []


@BOTH
def test_steps_are_counted_and_timed(house, page, language):
    reader = answered(house, page(language), "steps", "objective_steps", **timed())
    told = reader.markdown()
    assert "256" in told
    assert "5ms" in told.replace(" ", "")
    assert reader.errors == []


@BOTH
@pytest.mark.parametrize("typed", ["", "no gap", "[MASK] [MASK] [MASK]", "[MASK] " + "long " * 300])
def test_what_cannot_be_asked_is_one_sentence(page, language, typed):
    reader = page(language)
    reader.app.text_input(key=f"{PAGE}.sentence").set_value(typed)
    reader.run()
    assert len(reader.errors) == 1
    assert not reader.has(f"{PAGE}.fill.start")


def test_markup_that_is_typed_stays_text(house, page):
    reader = page()
    reader.app.text_input(key=f"{PAGE}.sentence").set_value("<b>😀</b> ___ 고양이")
    reader.app.text_input(key=f"{PAGE}.word").set_value("*<i>*")
    reader.run()
    wild = said("<b>😀</b> [MASK] 고양이", "*<i>*", first="<b>", often=3)
    answered(house, reader, "fill", "objectives", **wild)
    assert "\\*\\<i\\>\\*" in reader.markdown()
    assert "<i>" not in reader.markdown().replace("\\<i\\>", "")
    ticks = objective_said.bars(wild["models"][0]["views"][0])["layout"]["yaxis"]["ticktext"]
    assert ticks[-1] == "&lt;b>"


def test_a_ready_sentence_is_put_in(page):
    reader = page().click(f"{PAGE}.ready.1")
    assert reader.app.text_input(key=f"{PAGE}.sentence").value == READY[1]


def test_two_gaps_have_a_column_of_their_own_and_are_told_apart(house, page):
    reader = page().click(f"{PAGE}.ready.1")
    answered(house, reader, "fill", "objectives", **said(READY[1], gaps=2))
    told = reader.markdown()
    assert T["objectives.gap"].format(n=2) in told
    assert "independently" in told


def test_a_word_that_never_stood_in_the_corpus_is_told_from_one_that_did(house, page):
    reader = answered(house, page(), "fill", "objectives", **said())
    assert "stood 0 times" in reader.markdown()
    assert "stood 7 times" in "".join(objective_said.readings(said(often=7)))


@pytest.mark.parametrize(("rank", "right"), [(1, 0), (10, 1), (11, 2)])
def test_the_question_is_answered_by_its_own_sentence(rank, right):
    assert objective_said.answer(said(rank=rank)) == right
    assert objective_said.answer(said(READY[2], rank=rank)) is None
    assert objective_said.answer(said(word="cat", rank=rank)) is None


def test_a_lead_within_the_noise_is_a_tie():
    clear, tie = (objective_worth.readings(worth(gap)) for gap in (0.2, 0.04))
    assert not any("not clearly ahead" in line for line in clear)
    assert any("not clearly ahead of any" in line for line in tie)
    some = worth()
    some["apart"][0]["behind"]["causal"] = {"mean": 0.04, "half": 0.05}
    assert "not clearly ahead of Next word" in objective_worth.readings(some)[0]


@pytest.mark.parametrize(
    ("times", "key"), [((5.0, 9.0), "bilstm"), ((9.0, 5.0), "masked"), ((9.0, 9.2), "alike")]
)
def test_who_is_faster_is_what_was_measured(times, key):
    told = objective_steps.readings(timed(*times))
    shown = T[f"objectives.steps.{key}"].split("{")[0]
    assert any(line.startswith(shown) for line in told)


def test_every_cell_of_the_figure_bears_its_mark():
    seen, order = said()["seen"]
    [drawn] = objective_seen.figure(seen, said()["seen_pieces"])["data"]
    assert drawn["text"][0] == ["●", "·", "·", "·"]
    [drawn] = objective_seen.figure(order, said()["seen_pieces"])["data"]
    assert drawn["text"] == [["●", "·", "·", "●"], ["●", "●", "·", "●"]]
    table = objective_seen.table(order, said()["seen_pieces"])
    assert table.shape == (2, 4)


def test_without_models_the_page_says_how_to_make_one(house, monkeypatch):
    monkeypatch.setattr(objective_models, "there", lambda folder=None: ())
    reader = Reader(PAGE)
    assert len(reader.errors) == 1
    assert "pretrain text" in reader.errors[0]
