"""report-<language>.html: one file that tells the whole run, without network, on any machine.

Plotly draws the charts from a copy inside the file; every chart has its numbers as a table, so
that nothing is lost without scripts, on paper, or to a screen reader.
"""

from __future__ import annotations

import importlib.util
import json
import string
from functools import cache
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.export import wording
from tlcore.experiments.export.report import figures, gallery, tables
from tlcore.experiments.export.report.tables import e
from tlcore.experiments.export.subject import Subject
from tlcore.runs import reading
from tlcore.training import class_scores
from tlcore.words import i18n

FOLDER = Path(__file__).parent
LEGEND = {
    "frozen": "blocks.legend.frozen",
    "kept": "blocks.legend.kept",
    "new": "blocks.legend.fresh",
    "head": "export.report.blocks.head",
}


def make(subject: Subject, language: str) -> bytes:
    """The page as UTF-8; 4.8 MB of it are Plotly."""
    words = i18n.texts(language)
    finished = subject.result["status"] == "finished"
    parts = [_header(subject, words, language)]
    parts.append(_headline(subject, words) if finished else _stopped(subject, words))
    parts += [_facts(subject, words), _blocks(subject, words), _curves(subject, words)]
    if finished:
        parts += [_errors(subject, words, language), _pictures(subject, words, language)]
    parts += [_settings(subject, words, language), _again(subject, words)]
    values = {
        "language": language,
        "title": e(_title(subject, words, language)),
        "css": _file("report.css"),
        "js": _file("report.js"),
        "plotly": plotly(),
        "figures": embedded(figures.all_of(subject, words)),
        "body": "\n".join(parts),
    }
    return string.Template(_file("report.html")).substitute(values).encode()


@cache
def plotly() -> str:
    """Plotly's own JavaScript, as its Python package carries it; the package is not imported."""
    found = importlib.util.find_spec("plotly")
    assert found is not None
    assert found.origin is not None
    code = Path(found.origin).parent / "package_data" / "plotly.min.js"
    return code.read_text(encoding="utf-8").replace("</script", "<\\/script")


def embedded(value: object) -> str:
    """JSON that no text in it can end: "<" only ever appears escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _title(subject: Subject, words: dict[str, str], language: str) -> str:
    return f"{words[subject.data_key]}: {subject.strategy(language)}"


def _header(subject: Subject, words: dict[str, str], language: str) -> str:
    told = words["export.report.about"].format(
        train=f"{subject.start['train']:,}",
        backbone=words[f"backbone.{catalog.backbone(subject.spec['backbone']).id}"],
        when=subject.when.strftime("%Y-%m-%d %H:%M"),
        run=subject.run.id[:12],
    )
    return (
        f'<header><p class="brow">{e(words["export.report.brow"])}</p>'
        f'<h1>{e(_title(subject, words, language))}</h1><p class="quiet">{e(told)}</p></header>'
    )


def _headline(subject: Subject, words: dict[str, str]) -> str:
    """The accuracy, and its interval on a ruler on which always naming the most frequent class has
    its place, too."""
    share, (low, high) = subject.result["test_accuracy"], subject.result["interval"]
    guess, n = class_scores.commonest(subject.result["truth"]), subject.start["test"]
    interval = words["result.interval"].format(low=f"{low:.1%}", high=f"{high:.1%}")
    end = "start" if share < 0.3 else "end" if share > 0.7 else ""
    told = words["result.reading"].format(n=f"{n:,}", chance=f"{guess:.0%}")
    hint = words["result.interval.help"].format(n=f"{n:,}")
    return f"""<div class="headline">
