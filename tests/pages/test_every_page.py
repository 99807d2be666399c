"""What holds for each page in each language: it renders, in that language, and forgets nothing."""

import re

import pytest

from pages.ui.frame.navigation import PAGES
from tests.pages.reader import KEY, Reader
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

# Names that are the same in every language: of methods, formats, devices, files and people.
NAMES = {
    *("AdamW", "English", "fp32", "bf16", "python", "tlcore", "PROVISIONAL", "http", "arrow"),
    *("NVIDIA", "Transfer", "arXiv", "Surgical", "EfficientNet", "Lite"),
}


def left_in_english(texts):
    """Texts with an English word and not one Korean letter."""
    return [
        text
        for text in texts
        if not re.search("[가-힣]", text)
        and not text.startswith(":material/")
        and set(re.findall(r"[A-Za-z]{4,}", re.sub(r"`.*?`", "", text))) - NAMES
    ]


@pytest.fixture
def filled(house):
    """A reader whose every page has something to show: runs that ended, own data on the matrix."""

    def fill(language):
        reader = Reader(language=language).click("home.start")
        reader.open("why_transfer").click("why_transfer.start")
        reader.open("fine_tune").click("fine_tune.start")
        for run_id in house.waiting():
            house.finish(run_id)
        return reader

    return fill


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_on_a_new_machine_with_every_key_replaced_by_words(house, page, language):
    reader = Reader(page, language)
    assert reader.errors == []
    texts = reader.texts()
    assert len(texts) > 4
    assert [text for text in texts if KEY.search(text)] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_pages_with_results_render_with_every_key_replaced_by_words(filled, language):
    reader = filled(language)
    for page in PAGES:
        texts = reader.open(page).texts()
        assert reader.errors == []
        assert [text for text in texts if KEY.search(text)] == [], page


def test_korean_pages_have_no_english_sentence(filled):
    reader = filled("ko")
    for page in PAGES:
        assert left_in_english(reader.open(page).texts()) == [], page


def test_the_check_for_english_sees_english():
    assert left_in_english(["정확도", "Accuracy", "AdamW", "12 s"]) == ["Accuracy"]


ROUND = dict(zip(PAGES, (*PAGES[1:], PAGES[0]), strict=True))


@pytest.mark.parametrize("page", PAGES)
def test_the_language_changes_on_every_page_and_holds_on_the_next(house, page):
    """Once round: each page is changed on, each is the next of another, each is come back to."""
    reader = Reader(page)
    english = untimed(reader.texts())
    reader.speak("ko")
    assert left_in_english(reader.texts()) == []
    assert reader.app.query_params["lang"] in ("ko", ["ko"])
    assert left_in_english(reader.open(ROUND[page]).texts()) == []
    assert untimed(reader.open(page).speak("en").texts()) == english


def untimed(texts: list[str]) -> set[str]:
    """Without the milliseconds that a page has just measured: no two times are alike."""
    return {re.sub(r"\d+\.?\d* ms", "ms", text) for text in texts}


def test_a_page_tells_its_components_the_language(house):
    reader = Reader("fine_tune", "ko")
    assert reader.picture("frame.page")["language"] == "ko"
    assert reader.picture("fine_tune.blocks")["words"]["lang"] == "ko"


def test_a_language_that_does_not_exist_is_english(house):
    assert Reader("home", "xx").app.title[0].value == i18n.texts("en")["home.title"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_while_the_machine_is_being_measured(folder, page):
    assert Reader(page).errors == []
