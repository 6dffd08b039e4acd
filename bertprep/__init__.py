"""Turn text corpora into BERT pre-training data and train on it: one function per command.

    bertprep.segment("corpus", "out/sentences")    # and clean, train_vocab, build_pairs, mask, train, run,
    bertprep.verify("out/sentences")               # evaluate, predict, inspect, verify, report, export

Modules are imported when they are first used. See `bertprep.api` for the arguments and results.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_CALLS = ("segment", "clean", "train_vocab", "build_pairs", "mask", "run", "evaluate", "predict", "inspect", "export")
_PACKAGES = ("train", "verify", "report")  # which can be called, too (`core.callables`)

__all__ = ["__version__", *_CALLS, *_PACKAGES]


def __getattr__(name: str) -> Any:
    """A call of the toolkit, imported when it is first asked for."""
    if name in _PACKAGES:
        return importlib.import_module(f".{name}", __name__)
    if name in _CALLS:
        return getattr(importlib.import_module(".api", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
