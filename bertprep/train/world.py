"""The processes and the device of a run: usually one process, or those that torchrun started."""

import contextlib
import dataclasses
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from ..core.errors import UsageError

DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}  # by --precision
TENSOR_CORES = (7, 0)  # the first compute capability with tensor cores for float16: V100


@dataclasses.dataclass(frozen=True)
class World:
    """`size` processes train together; this one has rank `rank`, and computes on `device`."""

    rank: int
    size: int
    device: torch.device
    dtype: torch.dtype = torch.float32  # of matrix products

    @property
    def half(self) -> bool:
        """Whether matrix products are computed in 16 bits."""
        return self.dtype != torch.float32

    @property
    def precision_name(self) -> str:
        """The dtype of matrix products as text: float32, bfloat16 or float16."""
        return str(self.dtype).removeprefix("torch.")

    def wait(self) -> None:
        """Wait for all processes (barrier)."""
        if self.size > 1:
            dist.barrier()

    def add_up(self, numbers: Tensor) -> Tensor:
        """Sum a tensor over all processes, in place (all-reduce)."""
        if self.size > 1:
            dist.all_reduce(numbers)
        return numbers

    def add_up_counts(self, counts: list[int]) -> list[int]:
        """Sum integers over all processes, on the CPU, so that no process waits for a GPU."""
        return self.add_up(torch.tensor(counts)).tolist()

    def precision(self) -> contextlib.AbstractContextManager:
        """The autocast context for the model's computations."""
        return torch.autocast(self.device.type, self.dtype if self.half else None, enabled=self.half)


def device_for(name: str) -> torch.device:
    """The device with this name; `UsageError` if there is none. `auto` is a CUDA GPU or the CPU, never MPS."""
    if name == "mps":
        if not torch.backends.mps.is_available():
            raise UsageError("--device mps: PyTorch finds no Apple GPU; use --device cpu, or see `bertprep doctor`")
        return torch.device("mps")
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("--device cuda: PyTorch finds no GPU; use --device cpu, or see `bertprep doctor`")
    if name == "cuda" or (name == "auto" and torch.cuda.is_available()):
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device("cpu")


def dtype_for(precision: str, device: torch.device) -> torch.dtype:
    """The dtype of matrix products for a `--precision`.

    `auto` is bfloat16 on GPUs that support it, and float16 on older ones with tensor cores (V100, T4), which only emulate
    bfloat16, more slowly than they compute in float32. On a CPU bfloat16 pays only with AMX or AVX512-BF16 and halves the
    speed elsewhere, so `auto` is float32 there.
    """
    if precision != "auto":
        return DTYPES[precision]
    if device.type != "cuda":
        return torch.float32
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float16 if torch.cuda.get_device_capability(device) >= TENSOR_CORES else torch.float32


@contextlib.contextmanager
def world(device: str = "auto", precision: str = "auto") -> Iterator[World]:
    """Join the other processes, if torchrun started any; `UsageError` if a GPU is requested and there is none."""
    place = device_for(device)
    on_gpu = place.type == "cuda"
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if on_gpu:
        torch.cuda.set_device(place)
    dtype = dtype_for(precision, place)
    if size > 1:
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo", device_id=place if on_gpu else None)
    try:
        yield World(rank, size, place, dtype)
    finally:
        if size > 1:
            dist.destroy_process_group()


@contextlib.contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Collect SIGTERM and SIGINT in a list for the duration of the context; a second signal has its usual effect."""
    arrived: list[int] = []
    before: dict[int, Any] = {}

    def note(number: int, _: object) -> None:
        arrived.append(number)
        signal.signal(number, before[number])

    if threading.current_thread() is threading.main_thread():
        for number in (int(signal.SIGTERM), int(signal.SIGINT)):
            before[number] = signal.signal(number, note)
    try:
        yield arrived
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
