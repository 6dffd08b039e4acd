"""Text -> sentences, by rules, for whole columns at once.

In come a column of texts and one of language codes, out goes a list of sentences per text. Nothing but white space is
lost, changed or moved, and a line end always ends a sentence.

    columns      texts in one buffer of bytes, a line end between them; sentences out of cuts in it
    kinds        kinds of characters, and windows of them on both sides of a candidate
    words        abbreviations, and words that begin a sentence, asked for by 64-bit keys
    candidates   what stands around each . ! ? and its like
    stops        which of them end a sentence
    full_stops   which of the single full stops do
    abbreviated  which of these belong to abbreviations, initials and ordinals
    numbers      dates, numbers that are no ordinals, and those that head sections
    scripts      look-alikes of full stops, and spaces where there are none
    others       ends of another sort: full-width marks, numbered items, heads of letters, rulers, emoticons; citations
    sentencex    a library instead of the rules, if asked for

Every byte that could end a sentence is a candidate. A bounded window around each is sorted into kinds of characters
and read by a small automaton, all candidates in step. So the cost is linear whatever the text is, and what becomes of
a text never depends on its neighbours in the column. The price: nothing further away than a window counts, so a full
stop inside a long bracket or quotation ends a sentence like any other.

Axes, here and below: N texts, B bytes of the buffer, C candidates, J bytes of a window, D cuts.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...languages import load
from .columns import Block, cut, pieces, plain
from .kinds import Kind, Role, among, character_length, code_points, kind_table, role_tables
from .others import (
    before_et_cetera,
    citations,
    list_items,
    open_quotes,
    ruler_cuts,
    semicolon_cuts,
    smiley_cuts,
    stamp_cuts,
    wide_cuts,
)
from .scripts import bar_cuts, clause_cuts, colon_cuts, double_colon_cuts, wordspace_cuts
from .stops import stop_cuts

HANGUL = 0xEA, 0xB0  # the first syllable's first bytes; marks of other scripts come before


def split(texts: pa.Array, languages: pa.Array, *, abbreviations: frozenset[str] | None = None) -> pa.ListArray:
    """The sentences of each text, in order, stripped and never empty; a null text gives null.

    Languages are two-letter codes. `abbreviations` takes the place of the lists that come with the package, whatever
    the language; after none of them does a sentence end.
    """
    filled = plain(texts)
    codes = pc.fill_null(languages, "und")
    cuts = [
        piece.in_column(piece_cuts(piece, codes.slice(piece.first_row, len(piece.starts_N) - 1), abbreviations))
        for piece in pieces(filled)
    ]
    return cut(filled, cuts, texts)


def split_lines(texts: pa.Array) -> pa.ListArray:
    """The lines of each text that are not empty, stripped; a null text gives null."""
    filled = plain(texts)
    cuts = [piece.in_column(np.flatnonzero(piece.bytes_B == 10) + 1) for piece in pieces(filled)]
    return cut(filled, cuts, texts)


def piece_cuts(piece: Block, codes: pa.Array, own: frozenset[str] | None) -> np.ndarray:
    """Byte positions where a new sentence begins, in any order; the beginnings of texts may be missing."""
    bytes_B = piece.bytes_B
    at_C, point_C, kind_C, role_C = marks(piece)
    colons = at_C[role_C == Role.COLON]
    lines = at_C[(kind_C == Kind.LINE) & (point_C < 0x80)]
    bytes_B[open_quotes(bytes_B, lines)] = ord("{")  # a bracket that opens is what it is to the rules
    bytes_B[citations(bytes_B)] = ord("]")  # all of it closes
    items, item_stops = list_items(bytes_B, piece.starts_N[0], lines)
    wide_lines = at_C[(kind_C == Kind.LINE) & (point_C >= 0x80)]
    cuts = [lines + 1, wide_lines, items, ruler_cuts(bytes_B, at_C[role_C == Role.RULE])]
    cuts += [stamp_cuts(bytes_B, colons), smiley_cuts(bytes_B, colons), wordspace_cuts(at_C, point_C)]

    ends = np.flatnonzero(among(kind_C, (Kind.STOP, Kind.TERM, Kind.WIDE)))
    at_C, point_C, kind_C = at_C[ends], point_C[ends], kind_C[ends]
    end_C = at_C + character_length(point_C)
    undecided = bytes_B[end_C] != 10  # the end of a line needs no decision
    undecided[:-1] &= end_C[:-1] != at_C[1:]  # of a run of terminators the last decides
    if len(item_stops):
        undecided &= ~np.isin(at_C, item_stops)
    undecided &= ~before_et_cetera(bytes_B, end_C, point_C)
    wide = undecided & (kind_C == Kind.WIDE)
    cuts.append(wide_cuts(bytes_B, end_C[wide], point_C[wide]))
    narrow = undecided & (kind_C != Kind.WIDE)
    cuts_D = np.concatenate([*cuts, *cuts_by_language(piece, codes, at_C[narrow], point_C[narrow], colons, own)])
    return np.concatenate([cuts_D, *cuts_of_clauses(piece, codes, lines, cuts_D)])


def marks(piece: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where the characters are that may have to do with an end, their code points, kinds and roles; all [C]."""
    bytes_B = piece.bytes_B
    marked, roles = role_tables()
    at_C = np.flatnonzero(np.frombuffer(bytes_B.tobytes().translate(marked), np.bool_))
    at_C = at_C[slice(*np.searchsorted(at_C, piece.starts_N[[0, -1]]))]
    at_C = at_C[
        (bytes_B[at_C] != HANGUL[0]) | (bytes_B[at_C + 1] < HANGUL[1])
    ]  # a quarter of its syllables, and no mark
    role_C = roles.take(bytes_B[at_C])
    point_C = bytes_B[at_C].astype(np.int32)
    lead = np.flatnonzero(role_C == Role.LEAD)
    point_C[lead] = code_points(bytes_B, at_C[lead])
    return at_C, point_C, kind_table().take(point_C), role_C


