"""Files that are not text are never read as text, and other files in a folder are skipped, counted and reported."""

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from corpora import COMPRESS, texts, write

from bertprep.core.errors import InputError

TEXT = "Cats sleep all day. They hunt at dusk.\n"
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\nWhere have you been?\r\n"
TREE = "# sent_id = 1\n# text = It rains.\n1\tIt\tit\tPRON\t_\n2\trains\train\tVERB\t_\n"


def tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    return made.getvalue()


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", TEXT)
    return made.getvalue()


NOT_TEXT = {
    "a tar archive; unpack it first": tar(),
    "a zip archive": zipped(),
    "a 7z archive": b"7z\xbc\xaf'\x1c" + bytes(9),
    "a PDF file; convert it to plain text first": b"%PDF-1.7\n%abc\n",
    "an RTF document": b"{\\rtf1\\ansi Cats sleep.}",
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "an office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
    "use --format parquet": b"PAR1" + bytes(20),
    "binary data of unknown format": b"ab" * 30 + bytes(20),
}
MARKED_TEXT = {
    "output of WikiExtractor; use --format wikiextractor": b'<doc title="Cats" url="u" id="7">\nCats\n\nThey sleep.\n</doc>\n',
    "use --format warc": b"WARC/1.0\r\nWARC-Type: warcinfo\r\n",
    "use --format html": b"\n<!DOCTYPE html><html><body>Cats</body></html>",
    "use --format subtitles": SRT.encode(),
    "convert them to .srt first": b"[Script Info]\nTitle: Cats\n",
    "subtitles in an unsupported format": b"{1}{25}Cats sleep.\n{26}{50}Cats|eat.\n",
    "for example with pysubs2": b"0:00:01.000,0:00:04.000\r\nCats sleep.\r\n",
    "a treebank": TREE.encode(),
    "per message; use --format mail": b"From a@b.c Mon Jan  1 10:00:00 2001\nSubject: Cats\n\nThey sleep.\n",
    "XML in an unsupported format": b"\xef\xbb\xbf<?xml version='1.0'?><TEI></TEI>",
}


@pytest.mark.parametrize("told", NOT_TEXT)
def test_what_is_no_text_is_refused_by_name_also_where_it_is_said_to_be_text(tmp_path: Path, told: str) -> None:
    for name, content in (("a.txt", NOT_TEXT[told]), ("a.txt.gz", COMPRESS[".gz"](NOT_TEXT[told]))):
        source = write(tmp_path / name, content)
        for options in ({}, {"format": "text"}):
            with pytest.raises(InputError) as refused:
                texts(source, **options)
            assert str(refused.value).startswith(f"{source.path}: ") and told in str(refused.value)
            assert "--format text" not in str(refused.value)


@pytest.mark.parametrize("told", MARKED_TEXT)
def test_text_of_another_format_is_refused_unless_it_is_said_to_be_plain(tmp_path: Path, told: str) -> None:
    content = MARKED_TEXT[told]
    for name, data in (("a.txt", content), ("a.txt.gz", COMPRESS[".gz"](content))):
        source = write(tmp_path / name, data)
        with pytest.raises(InputError) as refused:
            texts(source)
        assert str(refused.value).startswith(f"{source.path}: ") and told in str(refused.value)
        assert str(refused.value).endswith("; --format text reads it as plain text, with all that it holds")
        plain = content.decode("utf-8-sig").strip()
        found = "\n\n".join(texts(source, format="text"))
        assert found.split() == plain.split()


RECEIVED = "Received: from mx.example.org (mx.example.org [192.0.2.1])\n\tby b.example with ESMTP; Mon, 1 Jan 2001"
FROM, SUBJECT = "From: A <a@example.org>", "Subject: =?utf-8?q?Cats?="
MESSAGES = (  # headers as programs write them
    ("From a@example.org", FROM, "Message-ID: <1@example.org>", SUBJECT),
    ("From MAILER-DAEMON Mon Jan 1 10:00:00 2001", "Subject:", FROM),
    ("Return-Path: <a@example.org>", RECEIVED, SUBJECT),
    (RECEIVED, FROM, SUBJECT),
    ("MIME-Version: 1.0", "Date: Mon, 1 Jan 2001 10:00:00 +0000", FROM),
    (FROM, "To: b@example.org,\n c@example.org", SUBJECT, "Mime-version: 1.0 (Mail)"),
    ("Delivered-To: b@example.org", SUBJECT),
    (SUBJECT, FROM, "Content-Type: text/plain", "Content-Transfer-Encoding: quoted-printable"),
)


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_messages_are_refused_by_their_headers(tmp_path: Path, line: str) -> None:
    for headers in MESSAGES:
        content = "\n".join([*headers, "", "Cats sleep. They eat."]).replace("\n", line)
        with pytest.raises(
            InputError, match=r"contains e-mail .*; use --format mail; --format text reads it as plain text"
        ):
            texts(write(tmp_path / "a.txt", content.encode()))


