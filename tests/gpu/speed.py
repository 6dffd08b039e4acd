"""Real tokens per second of bertprep and of `transformers`, measured in turns on the same rows.

Real tokens are those of the rows, without padding. MFU is the floating-point operations that the losses need (flops.py), divided
by the vendor's dense bf16 peak. Both make whole updates: forward in bfloat16 autocast, backward, gradient clipping, AdamW.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from candidates import CANDIDATES, attending
from card import Card, fresh
from correct import transformers_twin
from train_samples import dictionaries

from bertprep.train.bert.model import ModelConfig
from bertprep.train.compiled import compile_parts
from bertprep.train.data import collate
from bertprep.train.flops import flops_of, speed_of
from bertprep.train.optimizer import Schedule
from bertprep.train.settings import TrainSettings
from bertprep.train.step import Learner
from bertprep.train.world import World

# model, tokens of a row, rows of a batch to try, and the share of the remaining time it may take
CASES = (
    ("base", 128, (64, 128, 256, 512, 1024), 0.3),
    ("base", 512, (32, 64, 128, 256), 0.3),
    ("large", 512, (16, 32, 64, 128), 0.4),
)
QUICK = (("tiny", 32, (2, 4), 1.0),)
OUT_OF_MEMORY = "out of memory"
ROUNDS = 4  # number of different batches, used in rotation
SHARE_OF_TIME = 0.55  # share of the remaining time for this part; profile and learning follow


@dataclasses.dataclass
class Case:
    """A model, the length of its rows, and a deadline."""

    card: Card
    name: str
    length: int
    ends: float  # seconds that are left then

    def batches(self, rows: int) -> list[collate.Batch]:
        """Different batches of `rows` rows each."""
        seeds = range(1 if self.card.quick else ROUNDS)
        made = [self.card.rows(rows, self.length, seed) for seed in seeds]
        return [collate.pack(each, jagged=self.card.is_gpu) for each in made]

    @property
    def shape(self) -> ModelConfig:
        return self.card.shape(self.name)

    def has_time(self) -> bool:
        return self.card.quick or self.card.seconds_left() > self.ends


def measured(card: Card) -> dict[str, Any]:
    """For each model and length, a line per batch size and implementation."""
    cases = QUICK if card.quick else CASES
    whole, lines = SHARE_OF_TIME * card.seconds_left(), []
    for name, length, sizes, share in cases:
        lines += case_measured(Case(card, name, length, card.seconds_left() - share * whole), sizes)
    return {"lines": lines}


def case_measured(case: Case, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """The best batch size of bertprep; then other implementations with that size."""
    lines = list(growing(case, sizes))
    best = max((line for line in lines if "tokens_per_second" in line), key=lambda line: line["tokens_per_second"])
    rows = best["rows"]
    others: dict[str, Callable[[], dict[str, Any]]] = {
        "bertprep --compile": lambda: ours(case, rows, compiled=True),
        "transformers": lambda: fitting(case, rows, theirs),
        **({} if case.card.quick else {"transformers, compiled": lambda: fitting(case, rows, theirs_compiled)}),
        "bertprep --dropout 0": lambda: ours(case, rows, dropout=0.0),
    }
    for kernel in list(CANDIDATES)[1:] if case.card.is_gpu else ():
        dropout = 0.0 if kernel == "varlen" else 0.1
        others[f"bertprep, {kernel}, dropout {dropout}"] = lambda kernel=kernel, dropout=dropout: ours(
            case, rows, dropout=dropout, kernel=kernel
        )
    for who, measure in others.items():
        if case.has_time():
            lines.append(
                {"rows": rows, **tried(measure, case.card), "who": who, "model": case.name, "length": case.length}
            )
    return lines


def fitting(case: Case, rows: int, measure: Callable[[Case, int], dict[str, Any]]) -> dict[str, Any]:
    """Call `measure` with `rows`, half of them, and so on, until the memory suffices."""
    while True:
        found = tried(lambda rows=rows: measure(case, rows), case.card)
        if found.get("failed") != OUT_OF_MEMORY or rows < 8:
            return {**found, "rows": rows}
        rows //= 2


def growing(case: Case, sizes: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Yield results of bertprep for growing batch sizes, until memory or time is used up, or speed no longer increases."""
    before = 0.0
    for rows in sizes:
        line = tried(lambda rows=rows: ours(case, rows), case.card)
        yield {**line, "who": "bertprep", "model": case.name, "length": case.length, "rows": rows}
        if line.get("tokens_per_second", 0.0) < 1.02 * before or not case.has_time():
            return
        before = line["tokens_per_second"]


def tried(measure: Callable[[], dict[str, Any]], card: Card) -> dict[str, Any]:
    """The result of a measurement, or its error."""
    try:
        return measure()
    except torch.OutOfMemoryError:
        return {"failed": OUT_OF_MEMORY}
    except Exception as error:  # continue with the other implementations
        return {"failed": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
    finally:
        card.clear()


def ours(case: Case, rows: int, compiled: bool = False, dropout: float = 0.1, kernel: str = "flash") -> dict[str, Any]:
    """Measure updates as in `train`."""
    card = case.card
    model = fresh(card.shape(case.name, dropout), card.device)
    if compiled:
        compile_parts(model, card.dtype)
    learner = Learner(model, TrainSettings(), Schedule(1e-4, 0.1, 10_000), World(0, 1, card.device, card.dtype))
    batches = case.batches(rows)
    steps = [learner.step_of([batch.pinned() if card.is_gpu else batch], stop=False) for batch in batches]
    numbers = iter(range(10_000))

    def update() -> None:
        number = next(numbers)
        learner.update(steps[number % len(steps)], number)

    with attending(kernel) if card.is_gpu else contextlib.nullcontext():
        return timed(case, update, batches)


def theirs(case: Case, rows: int, compiled: bool = False) -> dict[str, Any]:
    """Measure `transformers.BertForPreTraining` with SDPA, on padded rows."""
    card = case.card
    model = transformers_twin(case.shape).to(card.device).train()
    run = torch.compile(model) if compiled else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, fused=True)
    made = [card.rows(rows, case.length, seed) for seed in range(1 if card.quick else ROUNDS)]
    padded = [{name: each.to(card.device) for name, each in collate.pad(dictionaries(rows_)).items()} for rows_ in made]
    numbers = iter(range(10_000))

    def update() -> None:
        with World(0, 1, card.device, card.dtype).precision():
            loss = run(**padded[next(numbers) % len(padded)]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return timed(case, update, case.batches(rows))


def theirs_compiled(case: Case, rows: int) -> dict[str, Any]:
    """Measure `theirs` with torch.compile."""
    return theirs(case, rows, compiled=True)


def timed(case: Case, update: Callable[[], None], batches: list[collate.Batch]) -> dict[str, Any]:
    """Tokens per second, MFU, memory and power of updates on the batches in rotation."""
    card, times = case.card, len(batches)
    first = card.seconds(update, times)  # kernels are chosen and compiled
    rounds = 1 if card.quick else max(2, min(10, round(4 / max(1e-3, times * card.seconds(update, 1)))))
    seconds = [card.seconds(update, times) for _ in range(rounds)]
    tokens = float(np.mean([batch.tokens for batch in batches]))
    flops = flops_of(case.shape, batches) / len(batches)
    return {
        **speed_of(tokens, flops, float(np.median(seconds)), card.peak),
        "seconds_per_step": float(np.median(seconds)),
        "first_seconds": first * times,
        "peak_memory_bytes": card.peak_bytes(),
        "watts": card.watts(),
    }
