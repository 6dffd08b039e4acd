"""Detects the language of each text by script, function words and n-grams; `und` if these do not decide.

    script    decides if it is used by one language alone, or mostly
    words     decide if a text has many function words of one language and few of any other, as ordinary prose does
    n-grams   else decide, if the text is typical of their language (see `ngrams.py`), unless the words of another
              language contradict them
    letters   rule out a language if many letters are not in its alphabet, in favour of one that has them all

                                   words                    n-grams              result
    ordinary English prose         en 0.5, clear            not used             en
    a sentence of Finnish          fi 0.2, few              fi, typical          fi
    Cebuano                        ceb 0.5, tl 0.3          tl, not typical      ceb    not a language of the model
    Scots                          en 0.34, sco 0.27        en, not typical      und    neither is sure

Reads only a bounded prefix of each text, and does not depend on other texts of the column. The language selects rules and
lists for sentence splitting, and random pairs stay within a language; a user who knows the language should give it.
`docs/decisions/0009-languages-by-words-and-n-grams.md` has the accuracy, and how the thresholds below were found.

Axes: N texts, P code points of all texts, S scripts, L languages of one script.
"""

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..languages import codes, load
from ..languages.scripts import SCRIPTS
from . import ngrams
from .function_words import KnownWordCounts, languages_of
from .ngram_model import model

PREFIX_CHARACTERS = 1000  # about 160 English words, of which about 70 are function words
UNKNOWN = "und"
KANA_SHARE = 10  # Japanese mixes kana with Han; a tenth of kana is far more than Chinese text quotes

# thresholds for words: their number, share of all words, weighted share, and ratio to the second language's weight
CLEAR = (8, 0.3, 0.1, 2.3)  # decides without n-grams
LEADING = (2, 0.25, 0.05, 1.35)  # decides if the model does not know the language, or names the same
HEAVY = (2, 0, 0.1, 1.35)  # likewise, with few words that no other language has
# likewise, if the model does not know the language and the text is nearly typical of a related one: Swazi, of Zulu
RELATED, RELATED_TYPICAL = (3, 0.08, 0.045, 1.35), -0.6
# evidence against the n-grams' language: a language that the model does not know has at least RIVAL_WORDS words, more words
# and RIVAL_MARGIN times its weight; or a text of at least MANY_WORDS words has hardly any of its words
RIVAL_WORDS, RIVAL_MARGIN = 3, 1.1
MANY_WORDS, FEWEST_SHARE = 50, 0.03
# n-grams decide if the model is at least this sure and the text at least this typical
SURE, TYPICAL = 0.4, -0.2
# thresholds if the words agree; names have more influence in a short text
AGREEING_SHARE, AGREEING_SURE, AGREEING_TYPICAL, AGREEING_SHORT = 0.14, 0.3, -0.4, -0.8
# thresholds if the words weigh at least twice as much as any other language's: news, full of foreign names, is less typical
DOMINANT, DOMINANT_SURE, DOMINANT_TYPICAL = (4, 0.04, 0.03, 2), 0.9, -0.5
LEAST_TYPICAL = -1.1  # if words lead and n-grams only have to agree
MOST_FOREIGN = 0.02  # of a text's letters


def detect(texts: pa.Array) -> pa.Array:
    """The language code of each text, or `und`; never null."""
    prefixes = pc.utf8_slice_codeunits(pc.fill_null(texts, ""), 0, PREFIX_CHARACTERS)
    points_P, row_P = code_points(prefixes)
    scripts_P = script_table().take(points_P)
    script_N = main_script(scripts_P, row_P, len(prefixes))
    codes_N = np.array([script.language or UNKNOWN for script in SCRIPTS.values()] + [UNKNOWN], object)[script_N]
    for number, script in enumerate(SCRIPTS):
        members = np.flatnonzero(script_N == number)
        if len(members) and len(languages_of(script)) > 1:
            codes_N[members] = by_words_and_ngrams(prefixes.take(pa.array(members)), script)
    own_P = scripts_P == script_N[row_P]
    return pa.array(by_letters(points_P[own_P], row_P[own_P], script_N, codes_N), pa.string())


def main_script(scripts_P: np.ndarray, row_P: np.ndarray, count: int) -> np.ndarray:
    """The index in SCRIPTS of each text's most frequent script; len(SCRIPTS) for a text without letters."""
    width = len(SCRIPTS) + 1
    counts_NS = np.bincount(row_P * width + scripts_P, minlength=count * width).reshape(count, width)[:, :-1]
    script_N = counts_NS.argmax(axis=1)
    script_N[counts_NS.max(axis=1, initial=0) == 0] = len(SCRIPTS)
    han, kana = list(SCRIPTS).index("han"), list(SCRIPTS).index("kana")
    is_japanese_N = (counts_NS[:, kana] > 0) & (counts_NS[:, kana] * KANA_SHARE >= counts_NS[:, han])
    script_N[(script_N == han) & is_japanese_N] = kana
    return script_N


