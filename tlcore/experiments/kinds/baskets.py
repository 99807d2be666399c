"""Association rules: what comes together in baskets, and how much more often than by chance.

Agrawal, Imielinski and Swami 1993.  Nobody labels anything: the receipts are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

ITEMS = ("shirt", "trousers", "sneakers", "socks", "coat", "scarf", "bag")
# Thirty receipts of the small shop, invented: each letter is an item's first two.  Whoever buys
# sneakers mostly takes socks, and nearly everybody takes a bag, whatever else is bought.
_RECEIPTS = """
sn so ba|sn so|sn so ba|sn so tr ba|sn ba|sn so sh ba|so ba|sh tr ba|sh tr ba|sh ba
tr ba|sh tr|co sc ba|co sc ba|co ba|co sc|sh ba|tr sh ba|sc ba|co sc sh ba
sn so ba|tr ba|sh so ba|ba|sh tr ba|co sc ba|sn so tr|sh co ba|tr so ba|sn so co ba
"""


def receipts() -> list[frozenset[str]]:
    """Thirty baskets of ITEMS."""
    names = {item[:2]: item for item in ITEMS}
    lines = _RECEIPTS.split("\n")
    return [frozenset(names[s] for s in b.split()) for li in lines if li for b in li.split("|")]


@dataclass(frozen=True)
class Rule:
    """Who buys `first` also buys `second`."""

    first: str
    second: str
    support: float  # share of all baskets with both
    confidence: float  # share of the baskets with `first` that have `second`, too
    lift: float  # confidence over the share of all baskets with `second`: 1 is chance


def rules(baskets: Sequence[frozenset[str]], support: float, confidence: float) -> list[Rule]:
    """All rules of one item to one other with at least this much of both, most lift first."""
    n = len(baskets)
    items = sorted(set().union(*baskets))
    having = {item: sum(item in basket for basket in baskets) for item in items}
    found = []
    for first, second in permutations(items, 2):
        both = sum(first in basket and second in basket for basket in baskets)
        sure = both / having[first]
        if both / n >= support and sure >= confidence:
            found.append(Rule(first, second, both / n, sure, sure * n / having[second]))
    return sorted(found, key=lambda rule: -rule.lift)
