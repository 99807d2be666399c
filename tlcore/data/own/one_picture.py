"""The one picture that is looked into: a test picture, or one that was uploaded."""

from __future__ import annotations

from pathlib import Path

import torch

from tlcore.data.own import picture
from tlcore.ground.errors import UserError


def chosen_picture(
    number: int | None, sha256: str | None, test: torch.Tensor, data_dir: Path
) -> torch.Tensor:
    """uint8 (1, C, H, W): the upload `sha256`, else picture `number` of `test` (N, C, H, W).

    Raises UserError: explain.picture (given, high), and what `picture.read` raises.
    """
    if sha256 is not None:
        return uploaded(sha256, data_dir)
    assert number is not None
    if number >= len(test):
        raise UserError("explain.picture", given=number, high=len(test) - 1)
    return test[number][None]


def uploaded(sha256: str, data_dir: Path) -> torch.Tensor:
    """uint8 (1, 3, S, S).  Raises what `picture.read` raises."""
    return torch.from_numpy(picture.read(data_dir, sha256)).permute(2, 0, 1)[None]
