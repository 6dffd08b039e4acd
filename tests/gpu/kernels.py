"""Profile of a step: kernels on a GPU, operators on a CPU; and the time to read the rows."""

import time
import warnings
from typing import Any

import torch
from card import Card, fresh
from torch.profiler import ProfilerActivity, profile
from train_samples import vocabulary, write_shards

from bertprep.train.data import collate
from bertprep.train.data.batches import Batches
from bertprep.train.data.dataset import Data
from bertprep.train.optimizer import Schedule
from bertprep.train.settings import TrainSettings
from bertprep.train.step import Learner
from bertprep.train.world import World

SHOWN = 25


def measured(card: Card) -> dict[str, Any]:
    """The kernels of an update of base at 128, and the seconds to read, mask and pack a batch."""
    name, rows, length = ("tiny", 4, 32) if card.quick else ("base", 256, 128)
    here = World(0, 1, card.device, card.dtype)
    learner = Learner(fresh(card.shape(name), card.device), TrainSettings(), Schedule(1e-4, 0.1, 100), here)
    batch = collate.pack(card.rows(rows, length), jagged=card.is_gpu)
    step = learner.step_of([batch.pinned() if card.is_gpu else batch], stop=False)
    numbers = iter(range(100))

    def update() -> None:
        learner.update(step, next(numbers))

    card.seconds(update, 3)
    seconds = card.seconds(update, 3)
    return {
        "model": name,
        "rows": rows,
        "length": length,
        "seconds_per_step": seconds,
        **profiled(card, update),
        "seconds_to_read": reading(card, rows, length),
    }


def profiled(card: Card, update: Any) -> dict[str, Any]:
    """The slowest kernels, in milliseconds per update; and the share of time in which no kernel ran."""
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if card.is_gpu else [])]
    with profile(activities=activities) as found:
        seconds = card.seconds(update, 3)
    events = [event for event in found.key_averages() if busy(card, event) > 0 and is_work(card, event)]
    events.sort(key=lambda event: busy(card, event), reverse=True)
    total = sum(busy(card, event) for event in events) / 1e6
    kernels = [
        {"name": event.key[:100], "milliseconds": busy(card, event) / 3e3, "calls": event.count / 3}
        for event in events[:SHOWN]
    ]
    return {"kernels": kernels, "busy_share": total / (3 * seconds), "waits_within_steps": waits(card, update)}


def waits(card: Card, update: Any) -> list[str]:
    """The lines of code at which an update waits for the GPU; there should be none."""
    if not card.is_gpu:
        return []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            update()
        finally:
            torch.cuda.set_sync_debug_mode("default")
    return [f"{each.filename}:{each.lineno}" for each in caught if "called a synchronizing" in str(each.message)]


def busy(card: Card, event: Any) -> float:
    """Microseconds of an event on the device."""
    return event.self_device_time_total if card.is_gpu else event.self_cpu_time_total


def is_work(card: Card, event: Any) -> bool:
    """Whether an event is a kernel, and not an operator that launches one."""
    return not card.is_gpu or event.device_type == torch.autograd.DeviceType.CUDA


def reading(card: Card, rows: int, length: int) -> float:
    """Seconds to read, mask and pack a batch, which a thread does while the GPU computes the previous one."""
    folder = card.folder / "read"
    made = [card.rows(16 * rows, length, seed) for seed in range(2)]
    shards = write_shards(folder, made, words=vocabulary(card.vocabulary))
    settings = TrainSettings(batch_size=rows, dynamic=True, steps=20)
    batches = Batches(Data([shards], settings), settings, World(0, 1, card.device))
    batches.read(0)
    times = 2 if card.quick else 10
    started = time.perf_counter()
    for number in range(1, 1 + times):
        batches.read(number)
    return (time.perf_counter() - started) / times
