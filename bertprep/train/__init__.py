"""Train a BERT on masked shards, measure it, and ask it. The only part of the project that imports torch.

To read it, begin with the model and go down:

    bert/model.py          BERT and its two losses; attention.py: how the tokens of a row look at each other; loss.py: the
                           cross-entropy over a vocabulary; folder.py: a model on disk, as transformers has it
    data/                  rows of shards -> batches of tensors: loader, mixture (which rows), collate (as what), batches
    optimizer.py, step.py  AdamW, the learning rate of each step, and one update of the weights
    start.py, run.py       the model that a run begins with, and all that it needs; branch.py: one that leaves another run
    training.py, loop.py   `train`: all is made ready, then step after step until the end
    evaluation.py          a model on held-out rows; predict.py: what it says of a text; guesses.py: of rows
    checkpoint.py          what a run resumes from; states.py, checksums.py: whether it is whole; output.py, history.py: the
                           folder of a run, and what it tells of it
    log.py, card.py        what is told while it goes, and at its end; divergence.py: that it does not learn
    dry_run.py, flops.py, memory.py, compiled.py, world.py    what it costs, and where it is computed

Importing the package alone loads no torch: what a model folder says of its training (`history`) and what can be set
(`settings`) are read without it.
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

# Read when torch loads OpenMP: threads that wait give way. Threads that spin make a small model 6 times as slow as soon as
# anything else wants a core (2,700 tokens a second beside 18,000, two cores, another process at work).
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
    """One of the functions, with torch; says which extra to install where it is missing."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import safetensors  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise missing_extra(error.name or "torch", "train") from None
    function = getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)
    return private_folders("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")(function)
