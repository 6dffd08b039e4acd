"""The files that arguments name, and equal content of compressed and plain files."""

import bz2
import dataclasses
import os
import re
from pathlib import Path

import pytest
from corpora import COMPRESS, write, zstd

from bertprep.core.errors import InputError, StageError
from bertprep.corpus import bzip2, pieces, raw_bytes, sources
from bertprep.corpus.bad_input import FILE_DAMAGED
from bertprep.corpus.pieces import Piece, PieceReader
from bertprep.corpus.sources import Source

DATA = b"".join(b"line %d of a text\n" % number for number in range(20_000))


def decompressed(source: Source) -> bytes:
    with PieceReader(Piece(source, 0, source.size)) as reader:
        blocks = list(reader.decompressed())
    assert all(0 < len(block) <= sources.BLOCK_BYTES for block in blocks)
    return b"".join(blocks)


def names(*arguments: object) -> list[str]:
    return [source.name for source in sources.expand([str(argument) for argument in arguments])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden.txt", ".git/c.txt", "b/.d/e.txt", "unknown.bin"):
        write(tmp_path / "corpus" / name, name)
    return tmp_path / "corpus"


def test_a_folder_is_walked_in_order_without_hidden_files(folder: Path) -> None:
    assert names(folder) == ["a.txt", "b/1.txt", "b/2.txt", "unknown.bin"]
    assert names(f"{folder}/") == names(folder)


def test_a_name_is_relative_to_the_argument(folder: Path) -> None:
    assert names(folder / "b" / "1.txt") == ["1.txt"]
    assert names(folder / "b") == ["1.txt", "2.txt"]


def test_relative_arguments(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert names(".") == names(folder)
    assert names("b/1.txt", "a.txt") == ["1.txt", "a.txt"]


def test_globs_are_sorted(folder: Path) -> None:
    assert names(f"{folder}/b/*.txt") == ["1.txt", "2.txt"]
    assert names(f"{folder}/**/*.txt") == ["a.txt", "1.txt", "2.txt"]
    assert names(f"{folder}/[ab]*") == ["a.txt", "1.txt", "2.txt"]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    once = folder / "a.txt"
    assert names(once, once, f"{folder}/../corpus/a.txt", f"{folder}/*.txt") == ["a.txt"]
    assert names(folder, folder) == names(folder)


def test_what_was_named_is_told_from_what_was_found(folder: Path) -> None:
    found = sources.expand([str(folder / "b"), str(folder / "unknown.bin"), f"{folder}/a*"])
    assert [source.named for source in found] == [False, False, True, True]


@pytest.mark.parametrize("argument", ["nothing", "nothing/*.txt", "a.txt/b", "[", "nul\0byte"])
def test_what_is_not_there_is_refused(folder: Path, argument: str) -> None:
    with pytest.raises(InputError, match="no such file"):
        sources.expand([str(folder / argument)])


def test_no_argument_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no corpus"):
        sources.expand([])
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError, match="contains no files"):
        sources.expand([str(tmp_path)])


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"pipe: neither a file nor a folder"):
        sources.expand([str(tmp_path / "pipe")])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(folder: Path) -> None:
    (folder / "b").chmod(0)
    try:
        for argument in (folder / "b", folder / "b" / "1.txt"):
            with pytest.raises(InputError, match="cannot be read"):
                sources.expand([str(argument)])
    finally:
        (folder / "b").chmod(0o755)


def test_unknown_stores_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        sources.expand(["nowhere://corpus/a.txt"])


def test_a_file_by_its_uri(folder: Path) -> None:
    assert names(f"file://{folder}/a.txt") == ["a.txt"]
    (source,) = sources.expand([f"file://{folder}/a.txt"])
    assert decompressed(source) == b"a.txt"
    assert names(f"file://{folder}/b") == ["1.txt", "2.txt"]


@pytest.mark.parametrize("ending", COMPRESS)
def test_compressed_gives_what_plain_gives(tmp_path: Path, ending: str) -> None:
    compress = COMPRESS[ending]
    for number, data in enumerate((DATA, b"", b"x", os.urandom((1 << 20) + 5))):
        assert decompressed(write(tmp_path / f"{number}.txt{ending}", compress(data))) == data


@pytest.mark.parametrize("ending", COMPRESS)
def test_all_members_are_read(tmp_path: Path, ending: str) -> None:
    parts = [DATA[:10], b"", DATA[10:100_000], b"", DATA[100_000:], b""]
    assert decompressed(write(tmp_path / f"a{ending}", b"".join(map(COMPRESS[ending], parts)))) == DATA


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize("damage", ["end", "half", "start", "flip", "checksum", "junk", "plain", "second"])
def test_damage_is_told(tmp_path: Path, ending: str, damage: str) -> None:
    if ending == ".zst" and damage in ("flip", "checksum"):
        pytest.skip("Arrow writes zstd without a checksum")
    whole = COMPRESS[ending](DATA)
    middle = len(whole) // 2
    broken = {
        "end": whole[:-9],
        "half": whole[:middle],
        "start": whole[:5],
        "flip": whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :],
        "checksum": whole[:-6] + bytes([whole[-6] ^ 1]) + whole[-5:],
        "junk": whole + b"junk of some length",
        "plain": DATA,
        "second": whole + whole[:-9],
    }[damage]
    source = write(tmp_path / f"a.txt{ending}", broken)
    with pytest.raises(
        InputError, match=rf"a\.txt{ending}: corrupt (gzip|bz2|zstd|xz) data, near byte \d+ of {len(broken)} "
    ):
        decompressed(source)


