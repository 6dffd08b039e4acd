"""The device under test, and measurements of time, memory and power on it."""

import dataclasses
import gc
import importlib.metadata
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from train_samples import rows_like_real_ones

from bertprep.train.bert.model import Bert, ModelConfig, initialise, preset
from bertprep.train.data import collate
from bertprep.train.data.loader import RowBatch
from bertprep.train.flops import peak_of
from bertprep.train.world import dtype_for

VOCABULARY = 30522  # BERT's


@dataclasses.dataclass
class Card:
    """A device, the size of the measurements, and their deadline."""

    device: torch.device
    quick: bool
    ends: float  # of time.monotonic()
    folder: Path
    shards: str | None

    @property
    def is_gpu(self) -> bool:
        return self.device.type == "cuda"

    @property
    def vocabulary(self) -> int:
        """The size of the models' vocabulary."""
        return 2000 if self.quick else VOCABULARY

    @property
    def half(self) -> torch.dtype:
        """The dtype of matrix products: that of `--precision auto` on this GPU."""
        return dtype_for("auto", self.device) if self.is_gpu else torch.bfloat16

    @property
    def dtype(self) -> torch.dtype:
        """The dtype that speed is measured in: float32 on a CPU."""
        return self.half if self.is_gpu else torch.float32

    @property
    def peak(self) -> float | None:
        """Dense operations per second in 16 bits, as the maker states, None where that is not known."""
        return peak_of(torch.cuda.get_device_name(self.device)) if self.is_gpu else None

    def shape(self, name: str, dropout: float = 0.1) -> ModelConfig:
        """A preset with that vocabulary."""
        return preset(name, self.vocabulary, dropout=dropout)

    def rows(self, count: int, length: int, seed: int = 0) -> RowBatch:
        """Rows with realistic lengths, and 15% of the tokens masked."""
        return rows_like_real_ones(count, length, self.vocabulary, seed)

    def seconds_left(self) -> float:
        return self.ends - time.monotonic()

    def described(self) -> dict[str, Any]:
        """The device and the versions of the software."""
        name = torch.cuda.get_device_name(self.device) if self.is_gpu else "CPU"
        versions = {package: importlib.metadata.version(package) for package in ("torch", "transformers", "numpy")}
        return {"name": name, "quick": self.quick, "threads": torch.get_num_threads(), "peak": self.peak, **versions}

    def finish(self) -> None:
        """Wait until the device is idle."""
        if self.is_gpu:
            torch.cuda.synchronize(self.device)

    def seconds(self, action: Callable[[], Any], times: int) -> float:
        """Mean seconds of a call, over `times` calls, including the work of the device."""
        self.finish()
        started = time.perf_counter()
        for _ in range(times):
            action()
        self.finish()
        return (time.perf_counter() - started) / times

    def peak_bytes(self) -> int | None:
        return torch.cuda.max_memory_allocated(self.device) if self.is_gpu else None

    def watts(self) -> float | None:
        """The current power consumption; None if unknown."""
        if not self.is_gpu or shutil.which("nvidia-smi") is None:
            return None
        command = ["nvidia-smi", "--query-gpu=power.draw", "--format=csv,noheader,nounits"]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        return float(told[0]) if told and told[0].replace(".", "").isdigit() else None

    def clear(self) -> None:
        """Free all memory, and reset compiled code and the peak of memory."""
        gc.collect()
        torch.compiler.reset()
        if self.is_gpu:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(self.device)


def card_here(device: str, quick: bool, seconds: float, folder: Path, shards: str | None) -> Card:
    if device == "cpu":
        torch.set_num_threads(1)
    return Card(torch.device(device), quick, time.monotonic() + seconds, folder, shards)


def fresh(shape: ModelConfig, device: torch.device | str, seed: int = 0) -> Bert:
    """A model with random weights."""
    model = Bert(shape)
    initialise(model, torch.Generator().manual_seed(seed))
    return model.to(device)


def loss_of(model: Bert, batch: collate.Batch) -> torch.Tensor:
    """The training loss."""
    losses = model(batch)
    return losses.mlm / max(1, batch.masked) + losses.nsp / max(1, batch.labelled)
