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
import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .ngram_model import model

CHARACTERS = 400  # read from the start of a text
TEXTS_AT_ONCE = 512  # their scores stay in cache


def classify(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The most likely language of each text: its code, object, and `sure` and `typical`, float; all [N]."""
    prefixes = prepared(texts)
    sizes_N = pc.binary_length(prefixes).to_numpy(zero_copy_only=False)
    text_E, ngram_E, count_E = entries(prefixes, sizes_N)
    codes_N, sure_N = np.full(len(texts), "und", object), np.zeros(len(texts))
    typical_N = np.full(len(texts), -np.inf)
    first_N = np.flatnonzero(np.diff(text_E, prepend=-1))  # first entry of each text that has any
    lengths_N = np.diff(first_N, append=len(text_E))
    order = np.argsort(-lengths_N, kind="stable")
    for some in (order[at : at + TEXTS_AT_ONCE] for at in range(0, len(order), TEXTS_AT_ONCE)):
        of, first, lengths = text_E[first_N[some]], first_N[some], lengths_N[some]
        score_NL = scores(first, lengths, ngram_E, count_E, sizes_N[of])
        best_N = score_NL.argmax(axis=1)
        codes_N[of], sure_N[of] = model().codes_L[best_N], sure(score_NL, best_N)
        typical_N[of] = typical(first, lengths, ngram_E, count_E, best_N)
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


def scores(
    first_N: np.ndarray, lengths_N: np.ndarray, ngram_E: np.ndarray, count_E: np.ndarray, sizes_N: np.ndarray
) -> np.ndarray:
    """The score of each language, scaled to 1 for the best, for texts whose entries begin at `first_N`, most entries first.

    float32 [N, L]. Entries are added one by one for all texts that have them, so a text's sum does not depend on other texts.
    """
    known = model()
    score_NL = np.zeros((len(first_N), len(known.prior_L)), np.float32)
    logs_NL = np.empty_like(score_NL)
    reading = np.searchsorted(-lengths_N, -np.arange(lengths_N.max(initial=0)), side="left")
    for step, count in enumerate(reading.tolist()):
        entry_N = first_N[:count] + step
        weighed_NL = known.logs_FL.take(ngram_E[entry_N], axis=0, out=logs_NL[:count], mode="clip")
        weighed_NL *= log1p_table().take(count_E[entry_N])[:, None]
        score_NL[:count] += weighed_NL
    score_NL += known.prior_L
    score_NL *= (1 / np.sqrt(sizes_N)).astype(np.float32)[:, None]  # calibration of the model
    return np.exp(score_NL - score_NL.max(axis=1, keepdims=True))


def sure(score_NL: np.ndarray, best_N: np.ndarray) -> np.ndarray:
    """The share of the best language, under all of its names, in the scores, float [N]."""
    padded_NL = np.pad(score_NL, ((0, 0), (0, 1)))
    of_best_N = padded_NL[np.arange(len(best_N))[:, None], same_code()[best_N]].sum(axis=1)
    return of_best_N / score_NL.sum(axis=1)


def typical(
    first_N: np.ndarray, lengths_N: np.ndarray, ngram_E: np.ndarray, count_E: np.ndarray, best_N: np.ndarray
) -> np.ndarray:
    """The mean log probability of texts' n-grams in their best languages, minus the average for those languages, float [N]."""
    known = model()
    text_E = np.repeat(np.arange(len(first_N)), lengths_N)
    entry_E = np.arange(len(text_E)) + np.repeat(first_N - np.cumsum(lengths_N) + lengths_N, lengths_N)
    counts_E = count_E[entry_E]
    logs_E = known.logs_FL[ngram_E[entry_E], best_N[text_E]].astype(float) * counts_E
    return np.bincount(text_E, logs_E) / np.bincount(text_E, counts_E) - known.average_L[best_N]


@functools.cache
def same_code() -> np.ndarray:
    """For each language of the model, all languages with the same code, padded with an index beyond the last."""
    codes_L = model().codes_L
    same = [np.flatnonzero(codes_L == code) for code in codes_L]
    most = max(map(len, same))
    return np.array([[*each, *[len(codes_L)] * (most - len(each))] for each in same])


@functools.cache
def log1p_table() -> np.ndarray:
    """log(1 + n), the same on every machine, float32; a character has up to 4 bytes."""
    return np.array([math.log1p(count) for count in range(CHARACTERS * 4 + 1)], np.float32)
