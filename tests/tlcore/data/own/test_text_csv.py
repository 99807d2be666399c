"""A table of texts from anywhere: good rows are kept, each broken one is named with its line."""

from __future__ import annotations

import time

import pytest

from tlcore import catalog
from tlcore.catalog import own_texts
from tlcore.data.own import own_texts_edit, text_csv
from tlcore.data.own.text_csv import parse
from tlcore.data.texts import text_sets
from tlcore.ground.errors import UserError
from tlcore.runs import spec
from tlcore.words import i18n

GOOD = [(f"Text number {n}, with a comma.", ("good", "bad")[n % 2]) for n in range(24)]


def written(rows=GOOD, delimiter=",", head="text,label", encoding="utf-8"):
    lines = [head.replace(",", delimiter)] if head else []
    lines += [f'"{text}"{delimiter}{label}' for text, label in rows]
    return "\n".join(lines).encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("head", ["text,label", "리뷰,정답", "", "said,mood"])
def test_every_sane_form_gives_the_same_table(delimiter, encoding, head):
    rows = [(f"{text} 아주 좋아요", label) for text, label in GOOD]
    found = parse(written(rows, delimiter, head, encoding))
    assert list(zip(found.texts, found.labels, strict=True)) == rows
    assert found.broken == ()


def test_columns_may_stand_the_other_way_round_and_among_others():
    assert parse("\n".join(f"{label},{text.replace(',', '')}" for text, label in GOOD).encode())
    lines = ["id,Label,Text", *(f'{n},{label},"{text}"' for n, (text, label) in enumerate(GOOD))]
    found = parse("\r\n".join(lines).encode())
    assert found.texts[3] == GOOD[3][0]
    assert found.labels[:2] == ("good", "bad")


def test_each_broken_row_is_named_and_costs_only_itself():
    lines = written().decode().split("\n")
    lines[5:5] = [
        '"never closed,good',  # line 6
        "one cell only",
        "three,good,cells",
        ",good",
        "no label,",
        "x" * 5_001 + ",good",
        'inside "quotes" are letters,good',  # fine
    ]
    content = "\n".join(lines).encode() + b"\nspoiled \xff\xfe bytes,bad"
    found = parse(content)
    assert len(found.texts) == len(GOOD) + 1
    assert 'inside "quotes" are letters' in found.texts
    told = [(row.line, row.why) for row in found.broken]
    assert told == [
        *((6, "quote"), (7, "cells"), (8, "cells"), (9, "no_text"), (10, "no_label")),
        *((11, "long"), (33, "letters")),
    ]
    for language in i18n.LANGUAGES:
        assert all(f"tune.own.broken.{why}" in i18n.texts(language) for _, why in told)


def test_a_text_may_hold_lines_emoji_other_scripts_and_html():
    odd = ["two\nlines", "😀", "العربية", "<script>alert(1)</script>", "[a](http://b)", 'a ""b""']
    rows = [(f"{text} {n}", label) for n in range(6) for text in odd for label in ("a", "b")]
    found = parse(written(rows))
    assert len(found.texts) == len(rows)
    assert found.texts[0] == "two lines 0"
    assert "<script>alert(1)</script> 0" in found.texts
    assert 'a "b" 0' in found.texts


def refused(content):
    with pytest.raises(UserError) as caught:
        parse(content)
    for language in i18n.LANGUAGES:
        assert i18n.tell(caught.value, language)
    return caught.value.key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "text_csv.empty"),
        (b"\n\n , \n", "text_csv.empty"),
        (b"text,label\n", "text_csv.empty"),
        (b"PK\x03\x04\0\0zip", "text_csv.not_text"),
        (b"x" * (text_csv.MOST_BYTES + 1), "text_csv.heavy"),
        (b"a line\n" * 30, "text_csv.columns"),
        (b"a,b,c\n" * 30, "text_csv.columns"),
        (b"text,label\n" + b"one and only,same\n" * 30, "text_csv.labels"),
        (b"text,label\n" + b"".join(b"t,%d\n" % n for n in range(30)), "text_csv.labels"),
        (b"text,label\n" + b"some text,a\n" * 30 + b"one,b\n", "text_csv.few"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(content, key):
    assert refused(content) == key


def test_a_megabyte_with_broken_rows_has_an_answer_soon():
    good = [f'"{"word " * 40}{n}",{"ab"[n % 2]}' for n in range(4_500)]
    broken = [f'"never closed {n},a' if n % 2 else "just text" for n in range(500)]
    lines = [line for pair in zip(good, broken * 9, strict=True) for line in pair]
    content = "\n".join(["text,label", *lines]).encode()
    assert len(content) > 1_000_000
    began = time.process_time()
    found = parse(content)
    assert time.process_time() - began < 20
    assert len(found.texts) == 4_500
    assert len(found.broken) == 4_500


@pytest.mark.parametrize("line", ['x","' + "a" * 60, '"' + "a" * 60, 'x,"a""b' * 9, '","' * 20])
def test_two_megabytes_of_quotations_that_never_end_cost_one_pass(line):
    """80 KB took 8 s: each open quotation was read on to its end, from each line anew."""
    content = (line + "\n").encode() * (text_csv.MOST_BYTES // (len(line) + 1))
    began = time.process_time()
    assert refused(content) in ("text_csv.empty", "text_csv.columns")
    assert time.process_time() - began < 5


def test_own_texts_are_a_data_set_in_three_fixed_parts():
    table = parse(written(GOOD * 3))
    name = own_texts_edit.keep(table, "ada")
    assert own_texts_edit.keep(table, "ada") == name  # the same texts are the same set
    row = catalog.dataset(name)
    assert (row.classes, row.modality, row.source) == (("bad", "good"), "text", "own")
    found = text_sets.read(name)
    parts = (found.pool, found.val, found.test)
    assert [len(part) for part in parts] == [row.train_pool, row.val, row.test] == [44, 10, 18]
    assert sum(map(len, parts)) == len(table.texts)
    assert all(set(part.labels) == {0, 1} for part in parts)
    asked = {"backbone": "minilm", "data": name, "read": 7, "keep": 7, "freeze": 7}
    assert spec.parse(asked | {"train_size": 40}).data == name
    own_texts_edit.remove(name, "ada")
    with pytest.raises(UserError, match="text_csv.gone"):
        catalog.dataset(name)


@pytest.mark.parametrize("name", ["texts-", "texts-../../x", "texts-" + "g" * 32])
def test_a_name_is_never_a_path(name):
    with pytest.raises(UserError, match="text_csv.gone"):
        own_texts.read(name)
    own_texts_edit.remove(name, "ada")
