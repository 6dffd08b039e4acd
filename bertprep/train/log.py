"""Logging during a run: metrics.jsonl, TensorBoard, and on stderr a progress bar or periodic lines.

Losses stay on the device until they are needed for a line, because fetching them synchronises with the GPU.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from ..core import events
from ..core.errors import missing_extra
from .flops import speed_of
from .history import METRICS
from .output import append_line, forget_after
from .states import Counters

SECONDS_BETWEEN_LINES = 10
SECONDS_BETWEEN_EVENTS = 30
NARROW, WIDE = 72, 110  # columns from which the bar shows tokens per second, and all of the speed


class Bar(tqdm):
    """A progress bar with steps, loss and remaining time first, then as much of the speed as fits.

    step 1,200/6,000  loss 6.2310  04:10 left  |####      |  21,340 tokens/s
    """

    loss = "loss -"
    speed: dict[str, Any] | None = None

    @property
    def format_dict(self) -> dict[str, Any]:
        """The values of tqdm, with a bar format for the width of the terminal."""
        values = super().format_dict
        room = values["ncols"] or WIDE
        speed = f"  {self.speed['tokens_per_second']:,.0f} tokens/s" if self.speed and room >= NARROW else ""
        if self.speed and room >= WIDE:
            speed = f"  {speed_text(self.speed)}"
        counted = f"step {self.n:,}/{self.total:,}"
        values["bar_format"] = f"{counted}  {self.loss}  {{remaining}} left  |{{bar}}|{speed}"
        return values


class Log:
    """Logs a run from the step after `before` to `steps`."""

    def __init__(
        self,
        output: Path | None,
        before: int,
        steps: int,
        *,
        quiet: bool = False,
        resumed: bool = False,
        tensorboard: bool = False,
        peak: float | None = None,
    ) -> None:
        """`output` is the model folder, or None to log nothing, as in all processes except the first.

        `peak` is the peak FLOP/s of the devices. Lines in metrics.jsonl of steps that will be repeated are dropped.
        """
        self.before, self.steps, self.peak = before, steps, peak
        self.path = output and output / METRICS
        self.board: Any = None
        if self.path:
            forget_after(self.path, before if resumed else -1)
        if output and tensorboard:
            self.board = summary_writer()(str(output / "tensorboard"), purge_step=before + 1)
        self.waiting: list[Tensor] = []
        self.last_line = self.last_event = self.since = self.started = time.monotonic()
        self.tokens = self.flops = 0
        self.speaks = output is not None and not quiet
        hidden = not self.speaks or not sys.stderr.isatty()
        self.bar = Bar(total=steps, initial=before, file=sys.stderr, disable=hidden, dynamic_ncols=True)

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()
        if self.board:
            self.board.close()

    def flush(self) -> None:
        """Flush TensorBoard's writer, so that a checkpoint or an upload includes all steps."""
        if self.board:
            self.board.flush()

    def add(self, losses: Tensor, tokens: int, flops: int) -> None:
        """Record a step."""
        self.waiting.append(losses)
        self.tokens += tokens
        self.flops += flops
        self.bar.update()

    def take(self) -> list[list[float]]:
        """Fetch the values of the steps since the last call: MLM loss, NSP loss, gradient norm."""
        taken = torch.stack(self.waiting).tolist() if self.waiting else []
        self.waiting = []
        return taken

    def line(self, counters: Counters, mlm: float, nsp: float, gradient: float | None, learning_rate: float) -> None:
        """Log the means of the steps since the last line; `gradient` is None if all of them were skipped."""
        step = counters.step
        speed = speed_of(self.tokens, self.flops, time.monotonic() - self.since, self.peak)
        known = {name: value for name, value in speed.items() if value is not None}
        losses = {"loss": mlm + nsp, "mlm_loss": mlm, "nsp_loss": nsp}
        if gradient is not None:
            losses["gradient"] = gradient
        counted: dict[str, float] = {"tokens": counters.tokens, "words": counters.words}
        if counters.loss_scale is not None:
            counted |= {"skipped_steps": counters.skipped_steps, "loss_scale": counters.loss_scale}
        self.write({"step": step, **losses, "learning_rate": learning_rate, **counted, **known})
        self.say(step, f"loss {mlm + nsp:.4f}", speed)
        self.begin()

    def begin(self) -> None:
        """Restart the measurement of speed, after saving or evaluating."""
        self.tokens, self.flops, self.since = 0, 0, time.monotonic()

    def say(self, step: int, loss: str, speed: dict[str, Any]) -> None:
        """Show loss and speed in the bar, or as a line; also send a progress event every half minute."""
        if self.path and time.monotonic() - self.last_event >= SECONDS_BETWEEN_EVENTS:
            self.last_event = time.monotonic()
            events.tell("progress", step="train", done=step, total=self.steps, unit="steps")
        self.bar.loss, self.bar.speed = loss, speed
        if self.speaks and self.bar.disable and time.monotonic() - self.last_line > SECONDS_BETWEEN_LINES:
            self.last_line = time.monotonic()
            left = (self.last_line - self.started) / (step - self.before) * (self.steps - step)
            print(
                f"step {step}/{self.steps}  {loss}, {speed_text(speed)}, {left / 60:.1f} min left",
                file=sys.stderr,
                flush=True,
            )

    def warn(self, text: str, tell: Callable[[str], object]) -> None:
        """Show a warning above the bar, also in a quiet run."""
        if self.path:
            with tqdm.external_write_mode(file=sys.stderr):
                tell(text)

    def write(self, line: dict[str, Any]) -> None:
        """Write a line to metrics.jsonl, and its numbers to TensorBoard."""
        if self.path:
            append_line(self.path, line)
        if self.board:
            measured = {f"validation/{name}": value for name, value in line.get("validation", {}).items()}
            for name, value in {**line, **measured}.items():
                if isinstance(value, int | float) and name != "step":
                    self.board.add_scalar(name, value, line["step"])


def speed_text(speed: dict[str, Any]) -> str:
    """Format a speed, such as `12,345 tokens/s, 512 TFLOP/s (MFU 51.8 %)`."""
    used = f" (MFU {100 * speed['mfu']:.1f} %)" if speed.get("mfu") else ""
    flops = speed["flops_per_second"]
    counted = f"{flops / 1e12:,.3g} TFLOP/s" if flops >= 1e12 else f"{flops / 1e9:,.3g} GFLOP/s"
    return f"{speed['tokens_per_second']:,.0f} tokens/s, {counted}{used}"


def summary_writer() -> Any:
    """The class of TensorBoard; `UsageError` if the package is missing."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise missing_extra("tensorboard", "tensorboard") from None
    return SummaryWriter
