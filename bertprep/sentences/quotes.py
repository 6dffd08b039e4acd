"""Replace typographic quotation marks and apostrophes by ASCII ones, for `--plain-quotes`.

    “It’s late,” he said.    "It's late," he said.        « Il est tard », dit-il.    "Il est tard", dit-il.

Publishers differ in style, so in a corpus of several the style would reveal whether A and B come from one book. Opening
and closing marks become the same character, which loses nothing if spaces show which is which: languages without spaces
(Chinese, Japanese, Thai) keep theirs, as do sentences in such scripts if the language is not known. Applied to sentences,
so that all marks are available for splitting. Letters that look like apostrophes (the okina, U+02BC, geresh), primes, corner
brackets, dashes and ellipses are other characters, and are kept.
"""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ..languages import load

if TYPE_CHECKING:
    import polars as pl

COUNTERS = ("quotes_made_plain",)

DOUBLE = "“”„‟«»＂❝❞"
SINGLE = "‘’‚‛‹›＇❛❜´"
PLAIN = {**dict.fromkeys(DOUBLE, '"'), **dict.fromkeys(SINGLE, "'")}
MARK = f"[{DOUBLE}{SINGLE}]"
SCRIPTS_WITHOUT_SPACES = {"han", "kana", "thai", "lao", "khmer", "myanmar", "tibetan"}
LETTERS_WITHOUT_SPACES = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
UNKNOWN = "und"


def plain(lists: pa.ListArray, codes: pa.Array, counters: dict[str, int]) -> pa.ListArray:
    """Replace the marks in the sentences of documents in these languages, where allowed; each one is counted."""
    import polars as pl

    sentences = pl.Series("s", lists.flatten(), dtype=pl.String)
    marked_M = sentences.str.contains(MARK).arg_true().to_numpy()
    offsets_D1 = lists.offsets.to_numpy() - lists.offsets[0].as_py()
    owner_M = np.searchsorted(offsets_D1, marked_M, side="right") - 1
    code_M = np.array(codes.to_pylist(), object)[owner_M]
    for code in np.unique(code_M):
        rows = pl.Series(marked_M[code_M == code])
        texts = sentences.gather(rows)
        changed = _plain(code, texts)
        counters["quotes_made_plain"] += int((texts.str.count_matches(MARK) - changed.str.count_matches(MARK)).sum())
        sentences = sentences.scatter(rows, changed)
    return pa.ListArray.from_arrays(pa.array(offsets_D1, pa.int32()), sentences.to_arrow().cast(pa.string()))


def _plain(code: str, texts: "pl.Series") -> "pl.Series":
    """The sentences of one language with plain marks, or unchanged if it keeps its own."""
    import polars as pl

    language = load(code)
    if language.scripts and language.scripts[0] in SCRIPTS_WITHOUT_SPACES:
        return texts
    changed = texts
    if language.quotes and language.quotes[0].endswith(" "):  # the space between mark and word is part of the mark
        changed = changed.str.replace_all(r"([«‹])\s+", "${1}").str.replace_all(r"\s+([»›])", "${1}")
    changed = changed.str.replace_many(list(PLAIN), list(PLAIN.values()))
    if code != UNKNOWN:
        return changed
    kept = texts.str.contains(LETTERS_WITHOUT_SPACES)
    return pl.select(pl.when(kept).then(texts).otherwise(changed)).to_series()