def code_points(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The code points of all texts, and the row number of the text that each belongs to."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    joined = pc.binary_join(whole, "")[0].as_py() or ""
    row = np.repeat(np.arange(len(texts)), pc.utf8_length(texts).to_numpy(zero_copy_only=False))
    return np.frombuffer(joined.encode("utf-32-le"), np.uint32), row


@functools.cache
def script_table() -> np.ndarray:
    """The index in SCRIPTS of every code point's script, or len(SCRIPTS), uint8 [0x110000]."""
    table = np.full(0x110000, len(SCRIPTS), np.uint8)
    for number, script in enumerate(SCRIPTS.values()):
        for first, last in script.ranges:
            table[first : last + 1] = number
    return table


def by_words_and_ngrams(texts: pa.Array, script: str) -> np.ndarray:
    """The language of texts in a script that several languages share, object [N]."""
    counts = KnownWordCounts.of(texts, script)
    codes_N = np.where(counts.lead(*CLEAR), counts.best_codes, UNKNOWN)
    rest = np.flatnonzero(codes_N == UNKNOWN)
    if len(rest):
        codes_N[rest] = weighed(counts.rows(rest), *ngrams.classify(texts.take(pa.array(rest))))
    return codes_N


def weighed(counts: KnownWordCounts, named_N: np.ndarray, sure_N: np.ndarray, typical_N: np.ndarray) -> np.ndarray:
    """The language of texts for which words alone do not decide, by words and n-grams, object [N]."""
    number = {code: place for place, code in enumerate(counts.languages)}
    listed_N = np.array([number.get(code, -1) for code in named_N], np.int64)
    rows = np.arange(len(listed_N))
    known_N, weight_N = (
        np.where(listed_N < 0, 0, of_NL[rows, listed_N]) for of_NL in (counts.known_NL, counts.weight_NL)
    )
    in_model_L = np.isin(np.array(counts.languages), model().codes_L.astype(str))

    rivals_NL = ~in_model_L & (counts.known_NL >= RIVAL_WORDS) & (counts.known_NL > known_N[:, None])
    against_N = (np.where(rivals_NL, counts.weight_NL, 0) > RIVAL_MARGIN * weight_N[:, None]).any(axis=1)
    against_N |= (counts.words_N >= MANY_WORDS) & (known_N < FEWEST_SHARE * counts.words_N)

    best_weight_N = counts.weight_NL[rows, counts.best]
    agree_N = (known_N >= AGREEING_SHARE * counts.words_N) & (weight_N >= best_weight_N)
    agreeing_typical_N = np.where(counts.words_N < MANY_WORDS, AGREEING_SHORT, AGREEING_TYPICAL)
    is_sure_N = sure_N >= np.where(agree_N, AGREEING_SURE, SURE)
    is_typical_N = typical_N >= np.where(agree_N, agreeing_typical_N, TYPICAL)
    dominant_N = counts.lead(*DOMINANT) & (counts.best_codes == named_N)
    dominant_N &= (sure_N >= DOMINANT_SURE) & (typical_N >= DOMINANT_TYPICAL)
    ngrams_tell_N = ((is_sure_N & is_typical_N) | dominant_N) & ~(against_N & (listed_N >= 0))

    # the model names the languages that it knows
    possible_N = ~in_model_L[counts.best] | ((counts.best_codes == named_N) & (typical_N >= LEAST_TYPICAL))
    related_N = counts.lead(*RELATED) & (typical_N >= RELATED_TYPICAL) & ~in_model_L[counts.best]
    words_tell_N = (counts.lead(*LEADING) | counts.lead(*HEAVY) | related_N) & possible_N
    return np.where(ngrams_tell_N, named_N, np.where(words_tell_N, counts.best_codes, UNKNOWN))


def by_letters(points: np.ndarray, row: np.ndarray, script_N: np.ndarray, codes_N: np.ndarray) -> np.ndarray:
    """Correct languages by the letters of their script: a text with the letters of another language is in that one.

    Burmese, Shan and Mon share a script, and each has letters that the other two lack.
    """
    strange_N = has_foreign_letters(points, row, codes_N)
    codes_N = np.where(strange_N, UNKNOWN, codes_N)
    for number in np.unique(script_N[strange_N]).tolist():
        of_script_N = strange_N & (script_N == number)
        for code in languages_by_letters(list(SCRIPTS)[number]):
            strange_to_it_N = has_foreign_letters(points, row, np.where(of_script_N, code, UNKNOWN))
            codes_N[of_script_N & ~strange_to_it_N] = code
    return codes_N


@functools.cache
def languages_by_letters(script: str) -> tuple[str, ...]:
    """The languages of a script for which letters are listed, and no words."""
    found = ((code, load(code)) for code in codes())
    return tuple(
        code for code, known in found if script in known.scripts and known.letters and not known.function_words
    )


def has_foreign_letters(points: np.ndarray, row: np.ndarray, codes_N: np.ndarray) -> np.ndarray:
    """Which texts have many letters of their script that their language does not use; `points` are letters only."""
    result = np.zeros(len(codes_N), bool)
    total_N = np.bincount(row, minlength=len(codes_N))
    for code in set(codes_N.tolist()):
        if letters := load(code).letters:
            own = np.array(sorted({ord(letter) for letter in letters + letters.upper()}), np.uint32)
            of_code = codes_N == code
            strange = of_code[row] & ~np.isin(points, own)
            result |= np.bincount(row[strange], minlength=len(codes_N)) > MOST_FOREIGN * np.maximum(total_N, 1)
    return result
