"""Words in context: what a reader may type, what is shown of it, and what the figure says."""

import dataclasses

import pytest

from pages.language.words_in_context import (
    atlas as words_map,
)
from pages.language.words_in_context import (
    attention as words_attention,
)
from pages.language.words_in_context import (
    code as words_code,
)
from pages.language.words_in_context import (
    lines as words_lines,
)
from pages.language.words_in_context import (
    senses as words_senses,
)
from pages.language.words_in_context import (
    word as words_view,
)
from pages.ui.runs import runs
from tests import needs
from tests.pages.reader import Reader
from tlcore import catalog
from tlcore.catalog import packaged, stored
from tlcore.experiments.words import reading as word_reading
from tlcore.experiments.words import ready as ready_words
from tlcore.experiments.words import sense_reading
from tlcore.experiments.words.presets import OPENING, SENSES
from tlcore.experiments.words.run import senses, words
from tlcore.runs import spec
from tlcore.words import i18n

pytestmark = needs.minilm
BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "words_in_context"


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What a worker would tell of a spec, by its kind."""
    folder, made = tmp_path_factory.mktemp("told"), {}

    def answers(asked):
        name = asked.model_dump_json()
        if name not in made:
            module = {"words": words, "senses": senses}[asked.kind]
            *_, last = module.rows(asked, folder, folder)
            made[name] = {k: v for k, v in last.items() if k not in ("kind", "status")}
        return made[name]

    return answers


@pytest.fixture
def page(house, answers):
    """page(language): the reader has seen the question, and every run has been answered."""

    class Page(Reader):
        def run(self):
            super().run()
            for run_id in house.waiting():
                house.answer(run_id, **answers(spec.parse(house.run(run_id).spec)))
            return super().run()

    def page(language="en", cookie="me"):
        house.store.answer(cookie, "words_two", None)
        return Page(PAGE, language, cookie=cookie)

    return page


def test_the_question_comes_first_and_nothing_runs_before_it_is_answered(house):
    reader = Reader(PAGE, "en", cookie="new")
    assert reader.has("predict.words_two.choice")
    assert not reader.has(f"{PAGE}.text")
    assert house.waiting() == []


@BOTH
def test_two_banks_of_one_sentence_are_told_apart_by_name_and_layer(page, language):
    reader = page(language)
    assert reader.errors == []
    T = i18n.texts(language)
    assert T["words.reading.static"] in reader.markdown()
    assert "1a" in reader.markdown()
    assert "0.95" in reader.markdown()
    table = next(f.value for f in reader.app.dataframe if T["words.column.sense"] in f.value)
    assert list(table[T["words.column.number"]]) == ["1a", "1b", "2", "3", "4", "5"]
    assert list(table[T["words.column.sense"]])[:2] == [T["sense.money"], T["sense.river"]]
    assert "▸bank◂" in table[T["words.column.sentence"]][0]


def test_the_slider_walks_through_the_layers_and_stays_in_another_language(page):
    reader = page().choose(f"{PAGE}.view", "3")
    told = [line for line in reader.markdown().splitlines() if "Most alike" in line]
    assert told == ["Cosine of two occurrences on average: 0.84. Most alike: 2 · 4 (0.96); "
                    "least alike: 3 · 4 (0.73)."]  # fmt: skip
    reader.speak("ko")
    assert reader.widget(f"{PAGE}.view").value == "3"
    assert "가장 닮은 쌍 2 · 4(0.96)" in reader.markdown()


def test_another_word_brings_its_sentences_and_what_was_typed_is_kept(page):
    reader = page().choose(f"{PAGE}.text", "the bank\nno such word\nBank!")
    assert "sentence 2" in reader.markdown()
    reader.choose(f"{PAGE}.word", "spring")
    assert reader.widget(f"{PAGE}.text").value == "\n".join(ready_words.sentences("spring"))
    reader.choose(f"{PAGE}.word", "bank").open("home").open(PAGE)
    assert reader.widget(f"{PAGE}.text").value == "the bank\nno such word\nBank!"
    reader.speak("ko")
    assert reader.widget(f"{PAGE}.text").value == "the bank\nno such word\nBank!"


@BOTH
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "words.count"),
        ("the shore", "words.nowhere"),
        ("bank " * 70, "words.long"),
        ("bank\n" * 25, "words.count"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(page, language, text, key):
    reader = page(language).choose(f"{PAGE}.text", text)
    said = i18n.texts(language)[f"error.{key}"]
    [error] = reader.errors
    assert said.split("{")[-1].split("}")[-1] in error


@BOTH
def test_a_word_of_ones_own_is_asked_for_and_shown_as_it_was_written(page, language):
    reader = page(language).choose(f"{PAGE}.word", "own")
    assert i18n.texts(language)["words.own.begin"] in [i.value for i in reader.app.info]
    reader.choose(f"{PAGE}.own", "<b>x</b>")
    reader.choose(f"{PAGE}.text", "a <b>x</b> *b*\n<b>x</b> [c](http://d.e)\nf")
    assert reader.errors == []
    assert "<b>" not in reader.markdown()  # in a sentence of ours only behind a backslash
    assert "\\<b\\>x" in reader.markdown()


@BOTH
def test_korean_is_said_to_be_unread(page, language):
    reader = page(language).choose(f"{PAGE}.word", "배")
    assert "[UNK]" in reader.markdown()
    assert i18n.texts(language)["words.reading.apart"].split("{")[0] not in reader.markdown()
    reader.choose(f"{PAGE}.text", "배")
    assert i18n.texts(language)["words.one"] in [i.value for i in reader.app.info]


@BOTH
def test_all_senses_are_measured_on_request_with_the_fair_rival_beside(page, language):
    reader = page(language)
    assert not reader.has(f"{PAGE}.group")
    reader.click(f"{PAGE}.senses.start")
    said = reader.markdown()
    assert all(share in said for share in ("97.5%", "90.0%", "50.0%"))
    assert "7.5 ± 10.6" in said
    assert i18n.texts(language)["words.senses.others.open"].split("{half}")[1][:12] in said
    reader.choose(f"{PAGE}.group", "choose")
    assert "88.2%" in reader.markdown()
    assert "41%" in reader.markdown()  # Korean
    assert reader.errors == []


@BOTH
def test_without_the_package_the_page_says_how_to_get_it(house, monkeypatch, language):
    monkeypatch.setattr(stored, "present", lambda name: False)
    reader = Reader(PAGE, language)
    assert packaged.PACKAGES["minilm"].pip in reader.errors[0]
    assert len(reader.errors) == 1


@BOTH
def test_without_the_package_a_small_model_answers(house, page, monkeypatch, language):
    monkeypatch.setattr(stored, "present", lambda name: name != "minilm")
    house.store.answer("you", "words_two", None)
    Reader(PAGE, language, cookie="you").click(f"{PAGE}.senses.start")
    asked = {house.run(i).kind: house.run(i).spec["backbone"] for i in house.waiting()}
    assert asked == {"words": "text-masked", "senses": "text-masked"}
    reader = page(language)  # which answers both
    assert [packaged.PACKAGES["minilm"].pip in error for error in reader.errors] == [True]
    assert i18n.texts(language)["words.reading.static"] in reader.markdown()


@BOTH
@pytest.mark.parametrize(("gain", "verdict"), [(1.0, "ahead"), (0.5, "open"), (0.0, "behind")])
def test_a_model_that_was_taught_korean_is_asked_where_there_is_one(
    page, house, answers, monkeypatch, language, gain, verdict
):
    """A stand-in: MiniLM's answers under its name, right in `gain` of the sentences."""
    korean = dataclasses.replace(catalog.backbone("minilm"), id="text-korean")
    known = {"minilm": catalog.backbone("minilm"), "text-korean": korean}
    monkeypatch.setattr(catalog, "texts", lambda: known)
    monkeypatch.setattr(i18n, "texts", with_a_name(i18n.texts))
    reader = page(language)
    assert reader.has(f"{PAGE}.backbone")
    told = answers(SENSES)
    flat = {
        view: {"right": [gain, gain], "accuracy": gain, "interval": [0, 1]} for view in "0123456"
    }
    words_ = [
        {**w, "n": 2, "views": {**flat, "static": flat["0"], "others": flat["0"]}}
        for w in told["words"]
    ]
    asked = spec.parse({"kind": "senses", "backbone": "text-korean"})
    run_id = runs.look(asked).run_id
    house.answer(run_id, **{**told, "backbone": "text-korean", "words": words_})
    said = reader.run().markdown()
    key = i18n.texts(language)[f"words.korean.own.{verdict}"]
    assert key.split("{")[0] in said
    assert key.split("}")[-1] in said
    held, guess = sense_reading.on_its_card("text-korean")  # of its own sentences, beside
    assert f"{held:.0%}" in said
    assert (i18n.texts(language)["words.korean.card.gap"] in said) == (verdict != "ahead")
    assert held > guess


