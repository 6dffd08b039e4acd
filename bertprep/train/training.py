"""Shards -> a trained model: what a run needs is opened and made ready, then the steps are made (loop.py)."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import torch

from .branch import branch_of
from .data.dataset import oddities
from .data.mixture import shelf_of
from .dry_run import measured
from .log import summary_writer
from .loop import Loop
from .memory import out_of_memory_explained, steady_memory
from .output import refuse_output, run_to_resume, write_training
from .run import prepared
from .settings import CacheSettings, TrainSettings
from .stored_output import output_at
from .world import world


def train(
    shards: list[str],
    output: str,
    settings: TrainSettings,
    *,
    init_from: str | None = None,
    decay_from: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    quiet: bool = False,
    cache: CacheSettings | None = None,
    warn: Callable[[str], object] = lambda text: print(f"warning: {text}", file=sys.stderr, flush=True),
) -> dict[str, Any]:
    """Train on the shard folders and leave a Hugging Face model folder at `output`; returns a summary.

    A run that is in the folder already, of the same settings and data, is resumed; `overwrite` starts anew. With `decay_from`
    it leaves another one (branch.py). `warn` is told what is probably not as meant.

    A folder may be given as NAME=WEIGHT:FOLDER (mixture.py); of one in an object store `cache` says where downloaded shards are
    kept, and how much of them (data/stored.py); `output` may be there too (stored_output.py). The summary: steps, epochs, rows,
    words, tokens, flops and
    train_seconds since the run began; seconds, tokens_per_second and mfu of this call; first_loss, last_loss; finished
    (False after SIGTERM or --max-minutes); made (False where the run was finished before); words_not_reached, of
    save_at_words; validation as `evaluate` gives it, or None and why_no_validation; validation_before with `init_from`;
    new_words, where some embeddings begin as the mean of others;
    warnings, of losses that do not fall; damaged, what of the folder is not as it was written. With `dry_run` a few steps
    are made, nothing is written; its summary: dry_run.py.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    if settings.tensorboard:
        summary_writer()  # its refusal comes before any work
    with (
        world(settings.device, settings.precision) as here,
        steady_memory(here),
        output_at(output, cache or CacheSettings(), here, settings.keep, overwrite=overwrite, dry_run=dry_run) as place,
        out_of_memory_explained(settings, place.folder),
        shelf_of(shards, cache) as shelf,
    ):
        branch = branch_of(decay_from, place.folder, settings) if decay_from else None
        before = run_to_resume(place.folder, overwrite)
        run = prepared(shards, place.folder, settings, here, init_from, before, branch, shelf)
        for oddity in [run.start.oddity, *oddities(run.model, run.data.vocabulary)] if here.rank == 0 else ():
            if oddity:
                warn(oddity)
        if dry_run:
            refuse_output(run.output, run.identity, overwrite)
            return measured(run)
        with contextlib.ExitStack() as stack:
            if here.rank == 0:
                refuse_output(run.output, run.identity, overwrite)
                stack.enter_context(place.held())
                if overwrite:
                    place.clear()
            here.wait()
            counters = run.start.restore(run.learner.optimizer)
            if here.rank == 0:
                write_training(run.output, run.identity)
                if branch and run.start.saved == branch.checkpoint:
                    branch.plant(run.output)
                place.upload()
            return Loop(run, counters, quiet, warn, place).go()
