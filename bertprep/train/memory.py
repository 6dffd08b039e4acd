"""Memory: how much a run took, what to do when it does not suffice, and a habit of glibc to break."""

import contextlib
import ctypes
import sys
from collections.abc import Callable, Iterator

import torch

from ..errors import StageError
from ..settings import TrainSettings

M_MMAP_THRESHOLD = -3  # malloc.h
MAPPED_BYTES = 1 << 20


def return_freed_memory() -> None:
    """Make glibc give large blocks back to the system when they are freed; elsewhere, do nothing.

    By default it raises the size from which it does so (up to 32 MB) with every large block freed, and keeps the smaller
    ones in its heap, which falls to pieces as every batch has tensors of other sizes.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # no glibc
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)


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
def out_of_memory_explained(settings: TrainSettings, saved: Callable[[], str]) -> Iterator[None]:
    """Turn the errors of torch for too little memory into one that says what to lower."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        parts = settings.gradient_accumulation
        advice = [f"--gradient-accumulation {2 * parts} (the same batch in smaller parts, the same losses)"]
        if not settings.gradient_checkpointing:
            advice.append("--gradient-checkpointing")
        advice += ["a smaller --batch-size or --model", "pairs made with a smaller --max-length"]
        raise StageError(
            f"out of memory with --batch-size {settings.batch_size} in {parts} part(s); {saved()}. "
            f"What takes less: {'; '.join(advice)}. PyTorch says: {str(error).splitlines()[0] if str(error) else 'nothing'}"
        ) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Only a GPU's allocator has an error class of its own."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "allocate memory" in str(error)