def with_a_name(texts):
    def named(language):
        return texts(language) | {"backbone.text-korean": "작은 한국어 모델"}

    return named


@BOTH
def test_a_table_of_vectors_has_no_layers_and_forms_have_rows(page, monkeypatch, language):
    """As with word vectors from counts, and a tokenizer that keeps capitals."""
    reader = page(language)

    def only_a_table(run):
        first = words_view.told.answered(run) and run.kind == "words"
        if first:
            views = run.result["views"]
            rest = {**views[0], "mean": 0.8, "cosine": [[0.8] * 6] * 6}
            run.result.update(layers=["embeddings"], views=[rest, views[1], {**rest, "id": "0"}])
        return run

    ask = words_view.told.ask
    monkeypatch.setattr(words_view.told, "ask", lambda asked: only_a_table(ask(asked)))
    reader.run()
    T = i18n.texts(language)
    assert T["words.table_only"] in [i.value for i in reader.app.info]
    assert T["words.map.forms"] in reader.markdown()
    assert T["words.reading.static"] not in reader.markdown()
    reader.choose(f"{PAGE}.view", "0")
    assert T["words.view.row"] in reader.texts()


def test_the_answer_is_decided_by_the_sentence_that_was_asked_about(answers):
    result = answers(OPENING)
    assert words_view.answer(result) == 2
    assert words_view.answer({**result, "sentences": ["The bank of the bank.", *["x"] * 4]}) is None
    assert words_view.answer({**result, "backbone": "text-masked"}) is None
    low = [{**view, "cosine": [[0.4] * 6] * 6} for view in result["views"]]
    assert words_view.answer({**result, "views": low}) == 0


