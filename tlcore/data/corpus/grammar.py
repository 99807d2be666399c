"""What a writer draws from: scenes with their events, patterns and lists of grammar.toml."""

from __future__ import annotations

from tlcore.data.corpus.event import Event, events
from tlcore.data.corpus.lexicon import Lexicon, lines, read
from tlcore.data.corpus.patterns import choices, spread, weighted


class Scene:
    """Its events, places, circumstances and things."""

    def __init__(self, name: str, told: dict[str, str], things: str, words: Lexicon) -> None:
        self.name = name
        self.events = events(told["events"], words)
        self.places = tuple(told["places"].split("|")) if told.get("places") else ()
        states = [f"{who} | {verb} | {rest}" for who, verb, rest in lines(told.get("states", ""))]
        self.states = events("\n".join(states), words)
        self.things = tuple(things.split())
        self.by_subject: dict[str, list[Event]] = {}
        for event in self.events:
            for subject in event.subjects:
                self.by_subject.setdefault(subject, []).append(event)
        people = {s for e in self.events if e.human for s in e.subjects if s != "person"}
        self.people = tuple(sorted(s for s in people if ":" not in s))


class Grammar:
    """assets/language/grammar.toml, compiled."""

    def __init__(self, words: Lexicon) -> None:
        told = read("grammar")
        self.words = words
        self.tenses = {name: spread(text) for name, text in told["tenses"].items()}
        self.when: dict[str, tuple[str, ...]] = {
            name: tuple(text.split("|")) for name, text in told["when"].items()
        }
        self.before = {name: tuple(t.split("|")) for name, t in told["before_verb"].items()}
        self.manner = {name: tuple(t.split("|")) for name, t in told["manner"].items()}
        self.lists = choices(told["lists"])
        self.things = told["things"]
        self.patterns = {
            name: weighted(told[name]["patterns"]) for name in ("scene", "sense") if name in told
        }
