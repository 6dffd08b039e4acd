"""The context of each full stop or similar mark, read once for all rules."""

from dataclasses import dataclass

import numpy as np

from ...languages import load
from ...languages.form import Language
from .kinds import BEFORE, Following, Kind, character_length, kinds_at, run_length, window_kinds

WORD = (Kind.UPPER, Kind.LOWER, Kind.DIGIT, Kind.LETTER, Kind.MARK, Kind.STOP)


@dataclass(frozen=True)
class Stops:
    """Candidates of one language with their context."""

    bytes_B: np.ndarray
    at_C: np.ndarray
    point_C: np.ndarray
    language: str
    own: frozenset[str] | None
    before_JC: np.ndarray
    after: Following
    first_start_C: np.ndarray  # start of the first character after all marks
    second_C: np.ndarray  # kind of the character after that one, if that has one byte
    run_C: np.ndarray  # bytes of terminators directly before the candidate
    small_C: np.ndarray  # bytes of lower-case letters directly before it

    @property
    def rules(self) -> Language:
        """The data of the language."""
        return load(self.language)

    @classmethod
    def look(
        cls, bytes_B: np.ndarray, at_C: np.ndarray, point_C: np.ndarray, language: str, own: frozenset[str] | None
    ) -> "Stops":
        end_C = at_C + character_length(point_C)
        after = Following.read(bytes_B, end_C)
        before = window_kinds(bytes_B, at_C - BEFORE, BEFORE)
        first_start_C = end_C + after.first_at_C
        second_C = kinds_at(bytes_B, first_start_C + 1)
        run_C, small_C = run_length(before, (Kind.STOP, Kind.TERM)), run_length(before, (Kind.LOWER,))
        return cls(bytes_B, at_C, point_C, language, own, before, after, first_start_C, second_C, run_C, small_C)
