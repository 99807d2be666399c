"""A reader's table of texts and labels: any sane encoding and delimiter; broken rows are named.

The good rows are kept whatever the others are.  A row that begins a quotation and never ends it
costs itself, not the rest of the file.  Standard library only.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tlcore.data.own import own_names
from tlcore.ground.errors import UserError

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_LINES = 50_000  # ten a row; a million short ones cost 2.5 s
LONGEST = 5_000  # characters of a text; the encoder reads about the first 500
FEWEST, CLASSES = 6, (2, 20)  # texts of each label; labels
_LINES = 60  # a quotation over more lines was never ended
_SAMPLE = 200  # lines from which the delimiter is guessed
State = Literal["closed", "open", "wrong"]
_UNREAD = "\ufffd"  # what stands where bytes could not be read
TEXT = ("text", "sentence", "review", "document", "comment", "글", "텍스트", "내용", "문장", "리뷰")
LABEL = (
    *("label", "class", "category", "sentiment", "topic", "target"),
    *("레이블", "라벨", "분류", "정답", "감성", "주제"),
)


@dataclass(frozen=True)
class Broken:
    """`line` counts from 1, as an editor does; `why` is a text under `tune.own.broken.`."""

    line: int
    why: str


@dataclass(frozen=True)
class Table:
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    broken: tuple[Broken, ...]
    more: bool  # rows beyond MOST_ROWS, or lines beyond MOST_LINES, were left out


def parse(content: bytes) -> Table:
    """Raises UserError: text_csv.heavy (given, most), text_csv.not_text, text_csv.columns,
    text_csv.empty, text_csv.labels (given, low, high), text_csv.few (label, given, needed)."""
    if len(content) > MOST_BYTES:
        raise UserError("text_csv.heavy", given=len(content), most=MOST_BYTES)
    lines = decode(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    more = len(lines) > MOST_LINES
    del lines[MOST_LINES:]
    delimiter = guess(lines)
    rows = list(_records(lines, delimiter))
    columns, begin = _columns(rows)
    texts: list[str] = []
    labels: list[str] = []
    broken: list[Broken] = []
    for line, cells in rows[begin:]:
        why, text, label = _row(cells, columns)
        if why:
            broken.append(Broken(line, why))
        elif len(texts) == MOST_ROWS:
            more = True
        else:
            texts.append(text)
            labels.append(label)
    _check(labels)
    return Table(tuple(texts), tuple(labels), tuple(broken), more)


def decode(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, Korean Windows (CP949) or Western Windows; a few unreadable
    bytes in UTF-8 spoil their own row only."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise UserError("text_csv.not_text")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass  # the next one
    told = content.decode("utf-8-sig", errors="replace")
    spoiled = sum(_UNREAD in line for line in told.split("\n"))
    if spoiled <= 0.05 * (1 + told.count("\n")):
        return told
    return content.decode("cp1252", errors="replace")


def guess(lines: list[str]) -> str:
    """The delimiter by which most of the first lines fall into as many cells, two or more."""

    def agreeing(delimiter: str) -> int:
        found = csv.reader((line for line in lines[:_SAMPLE] if line.strip()), delimiter=delimiter)
        counts = Counter(len(cells) for cells in found)
        counts.pop(1, None)
        return max(counts.values(), default=0)

    csv.field_size_limit(MOST_BYTES + 1)
    return max((",", "\t", ";"), key=agreeing)


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(number of its first line, its cells; None: a quotation that never ends).

    Each line is looked at twice at most, from its beginning and from inside a quotation, whatever
    the lines before it are: quotations that never end would otherwise cost the square of them."""
    ends = _ends(lines, delimiter)
    at = 0
    while at < len(lines):
        last, state = at, _quoted(lines[at], delimiter, inside=False)
        if state == "open":
            last, state = ends[at + 1]
        if state != "closed" or last - at > _LINES:
            yield at + 1, None
            at += 1
            continue
        record = "\n".join(lines[at : last + 1])
        if record.strip():
            yield at + 1, next(csv.reader([record], delimiter=delimiter))
        at = last + 1


