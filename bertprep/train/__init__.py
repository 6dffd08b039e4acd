"""Train a BERT on masked shards, evaluate it, and predict with it. The only package that imports torch.

Suggested order of reading:

    bert/model.py          BERT and its two losses; attention.py: self-attention; loss.py: cross-entropy over the vocabulary;
                           folder.py: a model on disk, in the format of transformers
    data/                  rows of shards -> batches of tensors: loader and mixture choose rows, collate makes tensors, batches
    optimizer.py, step.py  AdamW, the learning rate schedule, and one update of the weights
    start.py, run.py       the initial model of a run, and everything else it needs; branch.py: a run that branches off another
    training.py, loop.py   `train`: prepares a run; the training loop
    evaluation.py          metrics on held-out rows; predict.py: predictions for a text; guesses.py: for rows of shards
    checkpoint.py          checkpoints; states.py, checksums.py: whether they are intact; output.py, history.py: the folder of a
                           run, and its recorded history
    log.py, card.py        progress and metrics during a run, and the model card; divergence.py: warnings if it does not learn
    dry_run.py, flops.py, memory.py, compiled.py, world.py    cost, memory, compilation, devices and processes

Importing the package does not import torch; the history of a model folder (`history`) and the settings (`settings`) do not
need it.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

from ..core.caches import private_folders
from ..core.callables import make_callable
from ..core.errors import missing_extra

if TYPE_CHECKING:
    from .evaluation import evaluate
    from .guesses import add_guesses
    from .minimal_pairs import evaluate_pairs
    from .predict import fill_mask, next_probability
    from .task import evaluate_task
    from .training import train

__all__ = ["add_guesses", "evaluate", "evaluate_pairs", "evaluate_task", "fill_mask", "next_probability", "train"]

make_callable(__name__)

# Read when torch loads OpenMP: waiting threads sleep instead of spinning. Spinning threads make a small model 6 times as slow if
# another process uses a core (2,700 instead of 18,000 tokens per second, on two cores).
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

_MODULES = {
    "add_guesses": "guesses",
    "evaluate": "evaluation",
    "evaluate_pairs": "minimal_pairs",
    "evaluate_task": "task",
    "train": "training",
    "fill_mask": "predict",
    "next_probability": "predict",
}


def __getattr__(name: str) -> Any:
    """Import one of the functions, and torch, on first use; the error says which extra to install."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import safetensors  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise missing_extra(error.name or "torch", "train") from None
    function = getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)
    return private_folders("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")(function)
