"""Split texts into sentences, by rules, for whole columns at once.

Input is a column of texts and one of language codes, output a list of sentences per text. Only white space is dropped,
nothing is changed or moved, and a line end always ends a sentence.

    columns      texts in one buffer of bytes, separated by line ends; sentences from cuts in it
    kinds        character kinds, and windows of them on both sides of a candidate
    words        abbreviations, and words that begin a sentence, looked up by 64-bit keys
    candidates   the context of each . ! ? and similar mark
    stops        which of them end a sentence
    full_stops   which single full stops do
    abbreviated  which of these belong to abbreviations, initials and ordinals
    numbers      dates, numbers that are not ordinals, and section numbers
    scripts      substitutes for full stops, and spaces in scripts without end marks
    others       other sentence ends: full-width marks, numbered items, mail headers, rulers, emoticons; citations
    sentencex    an external library, used instead of the rules on request

Every byte that could end a sentence is a candidate. A bounded window around each is converted to character kinds and read
by a small automaton, for all candidates in parallel. So the cost is linear for any text, and a text's sentences never
depend on its neighbours in the column. The price: nothing outside the window counts, so a full stop within a long bracket
or quotation ends a sentence like any other.

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

HANGUL = 0xEA, 0xB0  # first bytes of the first Hangul syllable; marks of other scripts sort before it


def split(texts: pa.Array, languages: pa.Array, *, abbreviations: frozenset[str] | None = None) -> pa.ListArray:
    """The sentences of each text, in order, stripped and never empty; a null text gives null.

    Languages are two-letter codes. `abbreviations` replaces the built-in lists for all languages; no sentence ends after
    any of them.
    """
    filled = plain(texts)
    codes = pc.fill_null(languages, "und")
    cuts = [
        piece.in_column(piece_cuts(piece, codes.slice(piece.first_row, len(piece.starts_N) - 1), abbreviations))
        for piece in pieces(filled)
    ]
    return cut(filled, cuts, texts)


def split_lines(texts: pa.Array) -> pa.ListArray:
    """The non-empty lines of each text, stripped; a null text gives null."""
    filled = plain(texts)
    cuts = [piece.in_column(np.flatnonzero(piece.bytes_B == 10) + 1) for piece in pieces(filled)]
    return cut(filled, cuts, texts)


def piece_cuts(piece: Block, codes: pa.Array, own: frozenset[str] | None) -> np.ndarray:
    """Byte positions where a new sentence begins, in any order; the beginnings of texts may be missing."""
    bytes_B = piece.bytes_B
    at_C, point_C, kind_C, role_C = marks(piece)
    colons = at_C[role_C == Role.COLON]
    lines = at_C[(kind_C == Kind.LINE) & (point_C < 0x80)]
    bytes_B[open_quotes(bytes_B, lines)] = ord("{")  # the rules treat it like an opening bracket
    bytes_B[citations(bytes_B)] = ord("]")  # the whole citation is treated as closing brackets
    items, item_stops = list_items(bytes_B, piece.starts_N[0], lines)
    wide_lines = at_C[(kind_C == Kind.LINE) & (point_C >= 0x80)]
    cuts = [lines + 1, wide_lines, items, ruler_cuts(bytes_B, at_C[role_C == Role.RULE])]
    cuts += [stamp_cuts(bytes_B, colons), smiley_cuts(bytes_B, colons), wordspace_cuts(at_C, point_C)]

    ends = np.flatnonzero(among(kind_C, (Kind.STOP, Kind.TERM, Kind.WIDE)))
    at_C, point_C, kind_C = at_C[ends], point_C[ends], kind_C[ends]
    end_C = at_C + character_length(point_C)
    undecided = bytes_B[end_C] != 10  # at a line end the sentence ends anyway
    undecided[:-1] &= end_C[:-1] != at_C[1:]  # only the last of a run of terminators is decided
    if len(item_stops):
        undecided &= ~np.isin(at_C, item_stops)
    undecided &= ~before_et_cetera(bytes_B, end_C, point_C)
    wide = undecided & (kind_C == Kind.WIDE)
    cuts.append(wide_cuts(bytes_B, end_C[wide], point_C[wide]))
    narrow = undecided & (kind_C != Kind.WIDE)
    cuts_D = np.concatenate([*cuts, *cuts_by_language(piece, codes, at_C[narrow], point_C[narrow], colons, own)])
    return np.concatenate([cuts_D, *cuts_of_clauses(piece, codes, lines, cuts_D)])


def marks(piece: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the characters that may matter for sentence ends, with their code points, kinds and roles; all [C]."""
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
    """Positions where the stops end a sentence by the rules of each language, and where its special rules add cuts."""
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
    """The cuts at spaces in languages without end marks, given line ends and all other cuts."""
    for language, of_row in languages_of(codes):
        if load(language).clauses:
            spaces = np.flatnonzero(piece.bytes_B == ord(" "))
            starts = np.concatenate([piece.starts_N[:1], lines + 1])
            yield clause_cuts(piece.bytes_B, spaces[piece.in_rows(spaces, of_row)], starts, cuts_D, language)


def languages_of(codes: pa.Array) -> list[tuple[str, np.ndarray | None]]:
    """Each language of a column with the rows in that language, bool [N]; None if it is all of them."""
    names = pc.unique(codes).to_pylist()
    if len(names) == 1:
        return [(names[0], None)]
    return [(name, pc.equal(codes, name).to_numpy(zero_copy_only=False)) for name in names]
