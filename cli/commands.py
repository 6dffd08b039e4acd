"""The commands by name, each loaded only when it is asked for."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

ALONE = "alone"  # the context's object where the process runs one command and nothing else

# command -> module, and what `bertprep --help` says of it; in the order of the road
COMMANDS = {
    "run": ("run", "Run all stages, from a corpus to a trained model."),
    "segment": ("data", "Turn corpus files into documents of sentences."),
    "clean": ("data", "Filter sentences by quality rules, drop near-duplicates."),
    "train-vocab": ("data", "Train a vocabulary on sentences."),
    "build-pairs": ("data", "Make sentence pairs, half of them adjacent, half random."),
    "mask": ("data", "Mask pairs and write shards, ready to train on."),
    "train": ("train", "Train a BERT on shards."),
    "evaluate": ("evaluate", "Measure a model on held-out shards, minimal pairs or a task."),
    "predict": ("predict", "Fill in [MASK], or score whether a sentence follows another."),
    "inspect": ("inspection", "Show decoded rows of any folder."),
    "verify": ("inspection", "Check every guarantee about a folder against its data."),
    "export": ("export", "Write shards as Parquet, or padded for other trainers."),
    "report": ("inspection", "Show a folder or a whole run as one HTML page."),
    "doctor": ("doctor", "Show installed packages and available hardware."),
}

# those that leave finished parts when they are stopped, with which the same command goes on
RESUMED = {"run", "segment", "clean", "train-vocab", "build-pairs", "mask", "train"}


def command_of(name: str) -> "click.Command":
    """The command of this name, which is one of `COMMANDS`."""
    module = importlib.import_module(f".{COMMANDS[name][0]}", __package__)
    return getattr(module, name.replace("-", "_") + "_command")
