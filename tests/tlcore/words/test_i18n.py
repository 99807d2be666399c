"""Every text exists in every language, with the same placeholders; every key in the code exists."""

import ast
import errno
import json
import re
import string
import subprocess
import sys

import pytest

from tests.nonempty import files_of
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS, ROOT
from tlcore.runs import registry, spec
from tlcore.words import i18n

SOURCES = files_of(ROOT, "pages/**/*.py", "tlcore/**/*.py")


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_key_is_written_twice():
    for language in i18n.LANGUAGES:
        files = files_of(ASSETS / "locale" / language, "*.json")
        keys = [k for f in files for k, _ in json.loads(f.read_text(), object_pairs_hook=list)]
        assert sorted(keys) == sorted(set(keys))


def test_languages_have_the_same_keys_and_placeholders():
    english = i18n.texts("en")
    for language in i18n.LANGUAGES:
        other = i18n.texts(language)
        assert other.keys() == english.keys()
        different = [k for k in english if placeholders(english[k]) != placeholders(other[k])]
        assert different == []


def test_korean_texts_are_korean():
    same = [
        key
        for key, text in i18n.texts("ko").items()
        if not re.search("[가-힣]", text) and re.search("[A-Za-z]{4,}", re.sub(r"{\w+}", "", text))
    ]
    names = ("icon.", "choice.device.", "choice.optimizer.")
    proper = {f"backbone.{b}" for b in catalog.backbones()} | {
        f"data.{d}" for d in catalog.datasets()
    }
    assert [key for key in same if not key.startswith(names) and key not in proper] == []


def test_a_percent_sign_stands_at_its_number_everywhere():
    """In the texts, and in what Python, scripts and the report write themselves."""
    apart = re.compile(r"""[}\df] %+(?=["`'<])""")
    shown = [*files_of(ROOT, "pages/**/*.js"), *SOURCES]
    assert [f for f in shown if apart.search(f.read_text(encoding="utf-8"))] == []
    for language in i18n.LANGUAGES:
        assert [k for k, t in i18n.texts(language).items() if re.search(r"[}\d] %", t)] == []
    lessons = [
        f for f in files_of(ASSETS, "lessons/**/*.md") if re.search(r"\d %", f.read_text("utf-8"))
    ]
    assert lessons == []


def test_no_text_strikes_itself_through():
    """Two tildes in a line of Markdown cross out what stands between them: a range takes a dash.

    Not even one: a page may put a text twice into a line.
    """
    told = {
        f"{k} ({language})": t
        for language in i18n.LANGUAGES
        for k, t in i18n.texts(language).items()
    }
    told |= {f.name: f.read_text(encoding="utf-8") for f in files_of(ASSETS, "lessons/*/*")}
    assert [name for name, text in told.items() if "~" in text] == []


def test_lessons_exist_in_every_language():
    parts = {p.name for p in files_of(ASSETS / "lessons" / "en", "*.md")}
    for language in i18n.LANGUAGES:
        assert {p.name for p in files_of(ASSETS / "lessons" / language, "*.md")} == parts


