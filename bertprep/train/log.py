"""What a run says while it goes: metrics.jsonl, TensorBoard, and a bar or a line now and then on stderr.

Losses stay on the device until `flush`, which also looks whether they are numbers; a checkpoint comes after it.
"""

import math
import sys
import time
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from tqdm import tqdm

from ..core.errors import missing_extra
from .flops import peak_flops, speed_of
from .output import append_line, forget_after
from .states import diverged

if TYPE_CHECKING:
    from .loop import Run, Step

SECONDS_BETWEEN_LINES = 10


class Log:
    """Follows a run; only the first process writes and speaks."""

    def __init__(self, run: "Run", quiet: bool, resumed: bool) -> None:
        self.run, self.path = run, run.output / "metrics.jsonl"
        self.first = run.here.rank == 0
        self.waiting: list[Tensor] = []
        self.last_line = self.since = self.started = time.monotonic()
        self.tokens = self.flops = 0
        self.step_before = run.counters.step
        self.peak = peak_flops(run.here.device, run.here.half, run.here.size)
        self.speaks = self.first and not quiet
        self.board = board(run) if run.settings.tensorboard and self.first else None
        self.bar = tqdm(
            total=run.steps,
            initial=self.step_before,
            unit="step",
            file=sys.stderr,
            disable=not self.speaks or not sys.stderr.isatty(),
            dynamic_ncols=True,
        )
        if self.first:
            forget_after(self.path, self.step_before if resumed else -1)

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()
        if self.board:
            self.board.close()

    def add(self, step: "Step", losses: Tensor) -> None:
        """Count a step that was made."""
        self.run.count(step)
        self.tokens += step.tokens
        self.flops += step.flops
        self.waiting.append(losses)
        self.bar.update()

    def flush(self) -> None:
        """Write the mean of the steps since the last time; `StageError` when a loss is not a number."""
        if not self.waiting:
            return
        numbers = torch.stack(self.waiting).tolist()
        counters, last = self.run.counters, self.run.counters.step
        for step, losses in enumerate(numbers, last - len(numbers) + 1):
            if not all(map(math.isfinite, losses)):
                size = self.run.settings.batch_size
                rows = f"samples {(step - 1) * size} to {min(step * size, self.run.samples) - 1} of the run"
                raise diverged(self.run.output, step, f"the loss or its gradient is not a number any more ({rows})")
        mlm, nsp, gradient = (sum(column) / len(numbers) for column in zip(*numbers, strict=True))
        if counters.first_loss is None:
            counters.first_loss = sum(numbers[0][:2])
        counters.last_loss = mlm + nsp
        speed = speed_of(self.tokens, self.flops, time.monotonic() - self.since, self.peak)
        line = {
            "step": last,
            "loss": mlm + nsp,
            "mlm_loss": mlm,
            "nsp_loss": nsp,
            "gradient": gradient,
            "learning_rate": self.run.schedule.rate(last - 1),
        }
        known = {name: value for name, value in speed.items() if value is not None}
        self.write({**line, "tokens": counters.tokens, **known})
        self.say(last, f"loss {mlm + nsp:.4f}, {speed_text(speed)}")
        self.waiting = []
        self.begin()

    def begin(self) -> None:
        """Measure the speed from now on; after saving and evaluating, which are no training."""
        self.tokens, self.flops, self.since = 0, 0, time.monotonic()

    def say(self, last: int, text: str) -> None:
        self.bar.set_postfix_str(text, refresh=False)
        if self.speaks and self.bar.disable and time.monotonic() - self.last_line > SECONDS_BETWEEN_LINES:
            self.last_line = time.monotonic()
            left = (self.last_line - self.started) / (last - self.step_before) * (self.run.steps - last)
            print(f"step {last}/{self.run.steps}  {text}, {left / 60:.1f} min left", file=sys.stderr, flush=True)

    def write(self, line: dict[str, Any]) -> None:
        """A line of metrics.jsonl, and its numbers for TensorBoard."""
        if self.first:
            append_line(self.path, line)
        if self.board:
            measured = {f"validation/{name}": value for name, value in line.get("validation", {}).items()}
            for name, value in {**line, **measured}.items():
                if isinstance(value, int | float) and name != "step":
                    self.board.add_scalar(name, value, line["step"])


def speed_text(speed: dict[str, Any]) -> str:
    """`12,345 tokens/s, 512 TFLOP/s (MFU 51.8 %)`."""
    used = f" (MFU {100 * speed['mfu']:.1f} %)" if speed.get("mfu") else ""
    flops = speed["flops_per_second"]
    counted = f"{flops / 1e12:,.3g} TFLOP/s" if flops >= 1e12 else f"{flops / 1e9:,.3g} GFLOP/s"
    return f"{speed['tokens_per_second']:,.0f} tokens/s, {counted}{used}"


def board(run: "Run") -> Any:
    """A writer for TensorBoard that forgets what an interrupted run wrote beyond its checkpoint."""
    return summary_writer()(str(run.output / "tensorboard"), purge_step=run.counters.step + 1)


def summary_writer() -> Any:
    """The class; `UsageError` where the package is missing."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise missing_extra("tensorboard", "tensorboard") from None
    return SummaryWriter
