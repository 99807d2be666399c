"""What is wrong with a spec, as keys of texts and their values.

pydantic's own words are for programmers; these are for who turns the knobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan

Problem = tuple[str, dict[str, Any]]  # a text key under `error.` and its values


def of_fine_tune(backbone: str, data: str, train_size: int, plan: TransferPlan) -> list[Problem]:
    """What pydantic's field bounds cannot see: names, the order of the plan, size of the pool."""
    problems = of_sizes(backbone, data, train_size)
    try:
        blocks = len(catalog.backbone(backbone).blocks)
    except UserError:
        return problems
    if not plan.in_order(blocks):
        told = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze, "blocks": blocks}
        problems.append(("plan.out_of_order", told))
    return problems


def of_side(backbone: str, side: int | None) -> list[Problem]:
    """A side of pictures that nobody has measured this network on."""
    try:
        row = catalog.backbone(backbone)
    except UserError:
        return []
    known = {row.size, *row.sides} if row.modality == "picture" else set()
    if side is None or side in known:
        return []
    told = {"backbone": backbone[:40], "given": side, "known": ", ".join(map(str, sorted(known)))}
    return [("spec.side" if known else "spec.side_of_texts", told)]


def of_texts(data: str, changed: Mapping[str, bool]) -> list[Problem]:
    """Settings that mean nothing to a text: {field: whether it is set}."""
    try:
        of = catalog.dataset(data).modality
    except UserError:
        return []
    wrong = [name for name, is_set in changed.items() if is_set] if of == "text" else []
    return [("spec.not_of_texts", {"field": name}) for name in wrong]


def of_texts_only(backbone: str, data: str, train_size: int) -> list[Problem]:
    """The same of a run that reads texts: pictures are refused."""
    found = of_names(backbone, data, pictures=False)
    if not found and catalog.dataset(data).modality != "text":
        found = [("spec.texts_only", {"backbone": backbone[:40], "data": data[:40]})]
    return found or of_sizes(backbone, data, train_size)


def of_pictures(backbone: str, data: str, train_size: int) -> list[Problem]:
    """The same of a run that looks at pictures: texts are refused."""
    return of_sizes(backbone, data, train_size, pictures=True)


def of_sizes(backbone: str, data: str, train_size: int, pictures: bool = False) -> list[Problem]:
    """Names that are not in the catalogue or not of one kind, more examples than there are."""
    if problems := of_names(backbone, data, pictures):
        return problems
    row = catalog.dataset(data)
    if not len(row.classes) <= train_size <= row.train_pool:
        allowed = {"low": len(row.classes), "high": row.train_pool, "given": train_size}
        key = "spec.train_texts" if row.modality == "text" else "spec.train_size"
        return [(key, allowed)]
    return []


def of_names(backbone: str, data: str, pictures: bool = True) -> list[Problem]:
    """`pictures`: a network that reads texts is refused; else both must be of one kind."""
    problems: list[Problem] = []
    kinds: list[str] = []
    for read in (lambda: catalog.backbone(backbone), lambda: catalog.dataset(data)):
        try:
            kinds.append(read().modality)
        except UserError as error:
            problems.append((error.key, error.values))
    if not problems and (kinds[0] != kinds[1] or (pictures and "text" in kinds)):
        key = "spec.pictures_only" if kinds == ["text", "text"] else f"spec.{kinds[1]}_given"
        problems.append((key, {"backbone": backbone[:40], "data": data[:40]}))
    return problems


def unknown_kind(given: object, kinds: Iterable[str]) -> Problem:
    values = {"field": "kind", "given": str(given)[:40], "allowed": ", ".join(kinds)}
    return "spec.not_a_choice", values


def told(error: Any, fields: Mapping[str, Any]) -> Problem:
    """One of pydantic's errors on a model with these fields."""
    field = str(error["loc"][-1])[:40]
    values: dict[str, Any] = {"field": field, "given": str(error.get("input"))[:40]}
    rules = fields.get(field)
    if rules is None:
        return "spec.unknown_field", values
    bounds: dict[str, Any] = {}
    for rule in rules.metadata:
        bounds |= {n: getattr(rule, n) for n in ("ge", "le") if hasattr(rule, n)}
    if {"ge", "le"} <= bounds.keys():
        key = "spec.out_of_range" if "than" in error["type"] else "spec.not_a_number"
        return key, values | {"low": _plain(bounds["ge"]), "high": _plain(bounds["le"])}
    expected = str((error.get("ctx") or {}).get("expected", ""))  # "'adamw' or 'sgd'"
    allowed = expected.replace("'", "").replace(" or ", ", ")
    if error["type"].startswith("bool"):
        allowed = "true, false"
    return "spec.not_a_choice", values | {"allowed": allowed}


def _plain(bound: float) -> str:
    """2147483647, not 2.14748e+09; 1e-07, not 0.0000001."""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"
