"""Settings of `train`."""

import dataclasses
import math
import os
import re
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import UsageError
from ..core.fields import Settings, setting
from ..core.presets import PRESETS

DEFAULT_MODEL = "tiny"


@dataclasses.dataclass(frozen=True)
class TrainSettings(Settings):
    """Masked shards -> a trained BERT. The defaults suit a laptop; --model base --batch-size 256 is the paper's size."""

    model: str | None = setting(
        None,
        "Model size (layers/hidden size): 2/128, 4/256, 4/512, 8/512, 12/768, 24/1024 [default: tiny].",
        choices=tuple(PRESETS),
        source="Turc et al. 2019; Devlin et al. 2019",
    )
    model_config: Mapping[str, Any] | None = setting(
        None,
        "Any other shape, as a Hugging Face config.json instead of --model; missing values are those of BERT-base.",
        unit="config.json",
    )
    initialization: str | None = setting(
        None,
        "Initial weights of a model from scratch: normal, as in BERT; or mimetic, where attention compares tokens and "
        "positions from the start [default: normal].",
        choices=("normal", "mimetic"),
        source="Trockman and Kolter 2023",
    )
    batch_size: int = setting(
        64, "Rows per update, over all processes and accumulation steps (BERT: 256).", minimum=1, unit="rows"
    )
    epochs: float = setting(3.0, "Passes over the data (BERT: about 40).", minimum=0.001, maximum=1e6)
    steps: int | None = setting(None, "Number of updates, instead of --epochs.", minimum=1)
    learning_rate: float | None = setting(
        None,
        "Peak learning rate [default: depends on the model size, from 2e-3 for tiny to 1e-4 for base and large, as in BERT; "
        "a fifth of that with --init-from].",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, A.2 (1e-4); README of the BERT release (2e-5 from its weights)",
    )
    warmup_share: float = setting(
        0.05,
        "Fraction of the steps for linear warmup, followed by linear decay to zero (BERT: 0.01 of a million steps).",
        minimum=0.0,
        maximum=1.0,
        source="Liu et al. 2019, table 9 (24,000 of 500,000)",
    )
    decay_steps: int | None = setting(
        None,
        "Keep the learning rate constant after the warmup, and decay it linearly over the last N steps only; 0: no decay "
        "[default: it decays from the end of the warmup].",
        minimum=0,
        unit="steps",
        source="Hu et al. 2024, section 4 (warmup-stable-decay)",
    )
    weight_decay: float = setting(
        0.01,
        "Weight decay of all weights except biases and layer norms.",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, A.2",
    )
    clip: float = setting(
        1.0,
        "Gradient clipping: maximum norm of the gradients; a large one, such as 1e9, clips nothing.",
        minimum=0.0,
        source="the BERT release, optimization.py",
    )
    dropout: float | None = setting(
        None,
        "Dropout probability, also for attention [default: 0.1, or that of --init-from or --model-config].",
        minimum=0.0,
        maximum=0.9,
        source="Devlin et al. 2019, A.2",
    )
    gradient_accumulation: int = setting(1, "Split each batch into this many parts, to save memory.", minimum=1)
    gradient_checkpointing: bool = setting(
        False,
        "Recompute activations in the backward pass: less memory, a third more computation.",
        option="--gradient-checkpointing/--no-gradient-checkpointing",
        source="Chen et al. 2016",
    )
    compile: bool = setting(
        False,
        "Compile the model's layers with torch.compile; on a CPU, all but attention. Needs a C++ compiler, and Triton on a GPU.",
        option="--compile/--no-compile",
    )
    dynamic: bool | None = setting(
        None,
        "Draw new masks in every epoch (RoBERTa), or use those of the shards. Held-out rows keep theirs. [default: "
        "dynamic, unless the shards hold several masked copies or were masked with different settings].",
        option="--dynamic/--static",
        source="Liu et al. 2019, section 4.1",
    )
    seed: int = setting(
        0, "Random seed of initial weights, order of rows, dropout and dynamic masks.", minimum=0, maximum=2**63 - 1
    )
    device: str = setting(
        "auto",
        "Device; auto uses an NVIDIA or AMD GPU if there is one, mps is the GPU of a Mac.",
        choices=("auto", "cpu", "cuda", "mps"),
    )
    precision: str = setting(
        "auto",
        "Precision of matrix products; auto uses bf16 on GPUs that support it, and fp16 with loss scaling on older ones "
        "with tensor cores (T4, V100).",
        choices=("auto", "float32", "bf16", "fp16"),
        source="Micikevicius et al. 2018 (fp16)",
    )
    eval_every: int | None = setting(
        None,
        "Evaluate on the whole validation split every N steps [default: about 15 times in a run, on a sample of it "
        "that adds at most 3 % to the time]. The whole split is always evaluated after the last step.",
        minimum=1,
        unit="steps",
    )
    save_every: int = setting(500, "Save a checkpoint every N steps.", minimum=1, unit="steps")
    save_at_words: str | None = setting(
        None,
        "Evaluate the model and save it in MODEL/at-words after these numbers of training words: whole numbers "
        "separated by commas, where K, M and B mean thousands, millions and billions, such as 1M,2M,5M.",
        unit="words",
    )
    log_every: int = setting(10, "Log the mean losses to metrics.jsonl every N steps.", minimum=1, unit="steps")
    keep: int = setting(2, "Number of checkpoints to keep.", minimum=1)
    max_minutes: float | None = setting(
        None,
        "Save a checkpoint and stop after this time; running the same command again resumes.",
        minimum=0.0,
        unit="minutes",
    )
    tensorboard: bool = setting(
        False,
        "Also log to TensorBoard, in MODEL/tensorboard (extra tensorboard).",
        option="--tensorboard/--no-tensorboard",
    )
    threads: int | None = setting(None, "Number of CPU threads [default: PyTorch's choice].", minimum=1, maximum=4096)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.model is not None and self.model_config is not None:
            raise UsageError("--model and --model-config: both give the shape of the model; leave out one of them")
        counts_of_words(self.save_at_words)
        if self.clip == 0:
            raise UsageError("--clip is 0, so every gradient would be 0; not to clip, give a large norm, such as 1e9")


