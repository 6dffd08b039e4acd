"""The whole toolkit from Python: one call a command, with the options of the command as keywords.

    import bertprep

    bertprep.segment("corpus", "out/sentences")
    bertprep.train_vocab("out/sentences", "out/vocab", size=8000)
    bertprep.build_pairs("out/sentences", "out/vocab", "out/pairs")
    bertprep.mask("out/pairs", "out/shards")
    model = bertprep.train("out/shards", "out/model", steps=1000)
    model.fill_mask("The cat sat on the [MASK].")

Every data stage gives a `Folder`, `train` a `Model`; both show what was made, also in a notebook. Nothing here knows how
anything is done: settings are checked by their classes, and the work is the stages' own. Errors are those of
`bertprep.core.errors`; a second call with the same arguments resumes or finds that nothing is left to do.
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
