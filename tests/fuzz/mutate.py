"""Seeded ways to spoil data: bytes, lines, and values of JSON. Each takes a `random.Random` and gives something new."""

import json
import random
from typing import Any

NASTY_BYTES = [
    *(b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r\n", b"\n", b"\r", b"\x1a", b'"', b"'", b"<", b">", b"&", b"]]>"),
    *(b"<!--", b"-->", b"<![CDATA[", b"</text>", b"</page>", b"<page>", b"&amp;", b"&#0;", b"&#x110000;", b"&lol;"),
    *(b"{", b"}", b"[", b"]", b"\\u0000", b"\\ud800", b"NaN", b"-1", b"1e999", b"null", b"true", b"{{", b"}}", b"[[", b"]]"),
    *(b"{|", b"|}", b"|-", b"<ref>", b"</ref>", b"<math>", b"==", b"'''", b"../", b"/etc/passwd", b"%s%n", b"\xed\xa0\x80"),
    *("\u2028".encode(), "\u202e".encode(), "e\u0301".encode(), "\U0010ffff".encode(), "\ufffe".encode(), "熊".encode()),
]
NASTY_VALUES = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**30, 1e308, float("nan"), float("inf"), -0.5, "", " ", "x"),
    *("../../guard/keep.txt", "/etc/passwd", "train-00000-of-00001.arrow", "\x00", "\ud800", "s3://bucket/x", "a" * 100_000),
    *([], {}, [[]], [None], {"a": {}}, ["../x"], "mask", "segment", "build-pairs", "train-vocab", "hf"),
]


def spoilt_bytes(draw: random.Random, data: bytes, most: int = 4) -> bytes:
    """Some bytes flipped, cut out, doubled, moved, or nasty ones put in; or the end cut off."""
    for _ in range(draw.randint(1, most)):
        at = draw.randrange(len(data) + 1)
        span = min(draw.choice([1, 1, 2, 8, 64, 1000]), max(len(data) - at, 0))
        way = draw.randrange(8)
        if way <= 2 and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :]
        elif way == 3:
            data = data[:at] + draw.choice(NASTY_BYTES) + data[at:]
        elif way == 4:
            data = data[:at] + data[at + span :]
        elif way == 5:
            data = data[:at] + data[at : at + span] * draw.choice([2, 3, 50]) + data[at + span :]
        elif way == 6:
            data = data[:at] + draw.randbytes(span) + data[at + span :]
        else:
            data = data[:at] if draw.random() < 0.5 else data
    return data


def spoilt_json(draw: random.Random, value: Any, most: int = 3) -> Any:
    """Some values anywhere within replaced, left out, doubled or renamed; the value given is left as it is."""
    value = json.loads(json.dumps(value))
    for _ in range(draw.randint(1, most)):
        spots = list(_spots(value))
        if not spots:
            return draw.choice(NASTY_VALUES)
        holder, name = draw.choice(spots)
        way = draw.randrange(8)
        if way <= 4:
            holder[name] = draw.choice(NASTY_VALUES)
        elif way == 5:
            del holder[name]
        elif way == 6 and isinstance(holder, list):
            holder.append(holder[name])
        elif isinstance(holder, dict):
            holder[str(draw.choice(["x", "file", "name", ""]))] = holder.pop(name)
    return value


def _spots(value: Any) -> Any:
    """Every place in a value of JSON: (what holds it, its name or number there)."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, held in list(inside):
        yield value, name
        yield from _spots(held)
