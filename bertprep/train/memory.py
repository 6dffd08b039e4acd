"""Memory: how much a run took, what to do when it does not suffice, and how it is kept from growing."""

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
    """Do without oneDNN on a CPU in float32, where it serves nothing but GELU.

    It keeps what it compiled for each of the last thousand shapes, and every batch of unpadded rows has another shape.
    These small blocks lie between the large ones that are freed, so that the heap cannot shrink. Measured on tiny, 64 rows
    of 8 to 128 tokens: 1.33 GB after 250 steps and growing; without it 0.50 to 0.58 GB from the 100th to the 450th, in
    the same time (21 s of CPU for 100 steps either way). One malloc arena alone changed nothing; mapping every block from
    1 MB on (MALLOC_MMAP_THRESHOLD_) cured it too, for a third more time.
    """
    if here.device.type != "cpu" or here.half:
        yield
        return
    # `flags`, the context manager for it, sets other flags too and warns of them
    enabled, *_ = torch.backends.mkldnn.set_flags(_enabled=False)
    try:
        yield
    finally:
        torch.backends.mkldnn.set_flags(_enabled=enabled)


def peak_bytes(device: torch.device) -> int | None:
    """The most memory that was in use at once: of the GPU, or of this process; None on Windows."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak  # kilobytes everywhere else


@contextlib.contextmanager
def out_of_memory_explained(settings: TrainSettings, output: Path) -> Iterator[None]:
    """Turn the errors of torch for too little memory into one that says what to lower."""
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
    """Only a GPU's allocator has an error class of its own."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "allocate memory" in str(error)
