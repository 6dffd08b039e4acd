"""How tokens of other models than WordPiece spell a space (sentencepiece) and the bytes of UTF-8 (GPT-2)."""

from functools import cache

BLANK = "\u2581"  # of sentencepiece, in place of a space


@cache
def byte_characters() -> list[str]:
    """The character that stands for each byte, as in GPT-2: its own where it can be seen, else one from 256 on."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("\xa1"), ord("\xac") + 1), *range(ord("\xae"), ord("\xff") + 1)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in seen else chr(next(others)) for byte in range(256)]


@cache
def bytes_of_characters() -> dict[str, int]:
    """The byte that each of these characters stands for."""
    return {character: byte for byte, character in enumerate(byte_characters())}
