"""What can be asked of `train`."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..core.errors import UsageError
from ..core.fields import Settings, setting

DEFAULT_MODEL = "tiny"


@dataclasses.dataclass(frozen=True)
class TrainSettings(Settings):
    """Masked shards -> a trained BERT. The defaults suit a laptop; --model base --batch-size 256 is the paper's size."""

    model: str | None = setting(
        None,
        "Size of the model: layers/hidden 2/128, 4/256, 4/512, 8/512, 12/768, 24/1024 [default: tiny].",
        choices=("tiny", "mini", "small", "medium", "base", "large"),
        source="Turc et al. 2019; Devlin et al. 2019",
    )
    model_config: Mapping[str, Any] | None = setting(
        None,
        "Any other shape: a Hugging Face config.json, in place of --model; what it leaves out is BERT-base.",
        unit="config.json",
    )
    batch_size: int = setting(
        64, "Rows an update, over all processes and accumulated parts (the paper: 256).", minimum=1, unit="rows"
    )
    epochs: float = setting(3.0, "Times to go over the data (the paper: about 40).", minimum=0.001, maximum=1e6)
    steps: int | None = setting(None, "Updates to make, instead of --epochs.", minimum=1)
    learning_rate: float | None = setting(
        None,
        "Highest learning rate [default: by the size of the model that is trained, 2e-3 for tiny down to the paper's 1e-4 for "
        "base and large; a fifth of that with --init-from].",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, A.2 (1e-4); README of the BERT release (2e-5 from its weights)",
    )
    warmup_share: float = setting(
        0.05,
        "Share of the steps in which the rate rises; then it falls to zero in a line (the paper: 0.01 of a million).",
        minimum=0.0,
        maximum=1.0,
        source="Liu et al. 2019, table 9 (24,000 of 500,000)",
    )
    weight_decay: float = setting(
        0.01, "Decay of all weights but biases and norms.", minimum=0.0, maximum=1.0, source="Devlin et al. 2019, A.2"
    )
    clip: float = setting(
        1.0, "Gradients longer than this are shortened to it.", minimum=0.0, source="the BERT release, optimization.py"
    )
    dropout: float | None = setting(
        None,
        "Dropout, attention included [default: that of --init-from or --model-config, else 0.1].",
        minimum=0.0,
        maximum=0.9,
        source="Devlin et al. 2019, A.2",
    )
    gradient_accumulation: int = setting(
        1, "Cut each batch into so many parts, one after the other, to save memory.", minimum=1
    )
    gradient_checkpointing: bool = setting(
        False,
        "Keep only the input of each layer and compute the rest again for the gradients: less memory, a third more work.",
        option="--gradient-checkpointing/--no-gradient-checkpointing",
        source="Chen et al. 2016",
    )
    compile: bool = setting(
        False,
        "Compile the parts of the model that take each token by itself (torch.compile; needs a C++ compiler, or Triton "
        "on a GPU).",
        option="--compile/--no-compile",
    )
    dynamic: bool = setting(
        False,
        "Mask anew in every epoch while reading.",
        option="--dynamic/--static",
        source="Liu et al. 2019, section 4.1",
    )
    seed: int = setting(
        0, "Another seed: other first weights, order, dropout and dynamic masks.", minimum=0, maximum=2**63 - 1
    )
    device: str = setting(
        "auto", "Where to compute; auto takes a GPU if there is one.", choices=("auto", "cpu", "cuda")
    )
    precision: str = setting(
        "auto", "Of the matrix products; auto is bf16 on a GPU that has it.", choices=("auto", "float32", "bf16")
    )
    eval_every: int | None = setting(
        None, "Measure the validation loss every so many steps [default: at the end].", minimum=1, unit="steps"
    )
    save_every: int = setting(500, "Save the training state every so many steps.", minimum=1, unit="steps")
    log_every: int = setting(10, "A line in metrics.jsonl, the mean of so many steps.", minimum=1, unit="steps")
    keep: int = setting(2, "Saved training states to keep.", minimum=1)
    max_minutes: float | None = setting(
        None, "Save and end after this long; --resume goes on.", minimum=0.0, unit="minutes"
    )
    tensorboard: bool = setting(
        False,
        "Write the figures of metrics.jsonl for TensorBoard too, into MODEL/tensorboard (extra tensorboard).",
        option="--tensorboard/--no-tensorboard",
    )
    threads: int | None = setting(
        None, "Threads of the CPU to compute with [default: PyTorch's choice].", minimum=1, maximum=4096
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.model is not None and self.model_config is not None:
            raise UsageError("--model and --model-config: a shape is given twice; leave out one of them")
