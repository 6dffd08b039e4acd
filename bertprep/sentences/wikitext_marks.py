"""Remove the notation of WikiText-2 and WikiText-103: headings, and marks around punctuation within words.

= = Early life = =                      dropped: not a sentence
a well @-@ known town of 1 @,@ 234      a well-known town of 1,234
"""

import numpy as np
import pyarrow as pa

from ..core.literals import holding

COUNTERS = ("wikitext_headings", "wikitext_marks")

HEADING = r"(?m)^[ \t]*=( =)* [^=\n]+( =)+[ \t\r]*$"
MARK = r" @([-,.])@ "


def without_marks(texts: pa.Array, counters: dict[str, int]) -> pa.Array:
    """Remove the notation of WikiText, and count it."""
    import polars as pl

    rows = np.flatnonzero(np.any([holding(texts, sign) for sign in (" =", " @-@ ", " @,@ ", " @.@ ")], axis=0))
    if not len(rows):
        return texts
    chosen = pl.Series("text", texts.take(pa.array(rows)), dtype=pl.String)
    counters["wikitext_headings"] += int(chosen.str.count_matches(HEADING).sum())
    counters["wikitext_marks"] += int(chosen.str.count_matches(MARK).sum())
    chosen = chosen.str.replace_all(HEADING, "").str.replace_all(MARK, "${1}")
    return pl.Series("text", texts, dtype=pl.String).scatter(pl.Series(rows), chosen).to_arrow().cast(pa.string())
