"""Yosinski et al. 2014, "How transferable are features in deep neural networks?" (NIPS).

Top-1 test accuracies at iteration 450,000, recomputed from the training logs that the authors
published (github.com/yosinski/convnet_transfer, commit 9838c273, results/*/*.o*.gz), grouped as
in their plots/transfer_plots.ipynb.  AlexNet, eight layers; ImageNet in two random halves of 500
classes ("similar"), or man-made things against natural ones ("different").  The first n layers are
copied.  Runs behind a mean: base 8, BnB 4, AnB 8; BnB+ and AnB+ 1 or 2, so their wiggles are noise;
the spread over runs is .004 to .007.
"""

from __future__ import annotations

SOURCE = "https://arxiv.org/abs/1411.1792"
LAYERS = 8
DEPTHS = tuple(range(1, LAYERS))
BASE = 0.6245
SIMILAR = {
    "BnB": (0.6262, 0.6228, 0.6203, 0.6041, 0.5933, 0.6185, 0.6229),
    "BnB+": (0.6166, 0.6214, 0.6303, 0.6284, 0.6292, 0.6274, 0.6263),
    "AnB": (0.6275, 0.6233, 0.6183, 0.5994, 0.5777, 0.5804, 0.5419),
    "AnB+": (0.6364, 0.6347, 0.6421, 0.6394, 0.6443, 0.6455, 0.6457),
}
# Frozen, target named: (base, by depth).
DIFFERENT = {
    "man_made": (0.5352, (0.5375, 0.5209, 0.4997, 0.4609, 0.4083, 0.3728, 0.2898)),
    "natural": (0.6531, (0.6566, 0.6494, 0.6244, 0.5811, 0.5196, 0.4828, 0.3964)),
}


def base(split: str) -> float:
    """Mean over the two targets where the split has two."""
    if split == "similar":
        return BASE
    return sum(one for one, _ in DIFFERENT.values()) / len(DIFFERENT)


def curves(split: str) -> dict[str, tuple[float, ...]]:
    """Curve -> accuracy at n = 1 .. 7."""
    if split == "similar":
        return dict(SIMILAR)
    by_depth = zip(*(values for _, values in DIFFERENT.values()), strict=True)
    return {"AnB": tuple(sum(pair) / len(pair) for pair in by_depth)}
