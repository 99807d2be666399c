"""The small invented world: who is what, lives where, likes what.  The same for every seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.lexicon import lexicon, read


@dataclass(frozen=True, slots=True)
class Fact:
    who: str  # a person or a town
    relation: str
    what: str

    @property
    def id(self) -> str:
        return f"{self.who} / {self.relation}"


@cache
def facts() -> tuple[Fact, ...]:
    """Every fact; at most one value for a relation of somebody."""
    told = read("facts")
    names = lexicon().names
    dice = Dice("world")
    values = {key: [v.replace("_", " ") for v in t.split()] for key, t in told["values"].items()}
    values |= {key: list(names[key]) for key in ("district",)} | {"home": list(names["town"])}
    people: list[str] = []
    while len(people) < told["world"]["people"]:
        first = dice.pick(names["she"] + names["he"])
        name = f"{first} {dice.pick(names['last'])}"
        if name not in people:
            people.append(name)
    rivers = dice.shuffled(names["river"])  # each town its own
    found: list[Fact] = []
    for relation, about in told["relation"].items():
        for number, who in enumerate(people if about["of"] == "person" else names["town"]):
            what = rivers[number] if relation == "river" else dice.pick(values[relation])
            found.append(Fact(who, relation, what))
    return tuple(found)


@cache
def of(who: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts() if fact.who == who)
