"""What is shipped stays within the budget of assets/, so that a clone stays small."""

from __future__ import annotations

import pytest

from tlcore.ground.paths import ASSETS

# MB (1,000,000 bytes): a backbone with its card, the pictures, the fonts; all else together.
PARTS = {
    "backbones/clothing": 2,
    "backbones/photo": 6,
    "backbones/text-": 12,  # six small language models, two more tables or encoders beside them
    "samples/garments": 4,
    "fonts/": 1,
    "locale/": 1,  # two languages, the names of ImageNet's thousand classes among them
    "evidence/": 2,  # what was measured before and is shown: grids, depths, claims
}
REST = 2.5


def size(prefix: str) -> float:
    files = (p for p in ASSETS.rglob("*") if p.is_file())
    chosen = (p for p in files if p.relative_to(ASSETS).as_posix().startswith(prefix))
    return sum(p.stat().st_size for p in chosen) / 1e6


@pytest.mark.parametrize("prefix", PARTS)
def test_each_part_keeps_to_its_budget(prefix: str) -> None:
    assert 0 < size(prefix) <= PARTS[prefix]


def test_the_rest_keeps_to_its_budget() -> None:
    rest = size("") - sum(size(prefix) for prefix in PARTS)
    assert rest <= REST, "make a file smaller, or raise what all others may take, on purpose"
