"""Every block of a bz2 file is found and decompressed alone, at any bit, and damage is reported with its position."""

import bz2
import json
import random
from pathlib import Path

import pytest
from corpora import documents, pieces, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import bzip2
from bertprep.corpus.pieces import Piece, PieceReader


def words(count: int, seed: int) -> str:
    draw = random.Random(seed)
    return "".join(f"{draw.randrange(10**9):x}" + draw.choice(" \n") for _ in range(count))


LONG = words(40_000, 1).encode()  # four blocks of 100 kB
STREAMS = {
    "one": bz2.compress(LONG, 1),
    "many": b"".join(bz2.compress(LONG[start : start + 9000]) for start in range(0, len(LONG), 9000)),
    "mixed": bz2.compress(b"") + bz2.compress(LONG[:150_000], 1) + bz2.compress(b"") + bz2.compress(LONG[150_000:], 9),
}


@pytest.mark.parametrize("name", STREAMS)
def test_the_blocks_of_pieces_make_the_file(name: str, tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt.bz2", STREAMS[name])
    for piece_bytes in (7919, 50_000, source.size):
        found = b""
        for start in range(0, source.size, piece_bytes):
            with PieceReader(Piece(source, start, min(start + piece_bytes, source.size))) as reader:
                for place, content in bzip2.own_blocks(reader):
                    if place == -1:
                        assert found.endswith(content) and (len(content) >= bzip2.KEPT_BYTES or content == found)
                    elif place == 0:
                        found += content
                    else:
                        break
                assert reader.digest() == Piece(source, reader.piece.start, reader.piece.stop).digest()
        assert found == LONG
        with PieceReader(Piece(source, 0, source.size)) as reader:
            assert bzip2.last_bytes(reader, 300) == LONG[-300:]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(0, 7), st.booleans())
def test_a_mark_is_found_at_any_bit(before: bytes, after: bytes, shift: int, is_block: bool) -> None:
    mark = bzip2.BLOCK if is_block else bzip2.END
    count = 8 * len(before) + shift + bzip2.MARK_BITS
    bits = (int.from_bytes(before, "big") << (shift + bzip2.MARK_BITS)) | mark
    data = (bits << (-count % 8)).to_bytes(-(-count // 8), "big") + after
    value, last = int.from_bytes(data, "big"), 8 * len(data) - bzip2.MARK_BITS
    windows = {bit: value >> (last - bit) & (1 << bzip2.MARK_BITS) - 1 for bit in range(last + 1)}
    expected = [(bit, found == bzip2.BLOCK) for bit, found in windows.items() if found in (bzip2.BLOCK, bzip2.END)]
    assert bzip2.marks(data) == expected and (8 * len(before) + shift, is_block) in expected


def test_a_mark_within_a_block_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "a.txt.bz2", STREAMS["one"])
    true_marks = bzip2.marks

    def with_chance_ones(data: bytes, first: int = 0) -> list[tuple[int, bool]]:
        found = true_marks(data, first)
        more = [(bit + offset, kind) for bit, kind in found for offset in (9, 1001, 80_007)]
        return sorted([*found, *(mark for mark in more if mark[0] < 8 * len(data) - 100)])

    monkeypatch.setattr(bzip2, "marks", with_chance_ones)
    monkeypatch.setattr(bzip2, "BLOCK_BYTES", 1 << 24)  # so that all marks are found at once
    found = b""
    for start in range(0, source.size, 40_000):
        with PieceReader(Piece(source, start, min(start + 40_000, source.size))) as reader:
            found += b"".join(content for place, content in bzip2.own_blocks(reader) if place == 0)
    assert found == LONG


@pytest.mark.parametrize("piece_bytes", [40_000, 1 << 30])
def test_nothing_of_a_damaged_block_is_read(piece_bytes: int, tmp_path: Path) -> None:
    data = bytearray(STREAMS["one"])
    data[len(data) // 2] ^= 0x55
    source = write(tmp_path / "a.txt.bz2", bytes(data))
    with pytest.raises(InputError) as told:
        documents(source, piece_bytes, document_separator="line")
    near = int(str(told.value).split("near byte ")[1].split()[0])
    assert 0 <= len(data) // 2 - near < 60_000
    known = LONG.decode()
    lines = set(known.split("\n"))
    for _, _, _, text in documents(source, piece_bytes, document_separator="line", bad_input="skip"):
        assert text in lines or text in known


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("damage", ["changed", "cut", "longer"])
def test_damage_is_refused_or_left_out(name: str, damage: str, tmp_path: Path) -> None:
    data = bytearray(STREAMS[name])
    data[len(data) // 2] ^= 0x55 * (damage == "changed")
    data = {"changed": data, "cut": data[:-3], "longer": data + b"more"}[damage]
    source = write(tmp_path / "a.txt.bz2", bytes(data))
    with pytest.raises(InputError, match=rf"a\.txt\.bz2: corrupt bz2 data, near byte \d+ of {len(data)}"):
        documents(source, 40_000, document_separator="line")
    found = documents(source, 40_000, document_separator="line", bad_input="skip")
    lines = set(LONG.decode().split("\n"))
    assert 0.3 * len(lines) < len(found) <= len(lines)
    assert sum(row[3].strip() not in lines for row in found) <= 8  # lines cut where a block is missing


def test_zeros_behind_the_last_stream_are_no_content(tmp_path: Path) -> None:
    packed = STREAMS["mixed"]
    for zeros, piece_bytes in (
        (1, 1 << 30),
        (10_240, 300_000),
        (3_000_000, 1 << 20),
    ):  # the last pieces contain nothing else
        source, found = write(tmp_path / "a.txt.bz2", packed + bytes(zeros)), b""
        for start in range(0, source.size, piece_bytes):
            with PieceReader(Piece(source, start, min(start + piece_bytes, source.size))) as reader:
                found += b"".join(content for place, content in bzip2.own_blocks(reader) if place == 0)
        assert found == LONG, zeros
    with PieceReader(Piece(source, 0, source.size)) as reader:
        assert bzip2.last_bytes(reader, 300) in (LONG[-300:], b"")
    for last in (b"\0more", bytes(600) + packed):  # anything else is an error
        source = write(tmp_path / "a.txt.bz2", packed + last)
        with pytest.raises(InputError, match="corrupt bz2 data"), PieceReader(Piece(source, 0, source.size)) as reader:
            list(bzip2.own_blocks(reader))


def test_lines_are_counted_from_the_beginning_of_the_file(tmp_path: Path) -> None:
    rows = [json.dumps({"text": words(20, number)}) for number in range(3000)]
    rows[2500] = "no JSON"
    source = write(tmp_path / "a.jsonl.bz2", bz2.compress("\n".join(rows).encode(), 1))
    assert len(pieces(source, 60_000)) > 3
    with pytest.raises(InputError, match="line 2501: not JSON"):
        documents(source, 60_000)


def test_an_id_is_taken_from_the_line_before_a_piece(tmp_path: Path) -> None:
    rows = []
    for number in range(1000):
        rows += [json.dumps({"index": {"_id": str(number)}}), json.dumps({"text": words(90, number)})]
    data = "\n".join(rows).encode() + b"\n"
    parts = [data[start : start + 500] for start in range(0, len(data), 500)]
    for name, packed in (("one", bz2.compress(data, 1)), ("many", b"".join(map(bz2.compress, parts)))):
        source = write(tmp_path / f"{name}.jsonl.bz2", packed)
        assert [row[0] for row in documents(source, source.size // 20)] == [str(number) for number in range(1000)]
