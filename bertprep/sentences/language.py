"""The language of each text: by its script, and among languages of one script by their commonest words.

Looks at a bounded prefix of each text only. Light on purpose: it chooses rules and lists for splitting sentences and
keeps random pairs within a language; who knows the language should say so instead. Says `und` when it cannot tell.

Axes: N texts, B bytes of all prefixes, S scripts, W words of all prefixes, L languages.
"""

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..languages import codes, load
from ..languages.scripts import SCRIPTS

PREFIX_CHARACTERS = 1000  # about 160 words of English, of which some 60 are function words
UNKNOWN = "und"
TOLD_BY_WORDS = tuple(script for script in SCRIPTS if not SCRIPTS[script].language)


def detect(texts: pa.Array) -> pa.Array:
    """The ISO 639-1 code of each text's language, or `und`; never null."""
    prefixes = pc.utf8_slice_codeunits(pc.fill_null(texts, ""), 0, PREFIX_CHARACTERS)
    counts_NS = script_counts(prefixes)
    names = np.array([SCRIPTS[script].language or script for script in SCRIPTS] + [UNKNOWN], object)
    best_N = counts_NS[:, : len(SCRIPTS)].argmax(axis=1)
    best_N[counts_NS[:, : len(SCRIPTS)].max(axis=1, initial=0) == 0] = len(SCRIPTS)
    codes_N = names[best_N]
    position = {name: number for number, name in enumerate(SCRIPTS)}
    # Japanese mixes kana into Han; a tenth of kana is far above what Chinese quotes of it
    kana_N, han_N = counts_NS[:, position["kana"]], counts_NS[:, position["han"]]
    codes_N[(codes_N == "zh") & (kana_N * 10 >= han_N) & (kana_N > 0)] = "ja"
    arabic = codes_N == "ar"
    persian_N, urdu_N = counts_NS[:, -2], counts_NS[:, -1]
    codes_N[arabic & (persian_N * 50 > counts_NS[:, position["arabic"]])] = "fa"
    codes_N[arabic & (urdu_N * 50 > counts_NS[:, position["arabic"]])] = "ur"
    for script in TOLD_BY_WORDS:
        members = np.flatnonzero(codes_N == script)
        if len(members):
            codes_N[members] = by_words(prefixes.take(pa.array(members)), script)
    return pa.array(codes_N, pa.string())


@functools.cache
def script_table() -> np.ndarray:
    """Script of every code point by its number in SCRIPTS, then one for none, uint8 [0x110000]."""
    table = np.full(0x110000, len(SCRIPTS), np.uint8)
    for number, script in enumerate(SCRIPTS.values()):
        for first, last in script.ranges:
            table[first : last + 1] = number
    return table


def script_counts(prefixes: pa.Array) -> np.ndarray:
    """Characters of each script, int64 [N, S + 3]: of no script, of Persian and of Urdu only come last."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(prefixes)], pa.int32()), prefixes)
    joined = pc.binary_join(whole, "")[0].as_py() or ""
    points = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    scripts = script_table()[points].astype(np.int64)
    width, arabic = len(SCRIPTS) + 3, list(SCRIPTS).index("arabic")
    for offset, letters in ((1, load("fa").letters), (2, load("ur").letters)):
        own = (
            np.isin(points, [ord(letter) for letter in letters])
            if (scripts == arabic).any()
            else np.zeros(len(points), bool)
        )
        scripts[own] = len(SCRIPTS) + offset
    row_N = np.repeat(np.arange(len(prefixes)), pc.utf8_length(prefixes).to_numpy(zero_copy_only=False))
    counts = np.bincount(row_N * width + scripts, minlength=len(prefixes) * width)
    return counts.reshape(len(prefixes), width)


@functools.cache
def languages_of(script: str) -> tuple[str, ...]:
    """The languages of a script that have function words."""
    return tuple(code for code in codes() if load(code).function_words and script in load(code).scripts)


@functools.cache
def word_weights(languages: tuple[str, ...]) -> tuple[pa.Array, np.ndarray]:
    """All function words of some languages, and 1 / number of languages that share it where one has it, [W, L]."""
    words_L = [frozenset(load(code).function_words.split()) for code in languages]
    words = sorted(frozenset().union(*words_L))
    has_WL = np.array([[word in own for own in words_L] for word in words], float)
    return pa.array(words), has_WL / has_WL.sum(axis=1, keepdims=True)


def by_words(prefixes: pa.Array, script: str) -> np.ndarray:
    """The language whose function words weigh most in each text, `und` without a clear one, object [N]."""
    words = pc.split_pattern_regex(pc.utf8_lower(prefixes), r"[\s,.;:!?\"()«»“”„]+")
    languages = languages_of(script)
    known, weights_WL = word_weights(languages)
    index = pc.index_in(words.flatten(), known).fill_null(len(known)).to_numpy(zero_copy_only=False)
    counts_N = pc.list_value_length(words).to_numpy(zero_copy_only=False)
    row = np.repeat(np.arange(len(prefixes)), counts_N)
    scores_NL = np.zeros((len(prefixes), len(languages)))
    padded_WL = np.concatenate([weights_WL, np.zeros((1, len(languages)))])
    for number, code in enumerate(languages):
        scores_NL[:, number] = np.bincount(row, padded_WL[index, number], minlength=len(prefixes))
        if letters := load(code).letters:  # each weighs a tenth of a word
            found = pc.count_substring_regex(prefixes, f"[{letters}{letters.upper()}]")
            scores_NL[:, number] += 0.1 * found.to_numpy(zero_copy_only=False)
    order_NL = np.sort(scores_NL, axis=1)
    clear_N = (order_NL[:, -1] >= 0.5) & (order_NL[:, -1] > 1.1 * order_NL[:, -2])
    codes_N = np.array(languages, object)[scores_NL.argmax(axis=1)]
    codes_N[~clear_N] = UNKNOWN
    return codes_N
