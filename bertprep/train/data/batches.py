"""The rows of each training step: a function of the number of the step, divided among processes and accumulation parts."""

import itertools
import math
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..settings import TrainSettings
from ..world import World
from .collate import Batch
from .dataset import Data


class Batches:
    """The batches of a run: `samples` rows in total, `batch_size` per step; the last step has the remainder."""

    def __init__(self, data: Data, settings: TrainSettings, here: World) -> None:
        self.data, self.here = data, here
        self.batch_size, self.parts = settings.batch_size, here.size * settings.gradient_accumulation
        self.samples = max(1, round(settings.epochs * len(data.training)))
        if settings.steps:
            self.samples = settings.steps * settings.batch_size
        self.steps = math.ceil(self.samples / settings.batch_size)

    def range_of(self, step: int) -> tuple[int, int]:
        """The samples of a step, [first, end), counted from 0."""
        first = step * self.batch_size
        return first, max(first, min(first + self.batch_size, self.samples))

    def read(self, step: int) -> list[Batch]:
        """Read this process's parts of the batch of a step."""
        self.data.look_ahead(*self.range_of(step), self.samples)
        epochs_B, rows_B = self.data.mixture.rows_of(*self.range_of(step))
        parts = np.array_split(np.arange(len(rows_B)), self.parts)
        mine = [part for part in parts[self.here.rank :: self.here.size] if len(part)]
        on_gpu = self.here.device.type == "cuda"
        batches = [self.data.batch(epochs_B[part], rows_B[part], on_gpu) for part in mine]
        return [batch.pinned() for batch in batches] if on_gpu else batches

    def ahead(self, step: int) -> Generator[list[Batch], None, None]:
        """Yield the batches from `step` on; a thread reads the next one while one is used. Close the generator after use."""
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self.read, step)
            for following in itertools.count(step + 1):
                batches = coming.result()
                coming = reader.submit(self.read, following)
                yield batches
