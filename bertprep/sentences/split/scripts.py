"""Substitutes for the full stop in single scripts and languages, and languages without end marks.

    hy  Ես տանն եմ: Իսկ դու:           a colon before a capital
    am  ሰላም ነው:: ደህና ነው፡፡ ጥሩ           two colons, two wordspaces
    hi  यह घर है | वह बड़ा है |            a vertical bar
    th  แมวหลับอยู่บนเสื่อผืนใหญ่ เด็กๆ เล่นอยู่ในสนามหน้าบ้าน   a space between clauses, if nothing else cuts the line
    th  ไปกินข้าวกันไหม ผมหิวแล้ว           a space after a sentence-final particle
Each function takes the buffer and byte positions to examine, and returns byte positions where a new sentence begins.
"""

import functools

import numpy as np

from ...languages import load
from .kinds import Kind, among, code_points, kinds_at, window_kinds
from .words import WordTable, word_keys

WORDSPACE, WORDSPACE_BYTES = ord("፡"), 3
# a space after these does not separate clauses: Thai and Lao signs of repetition and abbreviation, Khmer repetition
CLINGING = np.array([ord(character) for character in "ๆฯໆຯៗ"])
CLAUSE_BYTES = 36  # of the shortest clause that becomes a sentence, about twelve letters
LETTER_BYTES = 3  # in the scripts that separate clauses by spaces


def bar_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts after a vertical bar used as a danda, given the positions of colons and bars."""
    at_C = at_C[(bytes_B[at_C] == ord("|")) & (bytes_B[at_C + 1] == ord(" "))]
    spaced = bytes_B[at_C - 1] == ord(" ")
    before_C = kinds_at(bytes_B, at_C - np.where(spaced, 4, 3))
    return (at_C + 1)[among(before_C, (Kind.LETTER, Kind.MARK))]


def colon_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts after a colon between lower case or a closing mark and a sentence beginning, given the positions of colons."""
    at_C = at_C[(bytes_B[at_C] == ord(":")) & (bytes_B[at_C + 1] == ord(" "))]
    before_C = among(window_kinds(bytes_B, at_C - 4, 4)[-1], (Kind.LOWER, Kind.CLOSE, Kind.QUOTE))
    begins_C = among(kinds_at(bytes_B, at_C + 2), (Kind.UPPER, Kind.DIGIT, Kind.OPEN, Kind.INITIAL))
    return (at_C + 1)[before_C & begins_C]


def double_colon_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts after two colons, given the positions of colons."""
    colon = bytes_B == ord(":")
    return (at_C + 2)[colon[at_C] & colon[at_C + 1] & ~colon[at_C - 1] & ~colon[at_C + 2]]


def wordspace_cuts(at_C: np.ndarray, points_C: np.ndarray) -> np.ndarray:
    """Cuts after two Ethiopic wordspaces, given characters by position and code point."""
    at_C = at_C[points_C == WORDSPACE]
    return at_C[1:][np.diff(at_C) == WORDSPACE_BYTES] + WORDSPACE_BYTES


def clause_cuts(
    bytes_B: np.ndarray, spaces_C: np.ndarray, starts_C: np.ndarray, cuts_D: np.ndarray, language: str
) -> np.ndarray:
    """Cuts after spaces between letters: after a final particle, and in lines without any other cut.

    Given the positions of spaces, the starts of all lines, and the other cuts. A clause that is too short is joined to the
    one before. If a line ends with a full stop, its writer uses them, so its spaces only separate clauses.
    """
    letters = (bytes_B[spaces_C - LETTER_BYTES] >= 0xE0) & (bytes_B[spaces_C + 1] >= 0xE0)
    letters &= ~np.isin(code_points(bytes_B, spaces_C - LETTER_BYTES), CLINGING)
    # the era of a year does not begin a clause, as in เมื่อ พ.ศ. 2550
    letters &= bytes_B[spaces_C + 1 + LETTER_BYTES] != ord(".")
    spaces_C = spaces_C[letters]
    whole = np.ones(len(starts_C) + 1, bool)
    inside_D = cuts_D[~np.isin(cuts_D, starts_C)]
    whole[np.searchsorted(starts_C, inside_D, side="right")] = False
    whole[1:-1] &= bytes_B[starts_C[1:] - 2] != ord(".")
    final_C = ends_in_particle(bytes_B, spaces_C, language)
    cut_C = final_C | whole[np.searchsorted(starts_C, spaces_C, side="right")]
    spaces_C, final_C = spaces_C[cut_C], final_C[cut_C]
    bounds = np.sort(np.concatenate([spaces_C, starts_C, [len(bytes_B)]]))
    place_C = np.searchsorted(bounds, spaces_C)
    long = (spaces_C - bounds[place_C - 1] >= CLAUSE_BYTES) & (bounds[place_C + 1] - spaces_C >= CLAUSE_BYTES)
    return (spaces_C + 1)[long | final_C]


@functools.cache
def particles(language: str) -> tuple[WordTable, tuple[int, ...]]:
    """Particles that end a sentence, and the set of their lengths in bytes."""
    words = load(language).final_particles.split()
    return WordTable.build(dict.fromkeys(words, 1)), tuple({len(word.encode()) for word in words})


def ends_in_particle(bytes_B: np.ndarray, ends_C: np.ndarray, language: str) -> np.ndarray:
    """Whether a sentence-final particle precedes each position, bool [C]; it is attached to the word before it."""
    table, lengths = particles(language)
    result = np.zeros(len(ends_C), bool)
    for length in lengths:
        result |= table.look_up(word_keys(bytes_B, ends_C, np.full(len(ends_C), length))) > 0
    return result
