"""A run on real shards: the estimate of `train --dry-run`, the actual speed, and the metrics."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from card import Card

from bertprep.train.settings import TrainSettings
from bertprep.train.training import train

ROOT = Path(__file__).parents[2]
SECONDS = 180.0
LEAST_SECONDS = 20.0
STAGES = """
import sys, bertprep
made = {"segment": {"validation_share": 0.1}, "train_vocab": {"size": 2000}, "build_pairs": {"max_length": 64}}
bertprep.run(*sys.argv[1:], until="mask", workers=1, **made)
"""


def measured(card: Card) -> dict[str, Any]:
    """Train `small` for three minutes, or for the remaining time."""
    shards = card.shards or sample_shards(card)
    model = "tiny" if card.quick else "small"
    base: dict[str, Any] = {
        "model": model,
        "batch_size": 16 if card.quick else 256,
        "dynamic": True,
        "dropout": 0.0,
        "device": card.device.type,
    }
    predicted = train(
        [shards], str(card.folder / "predicted"), TrainSettings(**base, steps=50), dry_run=True, quiet=True
    )
    seconds = 1.0 if card.quick else max(LEAST_SECONDS, min(SECONDS, card.seconds_left() - 15))
    steps = max(20, round(seconds * predicted["tokens_per_second"] / (predicted["tokens"] / predicted["steps"])))
    done = train([shards], str(card.folder / "model"), TrainSettings(**base, steps=steps), overwrite=True, quiet=True)
    kept = ("steps", "rows", "tokens", "epochs", "seconds", "tokens_per_second", "mfu", "peak_memory_bytes")
    return {
        "model": model,
        "predicted": {name: predicted[name] for name in ("tokens_per_second", "mfu", "peak_memory_bytes")},
        **{name: done[name] for name in kept},
        "validation": done["validation"],
    }


def sample_shards(card: Card) -> str:
    """Shards of the sample corpus, made by the stages."""
    folder = card.folder / "sample"
    corpus = "sample_corpus/small/english" if card.quick else "sample_corpus/english"
    ran = subprocess.run(
        [sys.executable, "-c", STAGES, corpus, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"the sample corpus was not prepared; give --shards. {ran.stderr.strip()[-300:]}")
    return str(folder / "shards")
