"""The eight cases of the page "break_it": each the broken run and its repair."""

from __future__ import annotations

from tlcore.experiments.break_it.mishaps import CASES, Fault, settings
from tlcore.experiments.break_it.spec import BreakSpec
from tlcore.runs.presets import Preset


def case(fault: Fault, repaired: bool = False, seed: int = 0) -> BreakSpec:
    return BreakSpec(**settings(fault, repaired, seed))


def _both(*faults: Fault) -> tuple[BreakSpec, ...]:
    return tuple(case(fault, repaired) for fault in faults for repaired in (False, True))


def _small(*faults: Fault) -> tuple[BreakSpec, ...]:
    return tuple(
        spec.model_copy(update={"train_size": 20, "epochs": 1}) for spec in _both(*faults)[:2]
    )


LIMITS: tuple[Fault, ...] = ("too_little", "source")  # of transfer itself
LOOP: tuple[Fault, ...] = tuple(fault for fault in CASES if fault not in (*LIMITS, "drift"))

PRESETS = (
    Preset("break_it.limits", _both(*LIMITS), _small(*LIMITS)),
    Preset("break_it.frozen", _both("drift"), _small("drift")),
    Preset("break_it.mistakes", _both(*LOOP), _small(*LOOP)),
)
