"""How models other than WordPiece represent a space (sentencepiece) and the bytes of UTF-8 (GPT-2) in tokens."""

from functools import cache

BLANK = "\u2581"  # sentencepiece's replacement of a space


@cache
def byte_characters() -> list[str]:
    """The character that represents each byte, as in GPT-2: the byte's own if printable, else one from 256 on."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("\xa1"), ord("\xac") + 1), *range(ord("\xae"), ord("\xff") + 1)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in seen else chr(next(others)) for byte in range(256)]


@cache
def bytes_of_characters() -> dict[str, int]:
    """The byte that each of these characters represents."""
    return {character: byte for byte, character in enumerate(byte_characters())}
