"""Segmenters: libraries that know the words of scripts without spaces, each an optional extra, imported only where it is used.

A language is an entry of `SEGMENTERS`, or of `WITHOUT` with the reason where no library can be used. Libraries count that are
maintained, free to use, built for pip, and bring their dictionary along. Each gives all of its text back, cut into words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ...core.caches import private_folders
from ...core.errors import missing_extra

Segment = Callable[[str], list[str]]


@dataclass(frozen=True)
class Segmenter:
    """A library for a language."""

    language: str
    scripts: tuple[str, ...]  # names in `core.scripts`
    package: str
    extra: str
    make: Callable[[], Segment]
    sample: str
    spaces: bool = True  # stand between clauses, so that a token without ## follows one; else only pieces tell nothing


def _japanese() -> Segment:
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary(dict="small").tokenizer(mode=SplitMode.A)
    return lambda line: [word.surface() for word in tokenizer.tokenize(line)]


def _thai() -> Segment:
    from pythainlp.tokenize.newmm import segment

    return segment


def _khmer() -> Segment:
    from khmercut import tokenize

    return tokenize


def _lao() -> Segment:
    from laonlp.tokenize import word_tokenize

    return word_tokenize


SEGMENTERS = {
    "ja": Segmenter("Japanese", ("han", "kana"), "sudachipy", "ja", _japanese, "東京に", spaces=False),
    "th": Segmenter("Thai", ("thai",), "pythainlp", "th", _thai, "ภาษา"),
    "km": Segmenter("Khmer", ("khmer",), "khmercut", "km", _khmer, "ភាសា"),
    "lo": Segmenter("Lao", ("lao",), "laonlp", "lo", _lao, "ພາສາ"),
}
WITHOUT = {  # script -> why no library is used
    "myanmar": "for Burmese no segmenter is maintained (pyidaungsu was last released in 2021)",
    "tibetan": "for Tibetan there is botok, which downloads its dictionary when it runs",
}


@lru_cache(maxsize=4)
def load(code: str) -> Segment:
    """Text of one line -> its words, in order and complete; `UsageError` says what to install."""
    segmenter = SEGMENTERS[code]
    try:
        with private_folders(
            "PYTHAINLP_DATA"
        ):  # pythainlp, which laonlp needs too, makes a folder in the home otherwise
            segment = segmenter.make()
            segment(segmenter.sample)  # what it loads, it loads now
            return segment
    except ImportError:
        raise missing_extra(segmenter.package, segmenter.extra) from None
