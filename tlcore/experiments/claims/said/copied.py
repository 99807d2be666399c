"""Claims 1 to 4, of copied layers (Yosinski et al. 2014): deeper, in the middle, tuned, distant.

A row's keys are "<split>.<curve>.<n>" of tlcore.experiments.claims.depths.spec, test accuracies
in shares of 1; what is recorded there is read from there.  The published net has eight layers with
the classifier, ours eight blocks under one: "top" is the cut above which only the classifier
learns, n = 7 there and n = 8 here.  `random`: the first n blocks never learned anything and stay
so; their normalisation statistics are taken from B, which is in their favour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

from tlcore import catalog
from tlcore.experiments.claims.claim import (
    Claim,
    Point,
    Published,
    Row,
    Verdict,
    effect,
    over,
    point,
)
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.depths import spec as depths
from tlcore.experiments.claims.depths import yosinski
from tlcore.ground import recorded

CUTS = {"early": (3, 3), "middle": (5, 5), "top": (7, 8)}  # label -> n there, n here
TOP = CUTS["top"][1]
PAST_MIDDLE = (5, 6, 7, 8)
DIP = (4, 5)  # where BnB dips in print
RANDOM = 3  # blocks; in print the depth at which a net on random filters falls to chance
# In print, the 1000-class net on n layers of random filters, by n; its own base.
RANDOM_PRINTED = {"base": 0.5752, 1: 0.4908, 2: 0.4017, 3: 0.0009}
SIZE = depths.Size(precision="fp32")  # of what is measured beside the recording
SEEDS = 8  # for 1 to 3 points on 5,000 pictures
FEWER = 5  # for the tens of points of claim 4
READ = {
    "name": "Yosinski et al. 2014, arXiv:1411.1792",
    "source": yosinski.SOURCE,
    "read": "primary",
}


def key(split: str, curve: str, n: int) -> str:
    return f"{split}.{curve}.{n}"


BASES = {split: key(split, depth_curves.BASE, 0) for split in depth_curves.SPLITS}


def from_depths() -> list[Row]:
    """The recording of `python -m tlcore depths`, a row a seed; "seconds": CPU time by number.
    Nothing of other weights."""
    found = recorded.read(depth_curves.FILE)
    weights = catalog.backbone(depths.BACKBONE).fingerprint
    if not found or found["conditions"]["backbone"] != weights:
        return []
    rows: dict[int, dict[str, Any]] = {}
    for run in found["runs"]:
        row = rows.setdefault(run["seed"], {"seed": run["seed"], "seconds": {}})
        name = key(run["split"], run["curve"], run["n"])
        row[name], row["seconds"][name] = run["test_accuracy"], run["seconds"]
    return [rows[seed] for seed in sorted(rows)]


def change(split: str, curve: str, n: int, rows: Sequence[Row]) -> list[float]:
    """Against the base network, in points; below 0: a loss."""
    keys = (BASES[split], key(split, curve, n))
    return over(rows, keys, lambda base, copied: 100 * (copied - base))


def printed(split: str, curve: str, n: int) -> float:
    return 100 * (yosinski.curves(split)[curve][n - 1] - yosinski.base(split))


def marks(pairs: dict[str, list[float]]) -> tuple[Point, ...]:
    """Without those of which nothing is known yet."""
    return tuple(point(label, found) for label, found in pairs.items() if found)


def deeper(rows: Sequence[Row]) -> Verdict:
    """Every further frozen block past the middle costs, on both tasks B."""
    effects = []
    for split in depth_curves.SPLITS:
        for n, more in zip(PAST_MIDDLE, PAST_MIDDLE[1:], strict=False):
            keys = (key(split, "AnB", n), key(split, "AnB", more))
            lost = over(rows, keys, lambda less, deep: 100 * (less - deep))
            effects.append(effect(f"{split}.{more}", lost, 0))
    ours = {
        f"{split}.{cut}": change(split, "AnB", n, rows)
        for split in depth_curves.SPLITS
        for cut, (_, n) in CUTS.items()
    }
    return Verdict(tuple(effects), marks(ours), len(rows))


def dip(rows: Sequence[Row]) -> Verdict:
    """BnB, mean over both tasks B: below the base in the middle, and up again at the top."""
    bases = tuple(BASES.values())
    middle = tuple(key(split, "BnB", n) for split in depth_curves.SPLITS for n in DIP)
    top = tuple(key(split, "BnB", TOP) for split in depth_curves.SPLITS)

    def apart(more: Sequence[str], less: Sequence[str]) -> list[float]:
        places = len(more)
        return over(rows, (*more, *less), lambda *v: 100 * (fmean(v[:places]) - fmean(v[places:])))

    effects = (effect("dip", apart(bases, middle), 0), effect("recovery", apart(top, middle), 0))
    ours = marks({"middle": apart(middle, bases), "top": apart(top, bases)})
    return Verdict(effects, ours, len(rows))


def tuned(rows: Sequence[Row]) -> Verdict:
    """AnB+ above the base, mean over the three cuts."""
    copied = [key("similar", "AnB+", n) for _, n in CUTS.values()]
    won = over(rows, (BASES["similar"], *copied), lambda base, *v: 100 * (fmean(v) - base))
    ours = {cut: change("similar", "AnB+", n, rows) for cut, (_, n) in CUTS.items()}
    return Verdict((effect("gain", won, 0),), marks(ours), len(won))


def distant(rows: Sequence[Row]) -> Verdict:
    """At the top a different task loses twice what a similar one does, or more; random filters
    lose more than those of a different task at the same depth."""
    pairs = tuple(k for s in ("different", "similar") for k in (BASES[s], key(s, "AnB", TOP)))
    twice = over(rows, pairs, lambda b, a, similar, near: 100 * (b - a - 2 * (similar - near)))
    random = (key("different", "AnB", RANDOM), key("different", "random", RANDOM))
    worse = over(rows, random, lambda learned, never: 100 * (learned - never))
    ours = {f"{split}.top": change(split, "AnB", TOP, rows) for split in depth_curves.SPLITS}
    ours["random"] = change("different", "random", RANDOM, rows)
    return Verdict((effect("twice", twice, 0), effect("random", worse, 0)), marks(ours), len(rows))


NEEDS = {  # what a seed measures live, and what makes a row whole
    "deeper": ("different.base.0", *(f"different.AnB.{n}" for n in (3, *PAST_MIDDLE))),
    "dip": tuple(
        k
        for split in depth_curves.SPLITS
        for k in (BASES[split], *(key(split, "BnB", n) for n in (*DIP, TOP)))
    ),
    "tuned": (BASES["similar"], *(key("similar", "AnB+", n) for _, n in CUTS.values())),
    "distant": (
        *(BASES["similar"], key("similar", "AnB", TOP), BASES["different"]),
        *(key("different", "AnB", n) for n in (RANDOM, TOP)),
        key("different", "random", RANDOM),
    ),
}


COMPARED = {  # measured in one go, where they are not all in the other recording
    "distant": (
        tuple(k for s in depth_curves.SPLITS for k in (BASES[s], key(s, "AnB", TOP))),
        (key("different", "AnB", RANDOM), key("different", "random", RANDOM)),
    ),
}
LEADS = {"deeper": "different.top", "tuned": "top", "distant": "different.top"}


def _claim(number: int, name: str, judge: object, points: dict[str, float]) -> Claim:
    return Claim(
        number,
        name,
        FEWER if name == "distant" else SEEDS,
        Published(tuple(Point(*pair) for pair in points.items()), "points", **READ),  # type: ignore[arg-type]
        f"tlcore.experiments.claims.run.copied:{name}",
        judge,  # type: ignore[arg-type]
        settings=asdict(SIZE),
        keys=NEEDS[name],
        compared=COMPARED.get(name, (NEEDS[name],)),
        lead=LEADS.get(name, ""),
        recorded=from_depths,
    )


_AnB = {
    f"{split}.{cut}": printed(split, "AnB", n)
    for split in depth_curves.SPLITS
    for cut, (n, _) in CUTS.items()
}
CLAIMS = (
    _claim(1, "deeper", deeper, _AnB),
    _claim(
        2,
        "dip",
        dip,
        {
            "middle": fmean(printed("similar", "BnB", n) for n in DIP),
            "top": printed("similar", "BnB", CUTS["top"][0]),
        },
    ),
    _claim(3, "tuned", tuned, {cut: printed("similar", "AnB+", n) for cut, (n, _) in CUTS.items()}),
    _claim(
        4,
        "distant",
        distant,
        {label: _AnB[label] for label in ("similar.top", "different.top")}
        | {"random": 100 * (RANDOM_PRINTED[RANDOM] - RANDOM_PRINTED["base"])},
    ),
)
