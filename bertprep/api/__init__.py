"""Python API: one function per command, with the options of the command as keyword arguments.

    import bertprep

    bertprep.segment("corpus", "out/sentences")
    bertprep.train_vocab("out/sentences", "out/vocab", size=8000)
    bertprep.build_pairs("out/sentences", "out/vocab", "out/pairs")
    bertprep.mask("out/pairs", "out/shards")
    model = bertprep.train("out/shards", "out/model", steps=1000)
    model.fill_mask("The cat sat on the [MASK].")

Every data stage returns a `Folder` and `train` returns a `Model`; both have a readable repr, in notebooks an HTML table. Settings
are checked by their classes, and the work is done by the stages. Errors are those of `bertprep.core.errors`. A second call with
the same arguments resumes, or returns at once if the output is complete.
"""

from .looking import evaluate, export, inspect, predict, report, verify
from .made import Folder, Model, Path
from .stages import build_pairs, clean, mask, run, segment, train, train_vocab

__all__ = [
    "Folder",
    "Model",
    "Path",
    "build_pairs",
    "clean",
    "evaluate",
    "export",
    "inspect",
    "mask",
    "predict",
    "report",
    "run",
    "segment",
    "train",
    "train_vocab",
    "verify",
]
