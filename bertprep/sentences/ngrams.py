"""The language of texts by byte n-grams, for whole columns at once, and how typical the text is of that language.

The model is that of py3langid: naive Bayes over 100,000 n-grams, 140 languages, in a file of 4.6 MB that comes with the package.
It names one of its languages for any text, so two more numbers are computed:

    sure      the model's probability of the language, among those that it knows
    typical   mean log probability of the text's n-grams in the language, minus the average for the language's own text

                                                       named  sure  typical
    "Kissa istui matolla, koska se oli väsynyt."         fi     1.0    0.3     correct: Finnish
    "E pushi a sinta riba e tapeta, pasobra e ..."       bcl    0.1   -1.7     Papiamento, which the model does not know

Text in a language is typical of it at about 0.3 whatever its length; text in a language that the model does not know is
mostly below -0.5.

Axes: N texts, F n-grams, L languages of the model, E (text, n-gram) entries.
"""

import functools
import itertools
import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .ngram_model import model

CHARACTERS = 400  # read from the start of a text


def classify(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The most likely language of each text: its code, object, and `sure` and `typical`, float; all [N]."""
    prefixes = prepared(texts)
    sizes_N = pc.binary_length(prefixes).to_numpy(zero_copy_only=False)
    text_E, ngram_E, count_E = entries(prefixes, sizes_N)
    codes_N, sure_N = np.full(len(texts), "und", object), np.zeros(len(texts))
    typical_N = np.full(len(texts), -np.inf)
    bounds = np.flatnonzero(np.diff(text_E, prepend=-1, append=-2)).tolist()
    for start, stop in itertools.pairwise(bounds):  # one text at a time is fastest: the data stay in the cache
        of = text_E[start]
        codes_N[of], sure_N[of], typical_N[of] = score(ngram_E[start:stop], count_E[start:stop], sizes_N[of])
    return codes_N, sure_N, typical_N


def prepared(texts: pa.Array) -> pa.Array:
    """The beginnings of the texts as in the model's training: NFC, and in lower case if they are all capitals."""
    texts = pc.utf8_normalize(pc.utf8_slice_codeunits(texts, 0, CHARACTERS), form="NFC")
    return pc.if_else(pc.utf8_is_upper(texts), pc.utf8_lower(texts), texts)


def entries(prefixes: pa.Array, sizes_N: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The n-grams in each text: text numbers, n-grams and counts, sorted by text; all [E].

    All texts are read in parallel, the longest first, so that those that have ended are at the end.
    """
    automaton = model()
    bytes_B = np.frombuffer(joined(prefixes), np.uint8)
    starts_N = np.cumsum(sizes_N) - sizes_N
    order = np.argsort(-sizes_N, kind="stable")
    reading = np.searchsorted(-sizes_N[order], -np.arange(sizes_N.max(initial=0)), side="left")
    state = np.zeros(len(order), np.int64)
    found = [np.zeros(0, np.int64)]
    for step, count in enumerate(reading.tolist()):
        bytes_N = bytes_B[starts_N[order[:count]] + step]
        state = automaton.next[automaton.row[state[:count]] + bytes_N].astype(np.int64)
        ngrams = automaton.ngram[state]
        hit = np.flatnonzero(ngrams >= 0)
        found.append(order[hit] * len(automaton.logs_FL) + ngrams[hit])
    keys, counts = np.unique(np.concatenate(found), return_counts=True)
    numbers, ngrams = np.divmod(keys, len(automaton.logs_FL))
    return numbers, ngrams, counts


def joined(texts: pa.Array) -> bytes:
    """The concatenated bytes of all texts."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    return bytes(pc.binary_join(whole, "")[0].as_buffer()) if len(texts) else b""


def score(ngram_E: np.ndarray, count_E: np.ndarray, size: int) -> tuple[str, float, float]:
    """Code, `sure` and `typical` of one text from its entries."""
    known = model()
    logs_EL = known.logs_FL.take(ngram_E, axis=0)
    score_L = np.einsum("e,el->l", log1p_table().take(count_E), logs_EL) + known.prior_L
    score_L *= 1 / math.sqrt(size)  # calibration of the model
    score_L = np.exp(score_L - score_L.max())
    best = int(score_L.argmax())
    code = known.codes_L[best]
    typical = float(logs_EL[:, best] @ count_E) / int(count_E.sum()) - float(known.average_L[best])
    return code, float(score_L[known.codes_L == code].sum() / score_L.sum()), typical


@functools.cache
def log1p_table() -> np.ndarray:
    """log(1 + n), the same on every machine, float32; a character has up to 4 bytes."""
    return np.array([math.log1p(count) for count in range(CHARACTERS * 4 + 1)], np.float32)
