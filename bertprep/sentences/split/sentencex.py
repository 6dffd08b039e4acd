"""Sentence splitting by the library sentencex (the optional extra `sentencex`), for languages that it supports better.

It gets one line at a time: on a whole text it takes more than linear time, and a line end ends a sentence here with any
splitter. It returns all of the line in pieces, so sentences are stripped pieces of the text. It splits languages that it
does not know by general rules, and has its own lists of abbreviations.
"""

from collections.abc import Callable

import pyarrow as pa

from ...core.errors import missing_extra


def load_segment() -> Callable[[str, str], list[str]]:
    """`sentencex.segment`, which takes a language code and a text; `UsageError` if it is not installed."""
    try:
        import sentencex
    except ImportError:
        raise missing_extra("sentencex", "sentencex") from None
    return sentencex.segment


def split_sentencex(texts: pa.Array, languages: pa.Array) -> pa.ListArray:
    """The sentences of each text, in order, stripped and never empty; a null text gives null."""
    segment = load_segment()
    lists = [
        None if text is None else line_sentences(segment, code or "en", text)
        for text, code in zip(texts.to_pylist(), languages.to_pylist(), strict=True)
    ]
    return pa.array(lists, pa.list_(pa.string()))


def line_sentences(segment: Callable[[str, str], list[str]], language: str, text: str) -> list[str]:
    """The sentences of one text."""
    language = "en" if language == "und" else language
    pieces = [piece.strip() for line in text.split("\n") if line.strip() for piece in segment(language, line)]
    return [piece for piece in pieces if piece]
