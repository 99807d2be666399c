"""English word forms: plural, verb forms, comparison, a or an.  Rules; exceptions are data."""

from __future__ import annotations

from functools import cache

VOWELS = "aeiou"
AN_ANYWAY = ("hour", "honest", "heir", "honour", "X-ray", "FM")
A_ANYWAY = ("uni", "use", "euro", "one", "once", "eu", "ukulele", "usual")


def article(following: str) -> str:
    """ "a" or "an", by the sound that follows."""
    if following.startswith(AN_ANYWAY):
        return "an"
    if following.lower().startswith(A_ANYWAY):
        return "a"
    return "an" if following[:1].lower() in VOWELS else "a"


@cache
def plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def _stem(verb: str, doubling: bool) -> str:
    return verb + verb[-1] if doubling else verb


@cache
def third(verb: str) -> str:
    """he, she, it ..."""
    known = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    return known.get(verb) or plural(verb)


@cache
def past(verb: str, doubling: bool) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in VOWELS:
        return verb[:-1] + "ied"
    return _stem(verb, doubling) + "ed"


@cache
def ing(verb: str, doubling: bool) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and verb not in ("be", "see") and not verb.endswith("ye"):
        return verb[:-1] + "ing"
    return _stem(verb, doubling) + "ing"


@cache
def compared(adjective: str, short: bool) -> tuple[str, str]:
    """Comparative and superlative; `short` words take -er and -est."""
    known = {"good": ("better", "best"), "bad": ("worse", "worst"), "far": ("farther", "farthest")}
    if adjective in known:
        return known[adjective]
    if not short:
        return f"more {adjective}", f"most {adjective}"
    if adjective.endswith("y") and adjective[-2] not in VOWELS:
        stem = adjective[:-1] + "i"
    elif adjective.endswith("e"):
        stem = adjective[:-1]
    elif (
        adjective[-1] not in VOWELS + "wxy"
        and adjective[-2] in VOWELS
        and (len(adjective) < 3 or adjective[-3] not in VOWELS)
        and len(adjective) < 5
    ):
        stem = adjective + adjective[-1]
    else:
        stem = adjective
    return stem + "er", stem + "est"


def definite(text: str) -> str:
    """a roll: the roll"""
    for start in ("a ", "an ", "some ", "any "):
        if text.startswith(start):
            return "the " + text[len(start) :]
    return text


def capital(text: str) -> str:
    """The first letter large, behind marks and quotation marks."""
    for i, letter in enumerate(text):
        if letter.isalpha() and (i == 0 or text[i - 1] not in "\x01"):
            return text[:i] + letter.upper() + text[i + 1 :]
        if letter.isalpha() or letter.isdigit():
            if text[i - 1] == "\x01":  # the kind of a mark, not a letter of the text
                continue
            return text
    return text
