"""What the tests of the page on learning rates share."""

import math

import pytest

from tlcore.experiments.learning_rate.presets import GRIDS
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "learning_rate"


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]


def around(best, height, tens, rates, seeds):
    """Scores that are `height` within `tens` factors of ten of `best`, and fall from there."""
    apart = [max(0.0, abs(math.log10(value / best)) - tens / 2) for value in rates]
    return [[round(max(0.1, height - 0.2 * a) + 0.001 * k, 4) for k in range(seeds)] for a in apart]


def strips(**more):
    """As tlcore.experiments.learning_rate.run.rates tells it: a wide stretch for the head, a narrow
    one for every block."""
    head = around(0.02, 0.82, 2.4, GRIDS["head"], 5)
    all_ = around(1e-3, 0.89, 0.6, GRIDS["all"], 3)
    found = {"head": (GRIDS["head"], head), "all": (GRIDS["all"], all_)}
    left = [[0.95 - 0.1 * k, 0.94 - 0.1 * k, 0.96 - 0.1 * k] for k in range(len(all_))]
    told = {n: {"rates": list(r), "accuracy": a} for n, (r, a) in found.items()}
    told["all"]["source"] = left
    return {
        **{"backbone": "clothing", "data": "digits", "train": 40, "asked": 500, "chance": 0.11},
        **{
            "classes": [str(k) for k in range(10)],
            "head_lr": 0.01,
            "steps": {"head": 180, "all": 30},
        },
        "strips": told,
        "source_before": 0.95,
        "solved": [0.82, 0.821, 0.822, 0.823, 0.824],
        **more,
    }


def with_a_head_solved_anew(share=0.9):
    found = strips(source_untaught=0.7633)
    at_all = found["strips"]["all"]
    at_all["source_solved"] = [[share, share - 0.01, share + 0.01] for _ in at_all["source"]]
    return found
