"""Every knob, once.

One frozen dataclass a stage, standard library only, so that `--help` is quick. The command line makes its options from
these fields, the manifests keep them in full, and a difference between two runs is spelled out in their words. A field
carries its help, its bounds or choices and, where a paper or a known script set the value, the source.
Creating a settings object checks it (`knobs`).
"""

import dataclasses
import re
import reprlib
from collections.abc import Mapping
from typing import Any

from .errors import UsageError
from .knobs import Settings, knob

LANGUAGE = re.compile("[a-z]{2,3}")


@dataclasses.dataclass(frozen=True)
class SegmentSettings(Settings):
    """Corpus files -> documents of sentences. Draws nothing at random."""

    format: str = knob(
        "auto",
        "What the corpus files are; auto goes by their names, or else their first bytes.",
        choices=("auto", "text", "jsonl", "csv", "parquet", "arrow", "wikipedia", "wikiextractor"),
    )
    document_separator: str = knob(
        "blank-line",
        "Where a plain-text document ends. In books a blank line is only a paragraph: say file there.",
        choices=("blank-line", "file"),
    )
    text_field: str = knob("text", "Field or column that holds the text, in all formats but text and Wikipedia.")
    id_field: str = knob(
        "id", "Field or column that names a document; where it is absent, the line or row number does."
    )
    title_field: str = knob("title", "Field or column that holds the title, if there is one.")
    lang: str = knob(
        "auto",
        "Language of the corpus as a code (en, zh, ...); auto tells it by document.",
    )
    splitter: str = knob(
        "rules",
        "How text becomes sentences: by rules; one sentence a line (lines), as in the original BERT script's input; or by the "
        "library sentencex (extra sentencex).",
        choices=("rules", "lines", "sentencex"),
    )
    abbreviations: str | None = knob(
        None,
        "File with abbreviations after which no sentence ends, apart by white space, # for comments; "
        "in place of the lists for known languages.",
        unit="file",
    )
    validation_share: float = knob(
        0.02, "Share of the documents kept apart for validation.", minimum=0.0, maximum=0.5, source="architecture"
    )
    partitions: int | None = knob(
        None, "Number of training partitions [default: from the size of the input].", minimum=1, maximum=4096
    )
    limit: int | None = knob(None, "Read only the first so many documents.", minimum=1)
    min_document_chars: int = knob(0, "Leave out documents shorter than this.", minimum=0, unit="characters")
    max_document_chars: int = knob(2_000_000, "Cut longer documents into several.", minimum=1000, unit="characters")
    max_sentence_chars: int = knob(10_000, "Leave out sentences longer than this.", minimum=10, unit="characters")
    unicode_nfc: bool = knob(
        True, "Bring text into Unicode's composed form (NFC).", option="--unicode-nfc/--keep-unicode"
    )
    drop_control: bool = knob(True, "Leave out control characters.", option="--drop-control/--keep-control")
    join_blanks: bool = knob(
        True, "Make one space of tabs, odd spaces and runs of them.", option="--join-blanks/--keep-blanks"
    )
    drop_symbols: bool = knob(True, "Leave out sentences without a letter.", option="--drop-symbols/--keep-symbols")
    keep_duplicates: bool = knob(
        False, "Keep documents whose cleaned text is the same.", option="--keep-duplicates/--drop-duplicates"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lang != "auto" and not LANGUAGE.fullmatch(self.lang):  # it names a file of abbreviations, too
            raise UsageError(
                f"--lang is {reprlib.repr(self.lang)}; it must be auto, or the code of a language in two or three small "
                "letters, such as en, de or zh"
            )
        if self.abbreviations is not None and self.splitter != "rules":
            raise UsageError(
                f"--abbreviations has no part in --splitter {self.splitter}; leave it out, or say --splitter rules"
            )


@dataclasses.dataclass(frozen=True)
class VocabSettings(Settings):
    """Sentences -> a WordPiece vocabulary. Draws nothing at random."""

    size: int = knob(
        30522,
        "Entries in the vocabulary, special tokens included.",
        minimum=100,
        maximum=1_000_000,
        source="Devlin et al. 2019, section 3",
    )
    lowercase: bool = knob(True, "Lower-case the text, as the uncased models do.", option="--lowercase/--cased")
    strip_accents: bool | None = knob(
        None,
        "Remove combining marks [default: as --lowercase, like the original].",
        option="--strip-accents/--keep-accents",
    )
    min_frequency: int = knob(2, "Merge two pieces only if they occur together at least this often.", minimum=1)
    unused: int = knob(0, "Keep so many [unusedN] entries free for later.", minimum=0, maximum=10_000)


@dataclasses.dataclass(frozen=True)
class PairSettings(Settings):
    """Sentences and a vocabulary -> sentence pairs."""

    max_length: int = knob(
        128,
        "Longest row, its three special tokens included.",
        minimum=16,
        maximum=8192,
        unit="tokens",
        source="Devlin et al. 2019, A.2",
    )
    pairing: str = knob(
        "matched",
        "How pairs are made: matched (exactly half random, lengths matched), original (the BERT release), "
        "sentence (single neighbouring sentences), order (ALBERT: half swapped), none (no second part).",
        choices=("matched", "original", "sentence", "order", "none"),
    )
    short_probability: float = knob(
        0.1,
        "How often a shorter length is aimed at.",
        minimum=0.0,
        maximum=1.0,
        source="create_pretraining_data.py, short_seq_prob",
    )
    passes: int = knob(
        1,
        "Go over the text so many times, cut and paired differently each time.",
        minimum=1,
        maximum=1000,
        source="dupe_factor",
    )
    seed: int = knob(0, "Another seed, other pairs.", minimum=0, maximum=2**63 - 1)


@dataclasses.dataclass(frozen=True)
class MaskSettings(Settings):
    """Pairs -> masked examples in shards of equal size."""

    mask_prob: float = knob(
        0.15,
        "Share of the ordinary tokens that the model must predict.",
        minimum=0.0,
        maximum=0.95,
        source="Devlin et al. 2019, section 3.1",
    )
    mask_replace_prob: float = knob(
        0.8,
        "Share of the chosen tokens that become [MASK].",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, section 3.1",
    )
    random_replace_prob: float = knob(
        0.1,
        "Share of the chosen tokens that become a random token; the rest stays.",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, section 3.1",
    )
    max_predictions: int | None = knob(
        None, "At most so many predictions a row [default: no limit].", minimum=1, source="max_predictions_per_seq"
    )
    strategy: str = knob(
        "token",
        "What is chosen together: token, single ones; whole-word, all pieces of a word; whole-word-zh, Chinese words "
        "too, found by a segmenter (extra zh); span, up to 10 neighbouring words (SpanBERT).",
        choices=("token", "whole-word", "whole-word-zh", "span"),
    )
    copies: int = knob(
        1, "Mask everything so many times, independently.", minimum=1, maximum=1000, source="dupe_factor"
    )
    shards: int | None = knob(
        None, "Number of training shards a copy [default: as many as there are pair files].", minimum=1, maximum=65536
    )
    compression: str = knob(
        "none",
        "Compress the shards: zstd takes a third off, lz4 an eighth. Readers cannot map them then: what is open is in memory.",
        choices=("none", "zstd", "lz4"),
    )
    seed: int = knob(0, "Another seed, other masks.", minimum=0, maximum=2**63 - 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mask_replace_prob + self.random_replace_prob > 1:
            raise UsageError(
                f"--mask-replace-prob {self.mask_replace_prob} and --random-replace-prob {self.random_replace_prob} "
                "add up to more than 1"
            )


@dataclasses.dataclass(frozen=True)
class TrainSettings(Settings):
    """Masked shards -> a trained BERT. The defaults suit a laptop; --model base --batch-size 256 is the paper's size."""

    model: str = knob(
        "tiny",
        "Size of the model: layers/hidden 2/128, 4/256, 4/512, 8/512, 12/768, 24/1024.",
        choices=("tiny", "mini", "small", "medium", "base", "large"),
        source="Turc et al. 2019; Devlin et al. 2019",
    )
    model_config: Mapping[str, Any] | None = knob(
        None,
        "Any other shape: a Hugging Face config.json, in place of --model; what it leaves out is BERT-base.",
        unit="config.json",
    )
    batch_size: int = knob(
        64, "Rows an update, over all processes and accumulated parts (the paper: 256).", minimum=1, unit="rows"
    )
    epochs: float = knob(3.0, "Times to go over the data (the paper: about 40).", minimum=0.001, maximum=1e6)
    steps: int | None = knob(None, "Updates to make, instead of --epochs.", minimum=1)
    learning_rate: float | None = knob(
        None,
        "Highest learning rate [default: by size, 2e-3 for tiny down to the paper's 1e-4 for base and large].",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, A.2 (1e-4)",
    )
    warmup_share: float = knob(
        0.05,
        "Share of the steps in which the rate rises; then it falls to zero in a line (the paper: 0.01 of a million).",
        minimum=0.0,
        maximum=1.0,
        source="Liu et al. 2019, table 9 (24,000 of 500,000)",
    )
    weight_decay: float = knob(
        0.01, "Decay of all weights but biases and norms.", minimum=0.0, maximum=1.0, source="Devlin et al. 2019, A.2"
    )
    clip: float = knob(
        1.0, "Gradients longer than this are shortened to it.", minimum=0.0, source="the BERT release, optimization.py"
    )
    dropout: float | None = knob(
        None,
        "Dropout, attention included [default: that of --init-from or --model-config, else 0.1].",
        minimum=0.0,
        maximum=0.9,
        source="Devlin et al. 2019, A.2",
    )
    gradient_accumulation: int = knob(
        1, "Cut each batch into so many parts, one after the other, to save memory.", minimum=1
    )
    gradient_checkpointing: bool = knob(
        False,
        "Keep only the input of each layer and compute the rest again for the gradients: less memory, a third more work.",
        option="--gradient-checkpointing/--no-gradient-checkpointing",
        source="Chen et al. 2016",
    )
    compile: bool = knob(
        False,
        "Compile the parts of the model that take each token by itself (torch.compile; needs a C++ compiler, or Triton "
        "on a GPU).",
        option="--compile/--no-compile",
    )
    dynamic: bool = knob(
        False,
        "Mask anew in every epoch while reading.",
        option="--dynamic/--static",
        source="Liu et al. 2019, section 4.1",
    )
    seed: int = knob(
        0, "Another seed: other first weights, order, dropout and dynamic masks.", minimum=0, maximum=2**63 - 1
    )
    device: str = knob("auto", "Where to compute; auto takes a GPU if there is one.", choices=("auto", "cpu", "cuda"))
    precision: str = knob(
        "auto", "Of the matrix products; auto is bf16 on a GPU that has it.", choices=("auto", "float32", "bf16")
    )
    eval_every: int | None = knob(
        None, "Measure the validation loss every so many steps [default: at the end].", minimum=1, unit="steps"
    )
    save_every: int = knob(500, "Save the training state every so many steps.", minimum=1, unit="steps")
    log_every: int = knob(10, "A line in metrics.jsonl, the mean of so many steps.", minimum=1, unit="steps")
    keep: int = knob(2, "Saved training states to keep.", minimum=1)
    max_minutes: float | None = knob(
        None, "Save and end after this long; --resume goes on.", minimum=0.0, unit="minutes"
    )
    tensorboard: bool = knob(
        False,
        "Write the figures of metrics.jsonl for TensorBoard too, into MODEL/tensorboard (extra tensorboard).",
        option="--tensorboard/--no-tensorboard",
    )
    threads: int | None = knob(None, "Threads of the CPU to compute with [default: PyTorch's choice].", minimum=1)


# the settings that a folder of each stage was made with
STAGES: dict[str, type[Settings]] = {
    "segment": SegmentSettings,
    "train-vocab": VocabSettings,
    "build-pairs": PairSettings,
    "mask": MaskSettings,
    "train": TrainSettings,
}