def cuts_by_language(
    piece: Block,
    codes: pa.Array,
    at_C: np.ndarray,
    point_C: np.ndarray,
    colons: np.ndarray,
    own: frozenset[str] | None,
) -> Iterator[np.ndarray]:
    """Where the stops at some positions end a sentence, and what languages have beside them."""
    for language, of_row in languages_of(codes):
        mine = piece.in_rows(at_C, of_row)
        yield stop_cuts(piece.bytes_B, at_C[mine], point_C[mine], language, own)
        if load(language).capital_after_semicolon:
            yield semicolon_cuts(piece.bytes_B, colons[piece.in_rows(colons, of_row)])
        if load(language).danda:
            yield bar_cuts(piece.bytes_B, colons[piece.in_rows(colons, of_row)])
        if load(language).colon_ends:
            yield colon_cuts(piece.bytes_B, colons[piece.in_rows(colons, of_row)])
        if load(language).double_colon_ends:
            yield double_colon_cuts(piece.bytes_B, colons[piece.in_rows(colons, of_row)])


def cuts_of_clauses(piece: Block, codes: pa.Array, lines: np.ndarray, cuts_D: np.ndarray) -> Iterator[np.ndarray]:
    """The cuts at spaces in languages without full stops, given line ends and all other cuts."""
    for language, of_row in languages_of(codes):
        if load(language).clauses:
            spaces = np.flatnonzero(piece.bytes_B == ord(" "))
            starts = np.concatenate([piece.starts_N[:1], lines + 1])
            yield clause_cuts(piece.bytes_B, spaces[piece.in_rows(spaces, of_row)], starts, cuts_D, language)


def languages_of(codes: pa.Array) -> list[tuple[str, np.ndarray | None]]:
    """Each language of a column with the rows that have it, bool [N]; None for all of them."""
    names = pc.unique(codes).to_pylist()
    if len(names) == 1:
        return [(names[0], None)]
    return [(name, pc.equal(codes, name).to_numpy(zero_copy_only=False)) for name in names]