def calls(name):
    """First arguments of every call `name("literal", ...)` in pages and tlcore."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called == name and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value, {k.arg for k in node.keywords}, file.name


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_literal_key_in_the_pages_has_a_text(language):
    missing = {key for key, _, _ in calls("T")} - i18n.texts(language).keys()
    assert missing == set()


def test_every_literal_key_in_the_pages_is_given_its_values():
    texts, found = i18n.texts("en"), list(calls("T"))
    assert any(placeholders(texts[key]) for key, _, _ in found)
    forgotten = [
        (key, file)
        for key, values, file in found
        if None not in values and not placeholders(texts[key]) <= values
    ]
    assert forgotten == []


def test_every_error_has_a_sentence_whose_values_are_given():
    texts = i18n.texts("en")
    found = list(calls("UserError"))
    assert len(found) > 10
    for key, values, file in found:
        if key == "spec.invalid":
            continue
        assert f"error.{key}" in texts, (key, file)
        if None not in values:  # **values cannot be read from the source
            assert placeholders(texts[f"error.{key}"]) <= values, (key, file)


def test_an_error_outside_the_app_prints_its_sentence():
    error = UserError("plan.out_of_order", read=8, keep=8, freeze=9, blocks=8)
    assert "freeze (9) ≤ keep (8) ≤ read (8) ≤ 8" in str(error)
    assert "handles" not in str(error)
    assert "handles" in i18n.tell(error, "en")  # on the page
    assert str(error).endswith("[plan.out_of_order]")
    assert str(UserError("no.such_text", given=1)) == "no.such_text(given=1)"
    with pytest.raises(UserError) as caught:
        spec.parse({"train_size": 2, "epochs": -1})
    assert "epochs: -1 is out of range" in str(caught.value)
    assert "--train-size" in i18n.tell(
        UserError("spec.not_a_number", field="train_size", given=1, low=1, high=2), "ko", "command"
    )


def test_an_error_can_be_told_where_no_file_can_be_opened(monkeypatch):
    """What is written to a log about a lack of descriptors must not ask for one more."""

    def none_left(language):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(i18n, "texts", none_left)
    assert str(UserError("machine.spent", path="x")) == "machine.spent(path='x')"


def test_a_sentence_for_elsewhere_has_no_values_of_its_own():
    texts = i18n.texts("en")
    plain = [key for key in texts if key.startswith("error.") and key.endswith(".plain")]
    assert len(plain) > 5
    for key in plain:
        assert placeholders(texts[key]) <= placeholders(texts[key.removesuffix(".plain")]) | {
            "backbone"
        }, key


def test_every_catalogue_row_and_field_has_its_words():
    texts = i18n.texts("ko")
    for name in catalog.backbones():
        assert {f"backbone.{name}", f"backbone.{name}.about"} <= texts.keys()
    for name, row in catalog.datasets().items():
        assert {f"data.{name}", f"data.{name}.about"} <= texts.keys()
        if row.source != "download":  # those name their classes themselves, in English
            assert all(c.isdigit() or f"class.{name}.{c}" in texts for c in row.classes)
    assert {f"field.{f}" for f in spec.FineTuneSpec.model_fields} <= texts.keys()


def test_an_invalid_spec_is_told_in_one_go_in_both_languages():
    with pytest.raises(UserError) as caught:
        spec.parse({"epochs": -1, "lr": "fast", "optimizer": "adam", "colour": "red"})
    told = i18n.tell(caught.value, "en")
    for part in ("Epochs: -1", "Learning rate (blocks): “fast”", "adamw", "colour"):
        assert part in told
    assert "에포크: -1" in i18n.tell(caught.value, "ko")


def test_bounds_of_whole_numbers_are_told_in_full():
    with pytest.raises(UserError) as caught:
        spec.parse({"seed": -1})
    assert i18n.tell(caught.value, "en") == (
        "Seed: -1 is out of range. Allowed is 0 to 2147483647."
    )


@pytest.mark.usefixtures("unhurried")
def test_an_error_is_said_in_english_whatever_part_of_tlcore_was_imported():
    code = (
        "from tlcore.catalog import own\nprint(own.UserError('own.no_folder', path='x', given='x'))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    sentence = i18n.tell(UserError("own.no_folder", path="x", given="x"), "en", "code")
    assert said.strip() == f"{sentence} [own.no_folder]"


def test_a_kind_of_run_that_there_is_not_is_told_with_those_there_are():
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "nonsense"})
    assert i18n.tell(caught.value, "en") == (
        f"Kind of run: “nonsense” is not possible. Allowed: {', '.join(registry.kinds())}."
    )
    assert {"fine_tune", "break", "prompt_ask"} <= registry.kinds().keys()
