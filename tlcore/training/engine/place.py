"""Where a run computes and how precisely: device, threads, autocast, exactness, peak memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

import torch

from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute


def device(compute: Compute) -> torch.device:
    """Raise UserError("device.no_cuda") where an NVIDIA card is asked for and none is usable."""
    chosen = torch.device(compute.device)
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise UserError("device.no_cuda")
    return chosen


def memory_format(compute: Compute) -> torch.memory_format:
    last = compute.memory_format == "channels_last"
    return torch.channels_last if last else torch.contiguous_format


def autocast(compute: Compute) -> AbstractContextManager[object]:
    """bf16 needs no loss scaling: it has the exponent range of fp32."""
    if compute.precision != "bf16":
        return nullcontext()
    return torch.autocast(torch.device(compute.device).type, torch.bfloat16)


@contextmanager
def prepared(compute: Compute, batch: int) -> Iterator[None]:
    """The machine as the run wants it, and as it was before when the run ends or is closed.

    One thread gives the same bits again; one and two threads differ.  On CUDA only convolutions
    that give the same bits each time are used (those of the CPU always do).
    Raises UserError("device.out_of_memory") in place of torch's own error.
    """
    on = device(compute)
    before = torch.get_num_threads()
    torch.set_num_threads(compute.threads)
    with ExitStack() as undo:
        undo.callback(torch.set_num_threads, before)
        if on.type == "cuda":
            torch.cuda.init()  # type: ignore[no-untyped-call]
            torch.cuda.reset_peak_memory_stats(on)
            flags = {"enabled": True, "benchmark": False, "allow_tf32": True}
            undo.enter_context(torch.backends.cudnn.flags(deterministic=True, **flags))
        try:
            yield
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise UserError("device.out_of_memory", device=str(on), batch=batch) from None


def is_out_of_memory(error: BaseException) -> bool:
    """On a GPU torch has an error for it; on the CPU a RuntimeError whose words are the allocator's
    (c10/core/impl/alloc_cpu.cpp) or those of oneDNN, which got no memory for its buffers."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = ("DefaultCPUAllocator", "could not create a primitive", "could not create a memory")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


def peak_memory_mb() -> float:
    """Most memory this process ever held, in MB (10^6 bytes)."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6  # Linux counts in KiB


def peak_cuda_mb(on: torch.device) -> float | None:
    return torch.cuda.max_memory_allocated(on) / 1e6 if on.type == "cuda" else None
