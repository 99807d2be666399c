"""A sha256 over weights: the proof that frozen blocks stayed as they were, buffers included."""

from __future__ import annotations

import hashlib

import torch
from torch import nn


def of_bytes(tensor: torch.Tensor) -> memoryview:
    """The tensor's bytes in row-major order, whatever its device, layout or dtype."""
    flat = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    return memoryview(flat.numpy().data)


def of_module(module: nn.Module) -> str:
    """Names, types, shapes and bytes of the whole state_dict, in order."""
    sha = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        sha.update(of_bytes(tensor))
    return sha.hexdigest()


def of_texts(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def of_images(images: torch.Tensor) -> str:
    sha = hashlib.sha256(f"{tuple(images.shape)}\n".encode())
    sha.update(of_bytes(images))
    return sha.hexdigest()
