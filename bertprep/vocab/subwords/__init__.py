"""Train vocabularies of models other than WordPiece from counted words: the table of models.

    bpe         characters, repeatedly merging the most frequent pair             XLM, Llama 2
    byte-bpe    the same over the bytes of UTF-8, so that nothing is unknown      RoBERTa, ModernBERT
    unigram     the pieces with which the text is most probable                   ALBERT, XLM-R, DeBERTa v3

In: words with their counts, split by `preparation`. Out: the files of a tokenizer that `tokenizers` and `transformers` read.
Uses no random numbers; equal counts give equal bytes.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from ...core.errors import InputError, UsageError
from ..settings import VocabSettings
from ..training import HARMS, WORD_COUNTS, head_of
from . import bpe, unigram
from .files import written
from .preparation import BYTES, METASPACE, Preparation, count_words


class Model(NamedTuple):
    """How a model prepares text, and `learn`: (counts, head, settings) -> tokens, and the model's part of tokenizer.json."""

    preparation: Preparation
    learn: Callable[[pa.Table, list[str], VocabSettings], tuple[list[str], dict[str, Any]]]


MODELS: Mapping[str, Model] = {
    "bpe": Model(METASPACE, bpe.learn_characters),
    "byte-bpe": Model(BYTES, bpe.learn_bytes),
    "unigram": Model(METASPACE, unigram.learn),
}


def count(texts: pa.Array | pa.ChunkedArray, settings: VocabSettings) -> tuple[pa.Table, dict[str, int]]:
    """Words as the model sees them, sorted, with their counts; and counters of letters changed by stripping accents."""
    words, counts, harmed = count_words(texts, MODELS[settings.model].preparation, settings)
    table = pa.table([pa.array(words, pa.string()), counts], schema=WORD_COUNTS).sort_by("word")
    return table, {
        **dict(zip(HARMS, harmed.tolist(), strict=True)),
        "letters_taken_apart": 0,
    }  # they are composed again


def train(word_counts: pa.Table, settings: VocabSettings) -> tuple[dict[str, bytes], int]:
    """The files of a tokenizer, and its number of entries; the same for equal counts and settings, in any process."""
    model = MODELS[settings.model]
    head = head_of(settings)
    if not word_counts.num_rows:
        raise InputError("the sentences contain no words; look at them with: bertprep inspect")
    least = len(head) + model.preparation.least
    if settings.size <= least:
        raise UsageError(
            f"--size {settings.size}: leaves no room for pieces besides {least} special, unused and first entries"
        )
    tokens, described = model.learn(word_counts, head, settings)
    return written(tokens, described, model.preparation, settings), len(tokens)
