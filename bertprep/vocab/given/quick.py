"""Byte-level BPE by gigatoken (extra `bpe`), many times as fast as `tokenizers`, with the same ids.

It is used if it is installed, can read the tokenizer, and gives the ids of `tokenizers` for texts that are hard to get right.
In each batch, every `LOOKED_AT`th text is encoded by both and must agree. Otherwise the stage fails: ids written before may be
wrong too, and the output must not depend on where the difference was noticed.
Its cache has no bound, so it is recreated after `ANEW_CHARACTERS`.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from ...core.errors import StageError
from ...core.ragged import offsets_of
from .tokenizer import Given

ANEW_CHARACTERS = 256 << 20
TEXTS = 16_384  # passed to it at once
LOOKED_AT = 1000
HARD = (
    *("", " ", "  two  spaces ", "don't stop, it's 12,345.67!", "Naïve ÉCOLE", "ﬁne ½ Ⅷ ｆｕｌｌ", "東京は雨。 中文"),
    *("a\u3000b\u00a0c\u2028d", "e\u0301 x \u0301y", "zero\u200bwidth \u200b \ufeff", "\x00 \x01\t tab\r\n", "ﷺ"),
    *("नमस्ते दुनिया", "ภาษาไทย", "\U0010ffff \U000e0001", "१२३ ٤٥٦", "<s> <mask> </s> [MASK]", "a" * 300),
    *("x \u0085 y", "İstanbul ß", "🏳\ufe0f👩\u200d👧"),
)


class QuickEncoder:
    """Encodes with gigatoken, and checks that it agrees with `tokenizers`."""

    def __init__(self, given: Given, dtype: np.dtype) -> None:
        """`ValueError` if it cannot be used: not installed, not this kind of model, or different ids."""
        self._given, self._dtype = given, dtype
        self._json = given.by_text[0].to_str()
        self._renew()
        if not self._agrees(list(HARD), *self._encode(list(HARD))):
            raise ValueError("gives other ids than tokenizers")

    def _renew(self) -> None:
        if self._given.kind != "byte-level BPE":
            raise ValueError("another model")
        try:
            import awkward
            import gigatoken

            self._flat: Any = awkward
            self._tokenizer = gigatoken.Tokenizer.from_json(self._json)
        except Exception as error:  # not installed, or it cannot read this tokenizer
            raise ValueError(str(error)) from None
        self._characters = 0

    def encode(self, texts: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
        """Concatenated ids of all texts, and int64 [N + 1] offsets; `StageError` if it fails or disagrees."""
        ids, lengths = [np.empty(0, self._dtype)], [np.empty(0, np.int64)]
        for first in range(0, len(texts), TEXTS):
            some = [text or "" for text in texts.slice(first, TEXTS).to_pylist()]
            try:
                flat, counts = self._encode(some)
            except Exception as error:  # any error of external code
                raise _failed(f"failed ({error})") from error
            looked = slice(first % LOOKED_AT, None, LOOKED_AT)
            starts = offsets_of(counts)
            rows = [flat[starts[row] : starts[row + 1]] for row in range(len(some))[looked]]
            if not self._agrees(some[looked], np.concatenate([flat[:0], *rows]), counts[looked]):
                raise _failed("gave other ids than tokenizers")
            ids.append(flat.astype(self._dtype))
            lengths.append(counts)
            self._characters += sum(map(len, some))
            if self._characters > ANEW_CHARACTERS:
                self._renew()
        return np.concatenate(ids), offsets_of(np.concatenate(lengths))

    def _encode(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Our ids, flat, and their number in each text."""
        found = self._tokenizer.encode_batch(texts, parallel=False)
        ours = self._given.by_text[1]
        return ours[np.asarray(self._flat.flatten(found))], np.asarray(self._flat.num(found), np.int64)

    def _agrees(self, texts: list[str], flat: np.ndarray, counts: np.ndarray) -> bool:
        expected = self._given.encode_many(texts)
        same = counts.tolist() == [len(row) for row in expected]
        return same and np.array_equal(flat, np.concatenate([flat[:0], *expected]))


def _failed(what: str) -> StageError:
    return StageError(
        f"gigatoken {what}; uninstall it (pip uninstall gigatoken) and run the command again with --overwrite"
    )


def quick_encoder(given: Given, dtype: np.dtype) -> QuickEncoder | None:
    """A `QuickEncoder`, if it can be used for this tokenizer, else None."""
    try:
        return QuickEncoder(given, dtype)
    except ValueError:
        return None
