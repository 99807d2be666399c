"""Counters of energy, from a folder that looks like Linux's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tlcore.ground.energy import Meter


def zone(folder: Path, name: str, microjoules: int, whole: int = 1_000_000) -> Path:
    made = folder / name
    made.mkdir(exist_ok=True)
    (made / "energy_uj").write_text(f"{microjoules}\n", encoding="ascii")
    (made / "max_energy_range_uj").write_text(f"{whole}\n", encoding="ascii")
    return made


def test_processors_are_added_and_their_parts_are_not(tmp_path: Path) -> None:
    for name in ("intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0"):
        zone(tmp_path, name, 100)
    meter = Meter(tmp_path)
    for name in ("intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0"):
        zone(tmp_path, name, 500_100)
    assert meter.joules() == pytest.approx(1.0)


def test_a_counter_that_began_anew_is_carried_over(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", 900_000)
    meter = Meter(tmp_path)
    zone(tmp_path, "intel-rapl:0", 100_000)
    assert meter.joules() == pytest.approx(0.2)


def test_where_nothing_can_be_read_nothing_is_told(tmp_path: Path) -> None:
    assert Meter(tmp_path / "absent").joules() is None
    (zone(tmp_path, "intel-rapl:0", 1) / "energy_uj").unlink()
    assert Meter(tmp_path).joules() is None
