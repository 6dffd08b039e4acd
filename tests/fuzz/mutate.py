"""Seeded damage to bytes: what bad disks, interrupted transfers, editors and attackers do to a file."""

import random

NUMBERS = (b"\0", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xff" * 8)
BREAKING = (
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b'"',
    b"'",
    b"\\",
    b"<",
    b">",
    b"&",
    b"{",
    b"[",
    b"]",
    b",",
    b"\xef\xbb\xbf",
    b"\xe9",
)
SMALLEST, MOST_BYTES = 1, 1 << 20


def damaged(draw: random.Random, data: bytes) -> bytes:
    """The data after one to four damages of random kinds."""
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        data = draw.choice(DAMAGES)(draw, data)[:MOST_BYTES]
    return data


def _place(draw: random.Random, data: bytes) -> int:
    """A random position; one in three is near an end, where formats have headers and footers."""
    near = draw.choice((len(data), len(data), min(64, len(data))))
    place = draw.randint(0, near)
    return place if draw.random() < 0.8 else len(data) - place


def flipped(draw: random.Random, data: bytes) -> bytes:
    """Change one to eight bytes."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 8) if data else 0):
        changed[min(_place(draw, data), len(data) - 1)] ^= draw.randint(1, 255)
    return bytes(changed)


def overwritten(draw: random.Random, data: bytes) -> bytes:
    """Overwrite a number by the largest, the smallest, or minus one."""
    at, number = _place(draw, data), draw.choice(NUMBERS)
    return data[:at] + number + data[at + len(number) :]


def truncated(draw: random.Random, data: bytes) -> bytes:
    """Remove the end."""
    return data[: _place(draw, data)]


def cut_out(draw: random.Random, data: bytes) -> bytes:
    """Remove bytes in the middle."""
    at = _place(draw, data)
    return data[:at] + data[at + draw.randint(1, 200) :]


def doubled(draw: random.Random, data: bytes) -> bytes:
    """Repeat some bytes, up to fifty times."""
    at = _place(draw, data)
    return data[:at] + data[at : at + draw.randint(1, 200)] * draw.choice((2, 2, 3, 50)) + data[at:]


def broken_in(draw: random.Random, data: bytes) -> bytes:
    """Insert text that has a meaning for parsers."""
    at = _place(draw, data)
    return data[:at] + draw.choice(BREAKING) * draw.choice((1, 1, 2, 1000)) + data[at:]


def recoded(draw: random.Random, data: bytes) -> bytes:
    """Convert the text to another encoding."""
    return data.decode("utf-8", "replace").encode(draw.choice(("utf-16", "utf-32", "latin-1", "cp1252")), "replace")


DAMAGES = (flipped, flipped, overwritten, truncated, cut_out, doubled, broken_in, broken_in, recoded)
