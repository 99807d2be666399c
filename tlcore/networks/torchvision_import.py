"""The one place where torchvision is imported for the first time.

Torchvision's Linux wheel beside a CPU-only torch cannot load its compiled part and then stops at
"operator torchvision::nms does not exist".  Nothing here detects boxes, so declaring the two
missing operators is enough; where the compiled part loads, nothing is declared.
"""

from __future__ import annotations

import importlib
import sys

import torch

_declared: list[torch.library.Library] = []  # a library object that is collected takes its
# operators with it


def ensure() -> None:
    """Make `import torchvision` work; call it before anything that imports torchvision."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        _forget()
        _declare()
        importlib.import_module("torchvision")


def _declare() -> None:
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        library.define(  # type: ignore[no-untyped-call]
            f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        )
    _declared.append(library)


def _forget() -> None:
    """Half-imported modules would be taken for whole ones."""
    for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
        del sys.modules[name]
