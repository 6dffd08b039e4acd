"""Find out how a tokenizer lays out a row and a pair, from the output of its post-processor for two probes, whatever its kind.

    probes A, B of ids 7 and 9     0 7 2 2 9 2, segments 0 0 0 0 0 0     Layout((0,), (2, 2), (2,), (2,), None)

A tokenizer that adds no special tokens gets BERT's layout with its own cls and sep; so does one for which the user chose other
tokens than its template has. Raises `InputError` for rows that do not begin with a special token or have none between A and B,
and for segments that are not 0 and then 1.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import tokenizers

from ...core.errors import InputError
from ..layout import Layout
from .roles import OPTION

PROBES = ("a", "b", "A", "C", "1", "0", "the", "一", "あ", "का", "ا")
AS_BERT = f"to lay rows out as BERT does, name both tokens: {OPTION} cls=TOKEN {OPTION} sep=TOKEN"


def layout_of(tokenizer: tokenizers.Tokenizer, where: str) -> Layout | None:
    """The layout of a tokenizer without truncation and padding; None if it adds no special token."""
    first, second = _probes(tokenizer, where)
    row, pair = tokenizer.post_process(first), tokenizer.post_process(first, second)
    if row.ids == first.ids and pair.ids == [*first.ids, *second.ids]:
        return None
    a, b = _place(pair.ids, first.ids), _place(pair.ids, second.ids)
    alone = _place(row.ids, first.ids)
    if a is None or b is None or alone is None or a > b:
        raise InputError(f"{where}: its template for a pair is not A and then B (it gives {pair.tokens}); {AS_BERT}")
    before, between, after = pair.ids[:a], pair.ids[a + len(first.ids) : b], pair.ids[b + len(second.ids) :]
    if not before or not between or row.ids[:alone] != before:
        raise InputError(
            f"{where}: its template for a pair gives {pair.tokens}; expected a special token at the beginning, the same for a "
            f"single text, and one between the two; {AS_BERT}"
        )
    early = _early(row.type_ids, pair.type_ids, b, len(between), where)
    alone_after = row.ids[alone + len(first.ids) :]
    return Layout(tuple(before), tuple(between), tuple(after), tuple(alone_after), early)


def _early(row: list[int], pair: list[int], b: int, most: int, where: str) -> int | None:
    """How many of the tokens between A and B are in segment 1; None if no token of the row is."""
    ones = pair.count(1)
    if (
        any(row)
        or pair != [0] * (len(pair) - ones) + [1] * ones
        or 0 < ones < len(pair) - b
        or ones - len(pair) + b > most
    ):
        raise InputError(
            f"{where}: its template gives the segments {pair} to a pair and {row} to a single text; expected 0, and 1 from B "
            f"on or nowhere; {AS_BERT}"
        )
    return ones - (len(pair) - b) if ones else None


def template_json(layout: Layout, names: dict[int, str]) -> dict[str, Any]:
    """A layout as the post-processor of a tokenizer.json; `names` maps its ids to tokens."""

    def special(ids: tuple[int, ...], segment: int = 0) -> list[dict[str, Any]]:
        return [{"SpecialToken": {"id": names[number], "type_id": segment}} for number in ids]

    side = {name: {"Sequence": {"id": name, "type_id": kind}} for name, kind in (("A", 0), ("B", 1))}
    return {
        "type": "TemplateProcessing",
        "single": [*special(layout.before), side["A"], *special(layout.alone)],
        "pair": [*special(layout.before), side["A"], *special(layout.between), side["B"], *special(layout.after, 1)],
        "special_tokens": {name: {"id": name, "ids": [number], "tokens": [name]} for number, name in names.items()},
    }


def _place(ids: list[int], inner: list[int]) -> int | None:
    """The position of a run of ids, if it occurs exactly once."""
    found = [place for place in range(len(ids)) if ids[place : place + len(inner)] == inner]
    return found[0] if len(found) == 1 else None


def _probes(tokenizer: tokenizers.Tokenizer, where: str) -> tuple[tokenizers.Encoding, tokenizers.Encoding]:
    """Two texts without common tokens, encoded without special tokens."""
    found: dict[tuple[int, ...], tokenizers.Encoding] = {}
    for text in _texts(tokenizer):
        encoded = tokenizer.encode(text, add_special_tokens=False)
        if encoded.ids and not any(set(encoded.ids) & set(ids) for ids in found):
            found[tuple(encoded.ids)] = encoded
        if len(found) == 2:
            first, second = found.values()
            return first, second
    raise InputError(f"{where}: its vocabulary has no two tokens that a text can give")


def _texts(tokenizer: tokenizers.Tokenizer) -> Iterator[str]:
    yield from PROBES
    yield from islice(tokenizer.get_vocab(with_added_tokens=False), 1000)