@pytest.mark.parametrize("ending", COMPRESS)
def test_zeros_behind_the_data_are_ignored_and_nothing_else_is(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compress = COMPRESS[ending]
    packed, content = compress(DATA[:50_000]) + compress(b"") + compress(DATA[:70_000]), DATA[:50_000] + DATA[:70_000]
    for block_bytes, zeros in ((1 << 20, 1), (1 << 20, 10_240), (1 << 20, 3 << 20), (len(packed) + 2, 512)):
        for module in (raw_bytes, bzip2):
            monkeypatch.setattr(module, "BLOCK_BYTES", block_bytes)
        assert decompressed(write(tmp_path / f"a.txt{ending}", packed + bytes(zeros))) == content, (block_bytes, zeros)
    for tail in (b"more", b"\0more", bytes(600) + b"x", b"\x1f"):
        source = write(tmp_path / f"a.txt{ending}", packed + tail)
        with pytest.raises(InputError) as refused:
            decompressed(source)
        told = re.match(
            rf"{re.escape(source.path)}: corrupt \w+ data, near byte (\d+) of {source.size} ", str(refused.value)
        )
        assert told and len(packed) <= int(told[1]) <= len(packed) + len(tail.rstrip(b"x")), refused.value
        with PieceReader(Piece(dataclasses.replace(source, skips_bad=True), 0, source.size)) as reader:
            assert b"".join(reader.decompressed()) == content, tail
            assert reader.skipped.counts == {FILE_DAMAGED: 1}


def test_zstd_frames_of_all_kinds(tmp_path: Path) -> None:
    noise = os.urandom(400_000)  # for uncompressed blocks
    skippable = (b"\x5e\x2a\x4d\x18\x05\0\0\0\x28\xb5\x2f\xfd\0", b"")
    checked = (bytes.fromhex("28b52ffd0458890000776f726473206f662061206672616d650acc3721be"), b"words of a frame\n")
    repeated = (bytes.fromhex("28b52ffd2004230000") + b"x", b"xxxx")  # a run-length block of one byte
    large, text = (zstd(noise), noise), (zstd(DATA), DATA)
    for frames in ([skippable], [checked, repeated], [skippable, large, skippable, text, repeated, checked, skippable]):
        data, content = (b"".join(parts) for parts in zip(*frames, strict=True))
        for tail in (b"", bytes(7)):
            assert decompressed(write(tmp_path / "a.zst", data + tail)) == content
        with pytest.raises(InputError, match=rf"a\.zst: corrupt zstd data, near byte \d+ of {len(data) - 1} "):
            decompressed(write(tmp_path / "a.zst", data[:-1]))
    with pytest.raises(InputError, match="corrupt zstd data"):
        decompressed(write(tmp_path / "a.zst", checked[0][:-1] + b"?"))


def test_a_bz2_stream_that_ends_where_a_block_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = bz2.compress(DATA)
    monkeypatch.setattr(pieces, "BLOCK_BYTES", len(stream))
    assert decompressed(write(tmp_path / "a.bz2", stream * 3)) == DATA * 3


def test_a_digest_is_of_the_bytes_of_a_piece(tmp_path: Path) -> None:
    one, two = write(tmp_path / "a.txt", DATA), write(tmp_path / "b.txt", DATA[:500] + b"!" + DATA[501:])
    assert Piece(one, 0, 400).digest() == Piece(two, 0, 400).digest()
    assert Piece(one, 0, 600).digest() != Piece(two, 0, 600).digest()
    assert Piece(one, 1, 400).digest() != Piece(one, 0, 400).digest()
    assert Piece(one, 0, 1, (0, 600)).digest() == Piece(one, 0, 600).digest()


@pytest.mark.parametrize(
    ("name", "compression", "kind"),
    [
        ("a.txt", None, ".txt"),
        ("a.TXT.GZ", "gzip", ".txt"),
        ("a.xml.bz2", "bz2", ".xml"),
        ("a.zst", "zstd", ""),
        ("a.b.jsonl", None, ".jsonl"),
    ],
)
def test_names_tell_compression_and_kind(name: str, compression: str | None, kind: str) -> None:
    source = Source(name, name, 1, 0)
    assert (source.compression, source.kind) == (compression, kind)


def test_a_file_cut_short_while_it_is_read_is_told(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", DATA)
    with PieceReader(Piece(source, 0, source.size)) as reader:
        (tmp_path / "a.txt").write_bytes(DATA[:1000])
        with pytest.raises(InputError, match=r"a\.txt: changed while it was read; run again with --overwrite"):
            list(reader.decompressed())


class Short:
    """An open file of which less arrives than it has, as when a connection ends early."""

    def read_at(self, count: int, offset: int) -> bytes:
        return DATA[:1000][offset : offset + count]

    def close(self) -> None:
        pass


def test_reading_that_ends_early_is_told(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", DATA)
    with PieceReader(Piece(source, 0, source.size)) as reader:
        reader.file = Short()
        with pytest.raises(StageError, match=r"byte 1000: reading failed .*unexpected end of data"):
            list(reader.decompressed())
