"""Word segmenters: libraries that find words in scripts without spaces, each an optional extra, imported only when used.

Every language has an entry in `SEGMENTERS`, or in `WITHOUT` with the reason if no library qualifies. A library qualifies if it is
maintained, free to use, installable with pip, and includes its dictionary. Its words must join to the text it was given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ...core.caches import private_folders
from ...core.errors import missing_extra

Segment = Callable[[str], list[str]]


@dataclass(frozen=True)
class Segmenter:
    """A segmentation library for one language."""

    language: str
    scripts: tuple[str, ...]  # names in `core.scripts`
    package: str
    extra: str
    make: Callable[[], Segment]
    sample: str
    spaces: bool = True  # there are spaces between clauses, so a token without ## begins a word


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
    """Load a segmenter: a function from one line of text to its words. `UsageError` says what to install."""
    segmenter = SEGMENTERS[code]
    try:
        # without this, pythainlp (which laonlp uses too) makes a folder in the home directory
        with private_folders("PYTHAINLP_DATA"):
            segment = segmenter.make()
            segment(segmenter.sample)  # so that everything it loads is loaded now
            return segment
    except ImportError:
        raise missing_extra(segmenter.package, segmenter.extra) from None
