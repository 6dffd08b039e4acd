"""Documents without at least two different stop words of their language.

For English these are the eight published words, for other languages the function words of `languages`. Documents in a
language without such a list, or in a script without spaces between words, are not judged; they are counted.
"""

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...languages import load
from ..settings import CleanSettings
from ..text import Text

FEWEST = 2
ENGLISH = "the be to of and that have with"


@functools.cache
def stop_words(language: str) -> tuple[str, ...]:
    """The stop words of a language; empty if it has no list."""
    if language == "en":
        return tuple(ENGLISH.split())
    data = load(language)
    return tuple(data.function_words.split()) if data.spaces else ()


@functools.cache
def stop_word_hashes(language: str) -> np.ndarray:
    """The sorted hashes of a language's stop words."""
    words = pa.array(stop_words(language), pa.string())
    text = Text(words, np.array([0, len(words)]), pa.array([language]))
    single = text.words == 1  # an entry that is split into several words here can never match
    return np.sort(text.word_hashes[text.word_bounds[:-1][single]])


def without_list(languages: pa.ChunkedArray) -> int:
    """The number of documents whose language has no list."""
    counts = pc.value_counts(languages.combine_chunks())
    return sum(each["counts"].as_py() for each in counts if not stop_words(each["values"].as_py()))


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    result = np.zeros(len(text.sentence_counts), bool)
    codes = np.array(text.languages.to_pylist(), object)
    for language in sorted(set(codes.tolist())):
        known = stop_word_hashes(language)
        if len(known):
            result |= (codes == language) & (_different(text, codes == language, known) < FEWEST)
    return result


def _different(text: Text, wanted_D: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The number of different known words in each of the wanted documents, int64 [D]."""
    words = np.flatnonzero(np.repeat(wanted_D, text.document_words))
    place = np.minimum(np.searchsorted(known, text.word_hashes[words]), len(known) - 1)
    found = known[place] == text.word_hashes[words]
    document = np.repeat(np.arange(len(wanted_D)), text.document_words)[words[found]]
    pairs = np.unique(document * len(known) + place[found])
    return np.bincount(pairs // len(known), minlength=len(wanted_D))