@pytest.mark.usefixtures("unhurried")
def test_figures_draw_what_is_told_and_never_by_colour_alone(answers):
    result = answers(OPENING)
    known = words_view.known(result)
    told = word_reading.lines(result, known)
    drawn = words_lines.figure(words_lines.by_name(result, told))["data"]
    looks = [(t["line"]["dash"], t["marker"]["symbol"]) for t in drawn]
    assert len(set(looks)) == len(looks) == 5
    at = words_map.figure(result, known, "3")["data"]
    assert [t["text"] for t in at] == [["1a", "2", "4"], ["1b", "3", "5"]]
    assert len({t["marker"]["symbol"] for t in at}) == 2
    measured = answers(SENSES)
    bank = [word for word in measured["words"] if word["word"] == "bank"]
    lines = words_senses.figure(measured, bank)["data"]
    assert lines[0]["y"][6] == pytest.approx(97.5)
    assert lines[0]["y"][6] + lines[0]["error_y"]["array"][6] == pytest.approx(99.56)
    assert len({t["line"]["dash"] for t in lines}) == 3


def test_readings_are_silent_where_the_senses_are_unknown(answers):
    asked = spec.parse({"kind": "words", "word": "bank", "sentences": ["a bank", "my bank"]})
    result = answers(asked)
    told = word_reading.lines(result, [None, None])
    assert len(words_lines.readings(result, told)) == 1
    assert list(words_lines.by_name(result, told)) == ["every", "static", "others", "unrelated"]
    flat = word_reading.Lines([0.9], [0.5], [0.6], [0.1])
    assert word_reading.widest(flat) == (0, pytest.approx(-0.1))
    assert not word_reading.blended([0.9, 0.8, 0.82])
    assert word_reading.blended([0.9, 0.8, 0.84])


def test_the_lines_by_hand_give_the_cosines_of_the_page(answers):
    from tlcore.networks import torchvision_import

    torchvision_import.ensure()  # transformers looks at torchvision
    made = {}
    exec(words_code.BY_HAND, made)  # the code that learners are shown
    asked = spec.parse({"kind": "words", "word": "bank", "sentences": made["sentences"]})
    ours = word_reading.of_pair(answers(asked), (0, 1))
    assert made["cosines"] == pytest.approx(ours, abs=1e-4)


@BOTH
def test_where_the_word_looks_is_drawn_and_told_with_its_caution(page, answers, language):
    reader = page(language)
    texts = i18n.texts(language)
    assert texts["words.attention.about"] in reader.markdown()
    [one, *_] = answers(OPENING)["attention"]
    told = words_attention.readings(one)
    assert len(told) == 2
    assert texts["words.attention.caution"] in [c.value for c in reader.app.caption]
    figure = words_attention.figure(one)["data"][0]
    assert len(figure["z"]) == len(one["layers"])
    assert sum(figure["z"][0]) == pytest.approx(100, abs=1)


def test_a_result_of_before_they_were_told_has_no_attention(house, answers, monkeypatch):
    older = {k: v for k, v in answers(OPENING).items() if k != "attention"}
    assert words_attention.show(older) is None  # nothing is drawn, nothing fails
