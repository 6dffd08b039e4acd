"""Join wrapped lines into paragraphs: in books, mail, OCR and text of PDF files, a line end does not end anything.

In: the texts of some documents as they are in their files. Out: the same texts, with one paragraph per line if a document
was wrapped, and counters. This is decided for each document:

    The harbour master kept two clocks on his wall,    wrapped: most lines end within a sentence, are about as long as
    because he trusted neither of them. Every morn-    the longest, and the next continues in lower case; so the lines
    ing at six he walked down to the quay.             are joined, and "morning" is restored

    Shall I compare thee to a summer's day?            not wrapped: each line begins with a capital, however the one
    Thou art more lovely and more temperate:           before it ended

    One paragraph per line, as in most corpora.        not wrapped: lines end where sentences end

Few documents of a corpus with one paragraph per line look wrapped, so texts are first screened by their line ends. The
properties of the remaining lines are arrays with one value per line (`line_marks`).

Axes: N texts, B bytes, L lines.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .clean import LINE_ENDS
from .line_marks import HYPHENS, LETTER, Marks, text_of

COUNTERS = ("documents_unwrapped", "lines_joined", "hyphens_removed", "page_numbers_removed")

LONGEST_WRAPPED = 400  # bytes: no line of a wrapped text is longer, whatever its script
WIDEST = 200  # characters
PAGE_NUMBER = re.compile(
    r"[-–—\[(]*\s*((page|p\.|seite|pagina|página)\s*)?(\d{1,4}|[ivxlc]{1,7})(\s*(/|of|von|de)\s*\d{1,4})?\s*[-–—\])]*",
    re.I,
)
WORD = re.compile(rf"{LETTER}+(?:[-'’]{LETTER}+)*")
# halves of English compounds that keep their hyphen at a line end, unless the document shows otherwise
HEADS = "well self non ex half all cross ill semi quasi vice anti mid great two three four five six"
TAILS = (
    "looking known made based like free born old year time term scale level minded called being up off in out down law aged "
    "sized style type class hand handed eyed hearted headed legged sided footed ended edged coloured colored haired century "
    "wide long deep high low related specific only proof bound sighted tempered fashioned blooded witted speaking bearing "
    "bodied built dressed educated established informed intentioned meaning read paid worn kept laid spoken"
)
COMPOUND_HEADS, COMPOUND_TAILS = frozenset(HEADS.split(" ")), frozenset(TAILS.split(" "))


def unwrap(
    texts: pa.Array, wanted: str, counters: dict[str, int], paragraph_lines_N: np.ndarray | None = None
) -> pa.Array:
    """Join wrapped lines in documents that look wrapped (`wanted` is "auto"), in all ("wrapped"), or in none.

    With "auto", documents marked in `paragraph_lines_N`, bool [N], are known to have one paragraph per line and are kept.
    """
    if wanted == "paragraph" or not len(texts):
        return texts
    known_N = np.zeros(len(texts), bool) if paragraph_lines_N is None else paragraph_lines_N
    if wanted == "auto" and known_N.all():
        return texts
    texts = pc.fill_null(texts.cast(pa.string()), "")
    chosen_N = np.ones(len(texts), bool) if wanted == "wrapped" else may_be_wrapped(texts) & ~known_N
    if not chosen_N.any():
        return texts
    lines = Marks.of(normalised(texts.filter(pa.array(chosen_N))))
    wrapped_N = np.ones(lines.documents, bool) if wanted == "wrapped" else are_wrapped(lines)
    chosen_N[np.flatnonzero(chosen_N)[~wrapped_N]] = False
    if not wrapped_N.any():
        return texts
    counters["documents_unwrapped"] += int(wrapped_N.sum())
    return pc.replace_with_mask(texts, pa.array(chosen_N), joined(lines, wrapped_N, counters))


def may_be_wrapped(texts: pa.Array) -> np.ndarray:
    """Whether each text has at least three lines, and hardly a long one, bool [N]; looks at line ends only."""
    _, offsets, data = texts.buffers()
    bounds_N1 = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    if data is None or bounds_N1[-1] == bounds_N1[0]:
        return np.zeros(len(texts), bool)
    bytes_B = np.frombuffer(data, np.uint8)[bounds_N1[0] : bounds_N1[-1]]
    bounds_N1 -= bounds_N1[0]
    ends_L = np.flatnonzero((bytes_B == 10) | (bytes_B == 13))
    counts_N = np.diff(np.searchsorted(ends_L, bounds_N1))
    edges = np.union1d(ends_L, bounds_N1)
    lengths = np.append(np.diff(edges), 0)
    in_long_lines = np.concatenate([[0], np.cumsum(np.where(lengths > LONGEST_WRAPPED, lengths, 0))])
    long_N = np.diff(in_long_lines[np.searchsorted(edges, bounds_N1)])
    return (counts_N >= 2) & (10 * long_N <= np.diff(bounds_N1))


def normalised(texts: pa.Array) -> pa.Array:
    """Convert line ends of all systems to "\\n"."""
    import polars as pl

    return pl.Series("text", texts).str.replace_all(LINE_ENDS, "\n").to_arrow().cast(pa.string())


def are_wrapped(lines: Marks) -> np.ndarray:
    """Whether the lines of each document were broken because they were full, and not because something ended, bool [N]."""
    inside_L = lines.is_inside()
    open_L = inside_L & ~lines.ends_sentence_L
    cased_L = open_L & np.append(lines.starts_cased_L[1:], False)
    lower_L = open_L & np.append(lines.starts_lower_L[1:], False)
    full_L = inside_L & (lines.is_full() | lines.hyphen_L & lower_L)
    inside_N, open_N, cased_N, lower_N, full_N = (
        np.bincount(lines.document_L, counted_L, lines.documents)
        for counted_L in (inside_L, open_L, cased_L, lower_L, full_L)
    )
    enough_N = (open_N >= 2) & (2 * open_N >= inside_N) | (inside_N < 3) & (open_N >= 1)
    by_case_N = (2 * lower_N >= cased_N) & (2 * full_N >= inside_N)
    by_length_N = (inside_N >= 3) & (4 * full_N >= 3 * inside_N)  # the only evidence in Chinese, Arabic and Hindi
    return (
        enough_N & (lines.width_N() <= WIDEST) & np.where(2 * cased_N >= open_N, by_case_N & (cased_N > 0), by_length_N)
    )


def joined(lines: Marks, wrapped_N: np.ndarray, counters: dict[str, int]) -> pa.Array:
    """The texts of the wrapped documents with one paragraph per line; blank lines are kept."""
    wrapped_L = wrapped_N[lines.document_L]
    drop = Dropped(len(lines.bytes_B))
    quoted = np.flatnonzero(wrapped_L & (lines.depth_L > 0))
    drop.ranges(lines.raw_start_L[quoted], lines.start_L[quoted])
    lower_L = lines.starts_lower_L
    goes_on_L = (~lines.ends_sentence_L | lines.ends_quote()) & np.append(lower_L[1:], False)
    join_L = wrapped_L & (lines.is_inside() & (lines.is_full() | goes_on_L) | lines.is_indented_on() & goes_on_L)
    left, right = np.flatnonzero(join_L), np.flatnonzero(join_L) + 1
    counters["lines_joined"] += len(left)
    pages = page_numbers(lines, wrapped_L)
    counters["page_numbers_removed"] += len(pages)
    before, after = around(lines, pages)
    drop.ranges(lines.start_L[pages], lines.end_L[pages])
    over = (
        (before >= 0)
        & ~lines.ends_sentence_L[before]
        & lower_L[after]
        & (lines.document_L[before] == lines.document_L[after])
    )
    left, right = np.append(left, before[over]), np.append(right, after[over])
    cut = np.flatnonzero(lines.hyphen_L[left] & lower_L[right])
    whole = cut[hyphens_to_remove(lines, left[cut], right[cut])]
    counters["hyphens_removed"] += len(whole)
    drop.ranges(lines.last_L[left[whole]], lines.end_L[left[whole]])
    spaced = ~(lines.ends_unspaced_L[left] & lines.starts_unspaced_L[right])
    spaced[cut] = False
    bytes_B = lines.bytes_B.copy()
    bytes_B[lines.end_L[left[spaced]]] = 32
    drop.ranges(lines.end_L[left] + spaced, lines.start_L[right])
    return text_of(bytes_B, drop.kept(), lines.bounds_N1, wrapped_N)


class Dropped:
    """Byte ranges to leave out."""

    def __init__(self, size: int) -> None:
        self.steps_B1 = np.zeros(size + 1, np.int32)

    def ranges(self, starts: np.ndarray, stops: np.ndarray) -> None:
        np.add.at(self.steps_B1, starts, 1)
        np.add.at(self.steps_B1, stops, -1)

    def kept(self) -> np.ndarray:
        """Which bytes are kept, bool [B]."""
        return np.cumsum(self.steps_B1[:-1]) == 0


def page_numbers(lines: Marks, wrapped_L: np.ndarray) -> np.ndarray:
    """The lines that contain only a page number and are between blank lines."""
    blank_L = lines.blank_L()
    alone_L = (
        wrapped_L & ~blank_L & np.append(True, blank_L[:-1]) & np.append(blank_L[1:], True) & (lines.characters_L <= 20)
    )
    return np.array(
        [line for line in np.flatnonzero(alone_L).tolist() if PAGE_NUMBER.fullmatch(lines.text(line))], np.int64
    )


def around(lines: Marks, pages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last line with text before each page number, or -1, and the first one after it."""
    full = np.setdiff1d(np.flatnonzero(~lines.blank_L()), pages)
    if not len(full):
        return np.full(len(pages), -1), np.zeros(len(pages), np.int64)
    at = np.searchsorted(full, pages)
    before = np.where((at > 0) & (at < len(full)), full[np.maximum(at - 1, 0)], -1)
    return before, full[np.minimum(at, len(full) - 1)]