<p><span class="quiet">{e(words["result.accuracy"])}</span><br>
<span class="score">{share * 100:.1f}<small>%</small></span></p>
<div class="ruler" role="img" aria-label="{e(interval)}">
<span class="above {end}" style="left:{share:.2%}">{e(interval)}</span>
<div class="scale"></div>
<div class="band" style="left:{low:.2%};width:{high - low:.2%}"></div>
<div class="tick" style="left:{guess:.2%}"></div>
<div class="dot" style="left:{share:.2%}"></div>
<span class="below" style="left:{guess:.2%}">{e(words["export.report.guessing"])}</span>
<span class="below end" style="left:100%">100%</span>
</div>
</div>
<p class="quiet">{e(f"{told} {hint} {wording.kept(subject, words)}".strip())}</p>"""


def _stopped(subject: Subject, words: dict[str, str]) -> str:
    told = words["result.diverged"].format(**reading.diverged(subject.spec, subject.result))
    return f'<p class="stopped">{e(told)}</p>'


def _facts(subject: Subject, words: dict[str, str]) -> str:
    result = subject.result
    learning, total = result["learning_parameters"], result["total_parameters"]
    speed = result["images_per_second"]
    facts = [
        (words["result.seconds"], _span(result["seconds"]["total"], words)),
        (words["result.speed"], f"{speed:,.0f}" if speed else "–"),
        (words["lab.learning"], f"{learning:,}"),
        (words["lab.total"], f"{total:,}"),
        (words["result.memory"], f"{result['peak_memory_mb']:,.0f} MB"),
    ]
    inside = "".join(f"<div><dt>{e(name)}</dt><dd>{e(value)}</dd></div>" for name, value in facts)
    return f'<dl class="facts">{inside}</dl>'


def _span(seconds: float, words: dict[str, str]) -> str:
    if seconds >= 100:
        return words["live.time.minutes"].format(m=int(seconds // 60), s=round(seconds % 60))
    return words["live.time.seconds"].format(s=f"{seconds:.1f}" if seconds < 10 else round(seconds))


def _blocks(subject: Subject, words: dict[str, str]) -> str:
    groups = [(_kind(group), group) for group in subject.start["groups"]]
    chips = [
        f'<li class="{kind}"><b>{e(_group(group["name"], words))}</b>{group["total"]:,}</li>'
        for kind, group in groups
    ]
    seen = [kind for kind in LEGEND if kind in dict(groups)]
    legend = "".join(f'<li><i class="{kind}"></i>{e(words[LEGEND[kind]])}</li>' for kind in seen)
    return (
        f"<section><h2>{e(words['export.report.blocks'])}</h2>"
        f'<p class="quiet">{e(words["export.report.blocks.about"])}</p>'
        f'<ol class="blocks">{"".join(chips)}</ol><ul class="legend">{legend}</ul></section>'
    )


def _kind(group: Any) -> str:
    """Its state; the head is new in every run, and is no block."""
    return "head" if group["name"] == "head" else str(group["state"])


def _group(name: str, words: dict[str, str]) -> str:
    return words["live.group.head"] if name == "head" else name


def _curves(subject: Subject, words: dict[str, str]) -> str:
    seen = reading.fit(subject.epochs)
    charts = [
        _chart("loss", tables.losses(subject, words), words),
        _chart("accuracy", tables.accuracies(subject, words), words),
        _chart("strip", tables.gradients(subject, words), words, len(subject.groups)),
    ]
    told = words["export.report.reading"].format(reading=words[f"reading.{seen.key}"])
    about = told.format(**seen.values) if subject.result["status"] == "finished" else ""
    return (
        f'<section class="long"><h2>{e(words["export.report.curves"])}</h2>'
        f'<p class="quiet">{e(about)}</p><noscript><p class="quiet">'
        f"{e(words['export.report.noscript'])}</p></noscript>"
        f'<div class="charts">{"".join(charts)}</div></section>'
    )


def _chart(name: str, table: str, words: dict[str, str], rows: int = 0) -> str:
    title, about = words[f"live.{name}.title"], words[f"live.{name}.reading"]
    kind = f'chart blocks-chart" style="--rows:{rows}' if rows else "chart"
    return (
        f'<div{" class=wide" if rows else ""}><h3 id="about-{name}">{e(title)}</h3>'
        f'<div class="{kind}" id="chart-{name}" role="img" aria-labelledby="about-{name}"></div>'
        f'<p class="quiet">{e(about)}</p><details><summary>{e(words["table.show"])}</summary>'
        f'<div class="scroll">{table}</div></details></div>'
    )


def _errors(subject: Subject, words: dict[str, str], language: str) -> str:
    return (
        f"<section><h2>{e(words['confusion.title'])}</h2>"
        f'<p class="quiet">{e(words["export.report.confusion"])}</p>'
        f'<div class="scroll">{tables.confusion(subject, words, language)}</div>'
        f'<p class="quiet">{e(wording.unequal(subject.result["confusion"], words))}</p>'
        f'<div class="scroll">{tables.by_class(subject, words, language)}</div></section>'
    )


def _pictures(subject: Subject, words: dict[str, str], language: str) -> str:
    result, names = subject.result, subject.classes(language)
    parts = []
    for kind in ("best", "worst"):
        numbers = result[kind]
        file = subject.folder / result["sprite"]["file"] if "sprite" in result else subject.folder
        found = gallery.tiles(file, result.get("sprite", {}), numbers)
        if not found:
            continue
        shown = "".join(
            _picture(address, number, result, names, words)
            for address, number in zip(found, numbers, strict=True)
        )
        about = _sentence(words[f"result.{kind}.reading"])
        parts.append(
            f'<h3 class="pictures-title">{e(words[f"result.{kind}"])}</h3><p class="quiet">'
            f'{e(about)}</p><div class="pictures">{shown}</div>'
        )
    inside = "".join(parts) or f'<p class="quiet">{e(words["result.no_pictures"])}</p>'
    return f'<section class="long"><h2>{e(words["export.report.pictures"])}</h2>{inside}</section>'


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _picture(
    address: str, number: int, result: Any, names: list[str], words: dict[str, str]
) -> str:
    truth, said = names[result["truth"][number]], names[result["predictions"][number]]
    sure = f"{result['confidence'][number]:.0%}"
    right = truth == said
    told = truth if right else f"{truth} → {said}"
    told += f" ·\u00a0{sure}"
    style = "" if right else ' class="wrong"'
    return (
        f'<figure><img src="{address}" alt="{e(told)}" width="28" height="28">'
        f"<figcaption{style}>{e(told)}</figcaption></figure>"
    )


def _settings(subject: Subject, words: dict[str, str], language: str) -> str:
    rows = "".join(
        f"<div><dt>{e(name)}</dt><dd>{e(value)}</dd></div>"
        for name, value in wording.settings(subject, language)
    )
    return (
        f"<section><h2>{e(words['export.setting.title'])}</h2>"
        f'<dl class="settings">{rows}</dl></section>'
    )


def _again(subject: Subject, words: dict[str, str]) -> str:
    kept = {name: value for name, value in subject.spec.items() if name != "kind"}
    ways = (1, 2, 3) if subject.result["status"] == "finished" else (1, 3)
    items = "".join(f"<li>{e(words[f'export.report.way.{n}'])}</li>" for n in ways)
    told = {
        words["export.report.run"]: subject.run.id,
        words["export.report.where"]: f"/run?id={subject.run.id}",
        words["export.report.hash"]: subject.run.hash,
        words["export.report.weights"]: subject.result["weights_sha256"],
        "torch": subject.start["torch"],
    }
    rows = "".join(
        f"<tr><th>{e(name)}</th><td><code>{e(str(value))}</code></td></tr>"
        for name, value in told.items()
    )
    return (
        f"<section><h2>{e(words['export.report.again'])}</h2>"
        f'<p class="quiet">{e(words["export.report.again.about"])}</p>'
        f'<ul class="steps">{items}</ul><table>{rows}</table>'
        f"<pre>{e(json.dumps(kept, ensure_ascii=False))}</pre></section>"
    )
