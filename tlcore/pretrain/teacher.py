"""A network as its own teacher: what it says of each picture it learned from, kept on disk.

A label names one class; what a trained network says also tells which others it is like.  The same
network trained on with both transfers better to classes it never saw (born again: Furlanello et al.
2018, arXiv:1805.04770; for few pictures of new classes: Tian et al. 2020, arXiv:2003.11539).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from tlcore.backbones import prepare
from tlcore.engine import digest
from tlcore.pretrain.loop import Course

CHUNK = 500  # pictures at once


def scores(course: Course, sizes: Sequence[int], file: Path) -> torch.Tensor:
    """(N, classes) fp16: the mean over whole pictures, plain and mirrored, at each of `sizes` px.

    Read from `file` where the same weights have written it.
    """
    weights = digest.of_texts([digest.of_module(course.blocks), digest.of_module(course.heads)])
    if file.exists():
        kept = torch.load(file, weights_only=True)
        if kept["weights"] == weights:
            return kept["scores"]  # type: ignore[no-any-return]
    said = _said(course, sizes)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    torch.save({"weights": weights, "scores": said}, partial)
    os.replace(partial, file)
    return said


@torch.no_grad()
def _said(course: Course, sizes: Sequence[int]) -> torch.Tensor:
    course.blocks.eval()
    course.heads.eval()
    found = []
    for images in torch.split(course.images, CHUNK):
        total = torch.zeros(len(images), course.classes)
        for size in sizes:
            x = prepare(images, replace(course.input, size=size))
            for shown in (x, x.flip(-1)):
                total += course.heads.classify(course.blocks(shown).mean((2, 3)))
        found.append((total / (2 * len(sizes))).half())
    return torch.cat(found)