def hyphens_to_remove(lines: Marks, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which words cut at a line end lose their hyphen, bool.

    As the document spells the word elsewhere: "well-\\nknown" keeps it if "well-known" occurs, "vil-\\nlages" loses it if
    "villages" does. If neither occurs, the hyphen is kept for halves that are typical of compounds.
    """
    removed, words, document = [], frozenset[str](), -1
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if lines.document_L[one] != document:
            document = int(lines.document_L[one])
            words = frozenset(word.lower() for word in WORD.findall(lines.document_text(document)))
        text = lines.text(one)
        head, tail = WORD.findall(text[-60:-1])[-1].lower(), WORD.match(lines.text(other))
        after = tail.group().lower() if tail else ""
        removed.append(text[-1] in HYPHENS[2:] or not keeps_hyphen(head, after, words))
    return np.array(removed, bool)


def keeps_hyphen(head: str, tail: str, words: frozenset[str]) -> bool:
    """Whether the hyphen between two halves of a word is part of the word; `words` are all words of the document.

    >>> keeps_hyphen("well", "known", frozenset()), keeps_hyphen("vil", "lages", frozenset(["villages"]))
    (True, False)
    """
    if f"{head}-{tail}" in words:
        return True
    return f"{head}{tail}" not in words and (tail in COMPOUND_TAILS or head in COMPOUND_HEADS)