def _ends(lines: list[str], delimiter: str) -> list[tuple[int, State]]:
    """Of each line, were it inside a quotation: the line where that ends, and how.  One more than
    there are lines, for the end of the file."""
    found: list[tuple[int, State]] = [(len(lines), "open")]
    for at in range(len(lines) - 1, -1, -1):
        state = _quoted(lines[at], delimiter, inside=True)
        found.append(found[-1] if state == "open" else (at, state))
    return found[::-1]


def _quoted(line: str, delimiter: str, inside: bool) -> State:
    """Whether the line ends inside a quoted cell; "wrong": a cell goes on behind its quotation,
    so the mark that seemed to end it began another."""
    at = 0
    if not inside:
        at = _opening(line, delimiter, 0)
    while at >= 0:
        at = line.find('"', at)
        if at < 0:
            return "open"
        after = line[at + 1 : at + 2]
        if after == '"':
            at += 2  # two in a row stand for one
        elif after not in ("", delimiter):
            return "wrong"
        else:
            at = _opening(line, delimiter, at + 1)
    return "closed"


def _opening(line: str, delimiter: str, at: int) -> int:
    """Behind the next mark that begins a cell, -1 where there is none."""
    if at == 0 and line[:1] == '"':
        return 1
    found = line.find(delimiter + '"', at)
    return found + 2 if found >= 0 else -1


def _columns(rows: list[tuple[int, list[str] | None]]) -> tuple[tuple[int, int, int], int]:
    """((text, label, cells in a row), where the data begin)."""
    good = [cells for _, cells in rows if cells is not None]
    if not good:
        raise UserError("text_csv.empty")
    first = [cell.strip().casefold() for cell in good[0]]
    text = next((first.index(name) for name in TEXT if name in first), None)
    label = next((first.index(name) for name in LABEL if name in first), None)
    if text is not None and label is not None:
        begin = next(i for i, (_, cells) in enumerate(rows) if cells is not None) + 1
        return (text, label, len(first)), begin
    width = Counter(len(cells) for cells in good).most_common(1)[0][0]
    if width != 2:
        raise UserError("text_csv.columns")
    lengths = [sum(len(cells[i]) for cells in good if len(cells) == 2) for i in (0, 1)]
    text = int(lengths[1] > lengths[0])
    heads = [i for i, (_, cells) in enumerate(rows) if cells is not None][:1]
    named = Counter(c[1 - text].strip() for c in good if len(c) == 2)
    alone = len(good[0]) == 2 and named[good[0][1 - text].strip()] == 1
    return (text, 1 - text, 2), heads[0] + 1 if alone else 0


def _row(cells: list[str] | None, columns: tuple[int, int, int]) -> tuple[str, str, str]:
    """(what is wrong with it or "", text, label)."""
    text_at, label_at, width = columns
    if cells is None:
        return "quote", "", ""
    if len(cells) != width:
        return "cells", "", ""
    text = _clean(cells[text_at])
    label = own_names.tidy(cells[label_at])
    if _UNREAD in text or _UNREAD in label:
        return "letters", "", ""
    if len(text) > LONGEST:
        return "long", "", ""
    if not text:
        return "no_text", "", ""
    return ("", text, label) if label else ("no_label", "", "")


def _clean(text: str) -> str:
    """NFC, controls out, spaces tidied; what the writer wrote otherwise stays."""
    found = unicodedata.normalize("NFC", text[: 2 * LONGEST])
    kept = (" " if c.isspace() else c for c in found)
    return " ".join("".join(c for c in kept if unicodedata.category(c) != "Cc").split())


def _check(labels: list[str]) -> None:
    if not labels:
        raise UserError("text_csv.empty")
    counts, (low, high) = Counter(labels), CLASSES
    if not low <= len(counts) <= high:
        raise UserError("text_csv.labels", given=len(counts), low=low, high=high)
    label, least = min(counts.items(), key=lambda item: item[1])
    if least < FEWEST:
        raise UserError("text_csv.few", label=label, given=least, needed=FEWEST)
