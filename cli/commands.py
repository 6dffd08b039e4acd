"""The commands by name; the module of a command is imported only when that command is used."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

ALONE = "alone"  # the context's `obj` if the process runs one command and nothing else
# command -> module, and its line in `bertprep --help`; in the order of the stages
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

# commands that keep finished parts when stopped, and resume when run again
RESUMED = {"run", "segment", "clean", "train-vocab", "build-pairs", "mask", "train"}


def command_of(name: str) -> "click.Command":
    """Import the command with this name, one of `COMMANDS`."""
    module = importlib.import_module(f".{COMMANDS[name][0]}", __package__)
    return getattr(module, name.replace("-", "_") + "_command")
