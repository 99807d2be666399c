"""Joules, where the machine lets them be read: Intel's and AMD's running counters (RAPL) on Linux.

The counters are of whole processors: whatever else runs meanwhile is in them.  Most systems let
only an administrator read them; then nothing is told.
"""

from __future__ import annotations

from pathlib import Path

COUNTERS = Path("/sys/class/powercap")
MICRO = 1e-6  # the counters count microjoules


class Meter:
    """Begins to count when it is made."""

    def __init__(self, counters: Path = COUNTERS) -> None:
        self.packages = {  # intel-rapl:0 is a processor, intel-rapl:0:0 a part of it
            zone: _read(zone / "energy_uj")
            for zone in counters.glob("intel-rapl:*")
            if zone.name.count(":") == 1
        }

    def joules(self) -> float | None:
        """Since then, all processors together; None where they cannot be read."""
        if not self.packages:
            return None
        total = 0.0
        for zone, before in self.packages.items():
            now = _read(zone / "energy_uj")
            if before is None or now is None:
                return None
            if now < before:  # it starts again at zero once an hour or so
                whole = _read(zone / "max_energy_range_uj")
                if whole is None:
                    return None
                now += whole
            total += (now - before) * MICRO
        return total


def _read(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
