"""`train`: prepare a run, then train (loop.py)."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import torch

from .branch import branch_of
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
    """Train on shard folders and write a Hugging Face model folder to `output`; returns a summary.

    A run in the folder with the same settings and data is resumed; `overwrite` starts again. With `decay_from` the run branches
    off another (branch.py). `warn` is called with warnings. A folder may be given as NAME=WEIGHT:FOLDER (mixture.py). Shards may
    be in an object store; `cache` says where they are kept locally, and the maximum size (data/stored.py). `output` may be in an
    object store too (stored_output.py).

    The summary: steps, epochs, rows, words, tokens, flops and train_seconds of the whole run; seconds, tokens_per_second and mfu
    of this call; precision (float32, bfloat16 or float16), with float16 also skipped_steps, whose gradients overflowed;
    first_loss, last_loss; finished (False after SIGTERM or --max-minutes); made (False if the run was already finished);
    words_not_reached, of save_at_words; validation as returned by `evaluate`, or None and why_no_validation; validation_before,
    with `init_from`; new_words, if embeddings were initialized with the mean of others; warnings, if losses do not fall; damaged,
    messages about files that differ from what was written. With `dry_run`, makes a few steps and writes nothing; for its summary
    see dry_run.py.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    if settings.tensorboard:
        summary_writer()  # fail early if the package is missing
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
        for oddity in run.oddities(init_from) if here.rank == 0 else ():
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
            run.learner.scale.restore(counters)
            if here.rank == 0:
                write_training(run.output, run.identity)
                if branch and run.start.saved == branch.checkpoint:
                    branch.plant(run.output)
                place.upload()
            return Loop(run, counters, quiet, warn, place).go()
