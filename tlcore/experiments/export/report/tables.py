"""The numbers behind each chart of the report as HTML tables: every text in them is escaped."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from statistics import median

from tlcore.experiments.export.subject import Subject
from tlcore.experiments.export.wording import BY_CLASS, percent
from tlcore.experiments.export.wording import by_class as cells_of
from tlcore.training import values

EPOCHS = 40  # lines of a table; more epochs are thinned out evenly, the last is always there

e = html.escape


def plain(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """First column names, the others hold numbers."""
    first, *others = head
    top = f"<th>{e(first)}</th>" + "".join(f'<th class="number">{e(name)}</th>' for name in others)
    body = "".join(
        f"<tr><th>{e(name)}</th>{''.join(map(_number, cells))}</tr>" for name, *cells in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _number(cell: str) -> str:
    return f'<td class="number">{e(cell)}</td>'


def losses(subject: Subject, words: Mapping[str, str]) -> str:
    return _by_epoch(subject, words, "loss")


def accuracies(subject: Subject, words: Mapping[str, str]) -> str:
    return _by_epoch(subject, words, "accuracy")


def _by_epoch(subject: Subject, words: Mapping[str, str], what: str) -> str:
    others = [v for v in values.beside_validation(what) if subject.telling(v.name)]
    columns = {f"train_{what}": "training", f"val_{what}": "validation"}
    columns |= {value.name: value.line for value in others}
    head = [words[f"live.table.{name}"] for name in ("epoch", *columns.values())]
    epochs = subject.epochs
    every = max(1, -(-len(epochs) // EPOCHS))
    shown = [row for at, row in enumerate(epochs) if (len(epochs) - 1 - at) % every == 0]
    rows = [
        [str(row["epoch"]), *(_told(field, row.get(field)) for field in columns)] for row in shown
    ]
    return plain(head, rows)


def _told(name: str, value: float | None) -> str:
    """A value of an epoch in its unit."""
    if values.unit(name) == "share":
        return percent(value)
    return "–" if value is None else f"{value:.4f}"


def gradients(subject: Subject, words: Mapping[str, str]) -> str:
    """First step, median over all steps, last step, for each group."""
    keys = ("first", "median", "last")
    head = [words["live.table.group"], *(words[f"export.report.gradient.{key}"] for key in keys)]
    rows = []
    for group in subject.groups:
        norms = [row["grad_norm"].get(group) for row in subject.steps]
        known = [norm for norm in norms if norm is not None]
        name = words["live.group.head"] if group == "head" else group
        if known:
            cells = [f"{value:.3g}" for value in (known[0], median(known), known[-1])]
        else:
            cells = [words["live.frozen"], "", ""]
        rows.append([name, *cells])
    return plain(head, rows)


def confusion(subject: Subject, words: Mapping[str, str], language: str) -> str:
    """Rows are the truth; the colour is the share of that truth."""
    names, counts = subject.classes(language), subject.result["confusion"]
    top = "".join(f'<th scope="col">{e(name)}</th>' for name in names)
    body = []
    for row, (name, line) in enumerate(zip(names, counts, strict=True)):
        whole = max(1, sum(line))
        cells = "".join(_cell(n, n / whole, row == column) for column, n in enumerate(line))
        body.append(f'<tr><th scope="row">{e(name)}</th>{cells}</tr>')
    axes = e(words["confusion.axes"])
    return (
        f'<table class="confusion"><thead><tr><th>{axes}</th>{top}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def by_class(subject: Subject, words: Mapping[str, str], language: str) -> str:
    """Of each class: how many pictures, the share found, the share right where it was named, F1."""
    cells = cells_of(subject.result["confusion"])
    head = [words[f"result.by_class.{name}"] for name in BY_CLASS]
    names = subject.classes(language)
    return plain(head, [[name, *row] for name, row in zip(names, cells, strict=True)])


def _cell(count: int, share: float, hit: bool) -> str:
    kind = "hit" if hit else "miss" if count else "none miss"
    full = " full" if share > 0.55 else ""
    return f'<td class="{kind}{full}" style="--share:{share:.3f}">{count}</td>'