@dataclasses.dataclass(frozen=True)
class CacheSettings:
    """Where downloaded files are kept, and the maximum size in GB, of shards and of copies of models each.

    By default below ~/.cache: shards until the run ends, as many as are useful, and up to 20 GB of models.
    """

    folder: str | os.PathLike[str] | None = None
    gigabytes: float | None = None

    def __post_init__(self) -> None:
        if self.gigabytes is not None and not 0 < self.gigabytes < math.inf:
            raise UsageError(f"--cache-gb is {self.gigabytes}; expected a number above 0")

    @property
    def path(self) -> Path:
        return Path(self.folder) if self.folder else self._home / "shards"

    @property
    def models(self) -> Path:
        """The folder in which models are written before they are uploaded to an object store."""
        return (Path(self.folder) if self.folder else self._home) / "models"

    @property
    def copies(self) -> Path:
        """The folder for local copies of models in object stores."""
        return (Path(self.folder) if self.folder else self._home) / "copies"

    @property
    def _home(self) -> Path:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        return Path(home) / "bertprep"


WORD_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}


def counts_of_words(text: str | None) -> list[int]:
    """Parse the value of --save-at-words; returns ascending numbers. `UsageError` for anything else.

    >>> counts_of_words("2M,500,1k,1000")
    [500, 1000, 2000000]
    """
    counts = set()
    for part in text.upper().split(",") if text is not None else ():
        found = re.fullmatch(r"\s*([0-9]{1,9})([KMB]?)\s*", part)
        if not found or not int(found[1]):
            raise UsageError(
                f"--save-at-words has {reprlib.repr(part)}; expected numbers of words separated by commas, such as 1M,2M,5M"
            )
        counts.add(int(found[1]) * WORD_UNITS[found[2]])
    return sorted(counts)
