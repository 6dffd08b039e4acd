"""Rows and a vocabulary for the tests of masking."""

import functools

import numpy as np
from hypothesis import strategies as st

from bertprep.core.ragged import offsets_of
from bertprep.shards.mask import mask_rows
from bertprep.shards.settings import MaskSettings
from bertprep.vocab.vocabulary import Vocabulary

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused0]", "[unused1]"]
CHINESE = "我来到北京清华大学他在网易杭研厦中国人民"
PAD, UNK, CLS, SEP, MASK = range(5)


@functools.lru_cache
def vocabulary(size: int = 300) -> Vocabulary:
    """Special tokens, Chinese characters, then alternating words and pieces of words."""
    words = [f"w{number}" if number % 2 else f"##p{number}" for number in range(size - len(SPECIAL) - len(CHINESE))]
    return Vocabulary([*SPECIAL, *CHINESE, *words])


def row_of(draw: np.random.Generator, length_a: int, length_b: int, words: Vocabulary) -> list[int]:
    """[CLS] A [SEP] B [SEP] of random tokens, one in 20 of them [UNK] or [unused1]."""
    ids = draw.choice(words.ordinary_ids, length_a + length_b)
    ids = np.where(draw.random(len(ids)) < 0.05, draw.choice([UNK, 6], len(ids)), ids).tolist()
    return [CLS, *ids[:length_a], SEP, *ids[length_a:], *([SEP] if length_b else [])]


def random_rows(count: int, longest: int = 60, seed: int = 0, words: Vocabulary | None = None) -> list[list[int]]:
    """Rows of unequal lengths."""
    draw = np.random.default_rng(seed)
    return [row_of(draw, *draw.integers(1, longest, 2).tolist(), words or vocabulary()) for _ in range(count)]


DEFAULTS = MaskSettings()


def masked(rows, settings=DEFAULTS, pairs=None, copy=0, words=None):
    """Mask rows given as lists; per row the masked row, the positions and the true ids there, as lists."""
    words = words or vocabulary()
    offsets = offsets_of(np.array([len(row) for row in rows], np.int64))
    flat = np.array([token for row in rows for token in row], words.dtype)
    numbers = np.arange(len(rows)) if pairs is None else np.array(pairs)
    done = mask_rows(flat, offsets, numbers.astype(np.uint64), settings, words, copy)
    bounds = done.mask_offsets_N1
    return [
        (
            done.ids_T[offsets[n] : offsets[n + 1]].tolist(),
            done.positions_P[bounds[n] : bounds[n + 1]].tolist(),
            done.true_ids_P[bounds[n] : bounds[n + 1]].tolist(),
        )
        for n in range(len(rows))
    ]


# rows of arbitrary tokens: without special tokens, of special tokens only, or empty
any_rows = st.lists(
    st.lists(st.one_of(st.integers(0, vocabulary().size - 1), st.sampled_from([UNK, SEP])), max_size=50), max_size=8
)
