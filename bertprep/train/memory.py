"""Memory: peak use, errors for too little of it, and a workaround that keeps it from growing."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from ..core.counts import quantity
from ..core.errors import StageError
from .settings import TrainSettings
from .states import last_good
from .world import World


@contextlib.contextmanager
def steady_memory(here: World) -> Iterator[None]:
    """Disable oneDNN on a CPU in float32, where only GELU uses it.

    oneDNN caches compiled kernels for the last thousand shapes, and every batch of unpadded rows has a new shape. These small
    blocks lie between large freed ones, so the heap cannot shrink. Measured with tiny, 64 rows of 8 to 128 tokens: 1.33 GB after
    250 steps and growing; without oneDNN, 0.50 to 0.58 GB from step 100 to 450, at the same speed (21 s of CPU time for 100
    steps). A single malloc arena did not help; mapping every block of at least 1 MB (MALLOC_MMAP_THRESHOLD_) did, but
    took a third more time.
    """
    if here.device.type != "cpu" or here.half:
        yield
        return
    # not with the context manager `flags`, which also sets other flags and warns about them
    enabled, *_ = torch.backends.mkldnn.set_flags(_enabled=False)
    try:
        yield
    finally:
        torch.backends.mkldnn.set_flags(_enabled=enabled)


def peak_bytes(device: torch.device) -> int | None:
    """Peak memory in bytes: of the GPU, or of this process; None on Windows."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak  # in KiB except on macOS


@contextlib.contextmanager
def out_of_memory_explained(settings: TrainSettings, output: Path) -> Iterator[None]:
    """Convert out-of-memory errors of torch to a `StageError` that says what to reduce."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        parts = settings.gradient_accumulation
        advice = [f"--gradient-accumulation {2 * parts} (the same batch in smaller parts, the same losses)"]
        if not settings.gradient_checkpointing:
            advice.append("--gradient-checkpointing (for a run that is resumed, too)")
        advice += ["a smaller --batch-size or --model", "pairs made with a smaller --max-length"]
        raise StageError(
            f"out of memory with --batch-size {settings.batch_size} in {quantity(parts, 'part')}; {last_good(output)}. "
            f"To use less: {'; '.join(advice)}. PyTorch says: {str(error).splitlines()[0] if str(error) else 'nothing'}"
        ) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means out of memory; only the allocator of a GPU has a class for it."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "allocate memory" in str(error)