def test_text_that_looks_a_little_like_other_things_is_read(tmp_path: Path) -> None:
    like = [
        "PK is a brand.",
        "1\tA row.\n",
        "II. The mill",
        "<b>Bold</b> words.",
        "From A to B.\nSo: go.",
        "From 10:00 to 12:00 we walked.\nNote: it was cold.\nReceived: three letters.\n",
        "Received: from here on nobody spoke.\n",
        "To: Anna\nFrom: Bert\nSubject: cats\nMessage: they sleep.\n\nReceived: by all.\nMIME-Version: 1.0\n",
        "ANNA: What is a header?\nBERT: A line.\n\nANNA: Such as MIME-Version: 1.0 in a message.\n",
        "12\n00:10 then",
    ]
    for content in (*like, "a\0b" * 3 + "c" * 600):
        assert "\n\n".join(texts(write(tmp_path / "a.txt", content))) == content
    page = "<html><body>Cats sleep.</body></html>"
    assert texts(write(tmp_path / "a.txt", page), html=True) == [page]


def test_what_a_folder_holds_beside_is_left_out_counted_and_told(tmp_path: Path, command) -> None:
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    contents = {"a.txt.xz": COMPRESS[".xz"](TEXT.encode()), "part-0.json": b"", "book.pdf": b"%PDF-", "notes": b"x"}
    contents |= dict.fromkeys(("_SUCCESS", "README.md", "part-0.json.crc", "SHA256SUMS"), b"x")
    for name, content in contents.items():
        write(corpus / name, content or "x")
        (corpus / name).write_bytes(content)
    to = ("segment", corpus, "-o", out, "--workers", 1, "--validation-share", 0)
    told = f"2 files or folders in the corpus were not read: {corpus}/book.pdf (no format for .pdf), {corpus}/notes (no ending)"
    assert told in command(*to, "--dry-run")[2] and not out.exists()
    code, shown, err = command(*to)
    assert code == 0 and told in err and "4 files that are not data, 1 empty file, 2 files of unknown formats" in shown
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["left_out"] == ["book.pdf (no format for .pdf)", "notes (no ending)"]
    counted = {name: count for name, count in manifest["counters"].items() if name.startswith("files")}
    assert counted == {"files": 1, "files_beside_data": 4, "files_empty": 1, "files_of_other_kinds": 2}
    assert command("verify", out)[0] == 0


def test_one_json_value_is_told_from_json_lines_at_its_first_byte(tmp_path: Path) -> None:
    rows = [{"text": "Cats sleep.", "tags": ["a", {"b": 1}]}] * 3
    values = {
        json.dumps(rows): 3,
        json.dumps(rows, indent=1): 3,
        "\ufeff\n" + json.dumps(rows, indent=4): 3,
        "[" + ",\n".join(map(json.dumps, rows)) + "]": 3,
        json.dumps({"data": rows}, indent=2): 3,
        json.dumps(rows[0], indent=0): 1,
        json.dumps({"a": rows[0], "b": rows[1]}, indent=1).replace("{\n ", "{", 1): 0,
    }
    for content, count in values.items():
        for name in ("a.json", "a.jsonl.gz", "a"):
            source = write(tmp_path / name, COMPRESS[".gz"](content.encode()) if ".gz" in name else content.encode())
            if count:
                assert texts(source) == count * ["Cats sleep."], (content, name)
            else:
                with pytest.raises(InputError, match="convert it: jq -c"):
                    texts(source)
    for lines in ("\n".join(map(json.dumps, rows)), '{"text": "Cut,\n' + json.dumps(rows[0])):
        found = texts(write(tmp_path / "b.jsonl", lines.encode()), bad_input="skip")
        assert set(found) == {"Cats sleep."}
