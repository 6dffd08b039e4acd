"""Add the space before sentences, for a tokenizer that distinguishes a word after a space from one at the start of a text.

Byte-level BPE without a prefix space (RoBERTa, GPT-2, ModernBERT) has two tokens for a word: `While` at the start of a text,
`ĠWhile` after a space. Sentences are encoded one by one, so each except the first of its document gets the space before it:

    The sea. While it rained.     The Ġsea .     ĠWhile Ġit Ġrained .

No space is added next to a Chinese or Japanese character, where none is written.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...core.ragged import offsets_of
from ...core.scripts import is_east_asian
from .tokenizer import Given

PROBES = ("a", "The", "x", "1", "(", "é")


def tells_spaces(given: Given) -> bool:
    """Whether a word has different ids after a space and at the start of a text, and the former in running text."""
    alone, after, behind = (given.encode_many([f"{before}{word}" for word in PROBES]) for before in ("", " ", "x "))
    [x] = given.encode_many(["x"])
    if not all(map(np.array_equal, behind, (np.concatenate([x, ids]) for ids in after))):
        return False
    return not all(map(np.array_equal, alone, after))


def in_running_text(lists: pa.ListArray) -> pa.Array:
    """All sentences of documents, with the space before those that have one."""
    texts = lists.flatten().cast(pa.large_string())
    spaced_N = np.ones(len(texts), bool)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    spaced_N[offsets_of(lengths)[:-1][lengths > 0]] = False
    first_N, last_N = (_may_be_spaced(pc.utf8_slice_codeunits(texts, *place)) for place in ((0, 1), (-1, None)))
    spaced_N &= first_N
    spaced_N[1:] &= last_N[:-1]
    space, nothing = (pa.scalar(text, pa.large_string()) for text in (" ", ""))
    return pc.if_else(pa.array(spaced_N), pc.binary_join_element_wise(space, texts, nothing), texts)


def _may_be_spaced(characters: pa.Array) -> np.ndarray:
    """Whether a space is written next to each character, bool [N]; false for white space and the empty string."""
    distinct = pc.fill_null(characters, "").dictionary_encode()
    spaced = [bool(each) and not each.isspace() and not is_east_asian(each) for each in distinct.dictionary.to_pylist()]
    return np.array(spaced, bool)[distinct.indices.to_numpy()]
