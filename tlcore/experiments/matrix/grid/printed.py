"""What the grid says as Markdown: the four cells, the rules, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tlcore import catalog
from tlcore.experiments.matrix import advisor, evidence
from tlcore.experiments.matrix.grid import points, rules, situations
from tlcore.experiments.matrix.grid import regret as scored
from tlcore.experiments.matrix.grid.regret import Interval
from tlcore.experiments.matrix.grid.rules import Bound, Rule
from tlcore.experiments.matrix.grid.table import Grid
from tlcore.ground import markdown, recorded
from tlcore.training import strategies
from tlcore.words import i18n

README = recorded.README
CELLS = "<!-- cells -->", "<!-- /cells -->"
REGRET = "<!-- regret -->", "<!-- /regret -->"

SCORES = (
    *("policy", "regret, points", "more than the rules, 50%", "more than the rules, 100%"),
    *("of everything's time", "of the best's"),
)
HEADS = ("pictures a class", "similarity", "what learns", "rate", "loses", "head only", "time")


def cells(backbone: str = "clothing", language: str = "en") -> str:
    """Strategies down, cells across; points ± 95 % and CPU seconds."""
    found = {
        name: evidence.cell(name, backbone)
        for name in advisor.cells(backbone)
        if evidence.known(name, backbone)
    }
    if not found:
        return "no cell was measured yet"
    heads = [
        f"{i18n.t(f'cell.{name}', language)}, {told.conditions['size']}, "
        f"{told.conditions['seeds']} seeds"
        for name, told in found.items()
    ]
    blocks = len(catalog.backbone(backbone).blocks)
    lines = []
    for way in dict.fromkeys(row.strategy for one in found.values() for row in one.rows):
        told = [strategies.title(way, blocks, language)]
        for one in found.values():
            here = next((row for row in one.rows if row.strategy == way), None)
            if here is None:
                told.append("")
                continue
            mark = "**" if here == one.best else "*" if here == one.verdict else ""
            accuracy = f"{mark}{100 * here.accuracy:.1f}{mark} ± {100 * here.half_width:.1f}"
            told.append(f"{accuracy} · {here.seconds:.1f} s")
        lines.append(told)
    return markdown.table([f"`{backbone}`", *heads], lines)


def advice(grid: Grid, backbone: str) -> str:
    """The rules for each share of the time; points that each loses to the best, on average."""
    found = situations.of(grid, [backbone])
    parts = [f"{counted(backbone, found)}."]
    for budget in rules.BUDGETS.values() if found else ():
        parts.append(f"Within {budget:.0%} of the time of full fine-tuning:")
        parts.append(markdown.table(HEADS, [_line(rule) for rule in rules.learn(found, budget)]))
    return "\n\n".join(parts)


def regret(grid: Grid, backbone: str) -> str:
    """What the advice is worth, beside what is scored the same way."""
    found = situations.of(grid, [backbone])
    if not scored.enough(found):
        return f"{counted(backbone, found)}: too few to leave one data set out."
    lines = []
    for score in scored.scores(found):
        behind = [_points(told) for told in (score.behind.get(name) for name in scored.ADVICE)]
        told = [_called(score.policy), _points(score.regret), *behind, f"{score.share:.0%}"]
        lines.append([*told, f"{score.times:.2f}"])
    return f"{counted(backbone, found)}.\n\n{markdown.table(SCORES, lines)}"


def write(grid: Grid, backbones: Sequence[str], file: Path = README) -> None:
    """The tables beside the grid: cells as the app ships them, regret, how much is measured."""
    whole = set(points.points())
    done = [row for row in grid.rows if row.watched == points.WATCHED and row.point in whole]
    how = {(row.point.backbone, row.machine, row.precision): None for row in done}
    where = "; ".join(f"`{name}` on {machine}, {precision}" for name, machine, precision in how)
    about = (
        f"{len(done):,} of the {len(whole):,} points of the grid are measured (one thread; "
        f"{where}). `python -m tlcore evidence` measures more of them, `--pack` keeps them, "
        "`--readme` writes this."
    )
    measured = "\n\n".join(map(cells, backbones)) + "\n"
    worth = "\n\n".join([*(regret(grid, backbone) for backbone in backbones), about]) + "\n"
    text = markdown.into(file.read_text(encoding="utf-8"), measured, *CELLS)
    file.write_text(markdown.into(text, worth, *REGRET), encoding="utf-8", newline="\n")


def counted(backbone: str, found: Sequence[situations.Situation]) -> str:
    """What the tables rest on."""
    if not found:
        return f"{backbone}: no situation is measured with all of its ways and two seeds yet"
    seeds = sorted({len(s.seeds) for s in found})
    sizes = sorted({s.size for s in found})
    return (
        f"{backbone}: {len(found)} situations, {len({s.data for s in found})} data sets x "
        f"{', '.join(map(str, sizes))} pictures, {' or '.join(map(str, seeds))} seeds"
    )


def _called(policy: str) -> str:
    if policy in rules.BUDGETS:
        return f"the rules, {rules.BUDGETS[policy]:.0%} of the time"
    return {"textbook": "the textbooks' cell"}.get(policy, f"always {policy.replace('_', ' ')}")


def _line(rule: Rule) -> list[str]:
    told = [_range(rule, "per_class", "g"), _range(rule, "similarity", ".2f")]
    told += [rule.action.role, rule.action.rate]
    return [*told, f"{100 * rule.loss:.1f}", f"{100 * rule.head_loss:.1f}", f"{rule.share:.0%}"]


def _range(rule: Rule, feature: str, form: str) -> str:
    asked: list[Bound] = [b for b in rule.bounds if b.feature == feature]
    return " and ".join(f"{'<' if b.below else '>='} {b.value:{form}}" for b in asked) or "any"


def _points(told: Interval | None) -> str:
    if told is None:
        return ""
    mean, low, high = told.points(2)
    return f"{mean:.2f} ({low:.2f} to {high:.2f})"
