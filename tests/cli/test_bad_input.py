"""Bad input to `segment`, of any kind: one clear message, exit code 3, and nothing left behind."""

import bz2
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import COMPRESS, json_lines, write

from bertprep.corpus import boundaries

GOOD = "First one. And another.\n\nSecond one. And more.\n"
PAGE = "<page><title>A</title><ns>0</ns><id>1</id><revision><text>Some text here.</text></revision></page>"
HEAD = '<mediawiki xml:lang="en"><siteinfo></siteinfo>'


def test_what_is_not_there(refused, tmp_path: Path) -> None:
    assert "nothing.txt: no such file" in refused("nothing.txt")
    assert "*.txt" in refused("*.txt")
    write(tmp_path / "good.txt", GOOD)
    assert "bad.txt: no such file" in refused("good.txt", "bad.txt")


def test_what_is_empty(refused, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "")
    assert "a.txt: the file is empty" in refused("a.txt")
    (tmp_path / "empty").mkdir()
    assert "empty: the folder contains no files" in refused("empty")
    write(tmp_path / "odd" / "a.exe", "x")
    assert "no file of a known format" in refused("odd")
    write(tmp_path / "b.txt", " \n\n \n")
    assert refused("b.txt").strip().endswith("no document is left of 0 read: the input contains no text")
    write(tmp_path / "b.json", "[]")
    assert "no document is left of 0 read: the input contains no text" in refused("b.json")
    write(tmp_path / "b.xml", "<PubmedArticleSet><PubmedArticle><PMID>1</PMID></PubmedArticle></PubmedArticleSet>")
    assert "no document is left of 0 read: 1 article without an abstract" in refused("b.xml")
    write(tmp_path / "c.jsonl", '{"text": "* * *"}\n{"text": ""}\n')
    assert "no document is left of 2 read: 2 without a sentence\n" in refused("c.jsonl")
    write(tmp_path / "numbers.txt", "1.2.3. " * 300)
    said = refused("numbers.txt", "--max-document-chars=1000")
    assert "no document is left of 1 read, 1 of them split into several: 3 without a sentence" in said
    write(tmp_path / "d.txt.gz", COMPRESS[".gz"](b""))
    assert "no document is left" in refused("d.txt.gz")
    write(tmp_path / "e.txt", GOOD)
    assert "2 shorter than --min-document-chars" in refused("e.txt", "--min-document-chars=1000")


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize("kind", [".txt", ".jsonl", ".xml", ".csv"])
def test_damaged_compression(refused, tmp_path: Path, ending: str, kind: str) -> None:
    content = {".txt": GOOD, ".jsonl": json_lines({"text": "A."}), ".xml": HEAD + PAGE, ".csv": "text\nA.\n"}[kind]
    whole = COMPRESS[ending]((content * 100).encode())
    write(tmp_path / f"a{kind}{ending}", whole[:-5])
    assert f"a{kind}{ending}: corrupt" in refused(f"a{kind}{ending}")
    write(tmp_path / f"a{kind}{ending}", content)
    assert f"a{kind}{ending}: corrupt" in refused(f"a{kind}{ending}")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_wrong_bytes_are_reported_with_their_line(refused, tmp_path: Path, monkeypatch, end: str) -> None:
    from bertprep.sentences import cutting

    good = f"Some good line é.{end}{end}" * 500
    line = 1000 + 2
    write(tmp_path / "a.txt", (good + f"next{end}").encode() + b"caf\xe9 au lait" + (end + good).encode())
    assert f"a.txt, line {line}: not UTF-8 (byte 0xe9)" in refused("a.txt")
    write(tmp_path / "a.txt.gz", COMPRESS[".gz"]((tmp_path / "a.txt").read_bytes()))
    assert f"a.txt.gz, line {line}: not UTF-8 (byte 0xe9)" in refused("a.txt.gz")
    rows = (json.dumps({"text": "é"}, ensure_ascii=False) + end) * 700
    write(tmp_path / "a.jsonl", rows.encode() + b'{"text": "\xe9"}\n')
    assert "a.jsonl, line 701: not UTF-8 (byte 0xe9)" in refused("a.jsonl")
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 1000)
    assert f"a.txt, line {line}: not UTF-8 (byte 0xe9)" in refused("a.txt")
    assert "a.jsonl, line 701: not UTF-8 (byte 0xe9)" in refused("a.jsonl")


def test_wrong_bytes_in_a_later_window(refused, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(boundaries, "WINDOW_BYTES", 1000)
    write(tmp_path / "a.txt", ("Some good line.\n\n" * 900).encode() + b"\xff")
    assert "a.txt, line 1801: not UTF-8 (byte 0xff)" in refused("a.txt")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "a"', "not JSON (Expecting"),
        ('{"text": "a"} {"text": "b"}', "not JSON (Extra data"),
        ("plain words", "not JSON"),
        ('{"text": "raw\ttab"}', "not JSON (Invalid control character"),
        ('["a"]', "not a JSON object"),
        ("7", "not a JSON object"),
        ('{"body": "a", "id": 3}', "no field 'text'; it has: body, id; name one with --text-field"),
        ("{}", "no field 'text'; it has: none"),
        ('{"text": {"a": "b"}}', "field 'text' is not a string but an object; name another"),
        ('{"text": ["a", 3]}', "field 'text' is not a string but a list with a number; name another"),
        ('{"text": [["a"], [true]]}', "field 'text' is not a string but a list with a list with true or false"),
        ('{"text": 3.5}', "field 'text' is not a string but a number"),
        ('{"text": false}', "field 'text' is not a string but true or false"),
        (json.dumps({f"key{number}": 1 for number in range(300)}), "it has: key0, key1, "),
        (json.dumps({f"key{number}": 1 for number in range(300)}), "key19 and 280 more; name one with"),
        (json.dumps({"key" * 30 + str(number): 1 for number in range(300)}), "keykey2 and 297 more; name one with"),
        (json.dumps({"long" * 1000: 1}), "longlong...; name one with"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_lines_of_json_that_cannot_be_used(refused, tmp_path: Path, monkeypatch, line: str, message: str) -> None:
    from bertprep.sentences import cutting

    good = json_lines({"text": "Good. Very good."}) * 300
    write(tmp_path / "a.jsonl", f"{good}\n{line}\n{good}")
    for _ in range(2):
        said = refused("a.jsonl")
        assert "a.jsonl, line 302: " in said and message in said
        monkeypatch.setattr(cutting, "SMALLEST_BYTES", 1000)


def test_one_value_of_json(refused, tmp_path: Path) -> None:
    write(tmp_path / "a.json", json.dumps([{"text": "a"}, {"txet": "b"}], indent=1))
    assert "a.json, element 2 (line 5): no field 'text'; it has: txet" in refused("a.json")
    write(tmp_path / "b.json", json.dumps({"train": [{"text": "a"}], "test": [{"text": "b"}]}))
    assert "b.json: one JSON object with several arrays of objects (train, test)" in refused("b.json")
    for value in ([{"a": 1}], 1):
        write(tmp_path / "c.json", json.dumps({f"key{number}": value for number in range(300)}, indent=1))
        said = refused("c.json")
        assert "key0, key1, " in said and "key19 and 280 more)" in said and len(said) < 1000


def test_parquet_that_cannot_be_used(refused, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", GOOD)
    assert "a.parquet: not a valid Parquet file" in refused("a.parquet")
    pq.write_table(pa.table({"content": ["a"], "n": [1], "id": [[1, 2]]}), tmp_path / "b.parquet")
    assert "b.parquet: no column 'text'; it has: content, n, id; name one with --text-field" in refused("b.parquet")
    assert "b.parquet: column 'n' is int64, not string" in refused("b.parquet", "--text-field=n")
    said = refused("b.parquet", "--text-field=content")
    assert "column 'id' is list" in said and "--id-field" in said


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
def test_flipped_bytes_in_parquet(refused, tmp_path: Path, compression: str) -> None:
    texts = pa.array([f"Text number {number}. It goes on é." for number in range(3000)])
    options = {"compression": compression, "use_dictionary": False, "write_page_checksum": True}
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", **options)
    data = (tmp_path / "a.parquet").read_bytes()
    for place in (len(data) // 4, len(data) // 3, len(data) // 2):
        broken = data[:place] + bytes([data[place] ^ 0xFF, data[place + 1] ^ 0xFF]) + data[place + 2 :]
        write(tmp_path / "b.parquet", broken)
        assert "b.parquet" in refused("b.parquet")
    write(tmp_path / "c.parquet", data[:-100])
    assert "c.parquet: not a valid Parquet file" in refused("c.parquet")


def test_wrong_bytes_in_columns(refused, tmp_path: Path) -> None:
    wrong = pa.array([b"good", b"caf\xe9"]).view(pa.string())
    pq.write_table(pa.table({"text": wrong}), tmp_path / "a.parquet")
    assert "a.parquet, row 2: not UTF-8 (Invalid UTF8" in refused("a.parquet")
    with (
        pa.OSFile(str(tmp_path / "a.arrow"), "wb") as file,
        pa.ipc.new_stream(file, pa.schema({"text": pa.string()})) as out,
    ):
        out.write_table(pa.table({"text": wrong}))
    assert "a.arrow, row 2: not UTF-8 (Invalid UTF8" in refused("a.arrow")


def test_arrow_that_cannot_be_used(refused, tmp_path: Path) -> None:
    write(tmp_path / "a.arrow", GOOD)
    assert "a.arrow: not a valid Arrow file" in refused("a.arrow")
    table = pa.table({"content": [f"Text {number}." for number in range(1000)]})
    for name, opened in (("s.arrow", pa.ipc.new_stream), ("f.arrow", pa.ipc.new_file)):
        with opened(tmp_path / name, table.schema) as out:
            out.write_table(table)
        assert f"{name}: no column 'text'; it has: content" in refused(name)
        write(tmp_path / f"t{name}", (tmp_path / name).read_bytes()[:-4000])
        assert f"t{name}: not a valid Arrow file" in refused(f"t{name}", "--text-field=content")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,body\n1,a\n", "line 1: no column 'text'; it has: id, body"),
        ("id,text\n1,a\n2,b,c\n", "line 3: 3 fields, where the header has 2"),
        ('id,text\n1,"a\nb"\n2,"b" c\n', "line 4: not CSV"),
        ('id,text\n1,"a\nb\n2,c\n', "not CSV (unexpected end of data)"),
        (b"id,text\n1,a\n2,\xe9\n", "line 3: not UTF-8 (byte 0xe9)"),
    ],
)
def test_csv_that_cannot_be_used(refused, tmp_path: Path, content: str | bytes, message: str) -> None:
    write(tmp_path / "a.csv", content)
    said = refused("a.csv")
    assert "a.csv, line " in said and message in said


def test_dumps_that_cannot_be_used(refused, tmp_path: Path) -> None:
    write(tmp_path / "b.xml", HEAD + PAGE + PAGE[:-30])
    assert "b.xml: the dump is truncated" in refused("b.xml")
    write(tmp_path / "b.xml", HEAD + PAGE + PAGE)
    assert "b.xml: the dump is truncated: it ends without </mediawiki>" in refused("b.xml")
    streams = [bz2.compress(part.encode()) for part in (HEAD, PAGE, PAGE)]
    write(tmp_path / "c.xml.bz2", b"".join(streams)[:-10])
    assert "c.xml.bz2" in refused("c.xml.bz2")


def test_xml_of_another_kind_is_called_by_its_root_element_and_can_be_skipped(refused, tmp_path: Path, command) -> None:
    prolog = "<?xml version='1.0'?>\n<!-- of <us> -->\n<!DOCTYPE %s [<!ENTITY a 'b'>]>\n"
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "good.txt", GOOD)
    for root, content in {
        "feed": "<feed><entry>404</entry></feed>",
        "TEI": "\ufeff"
        + prolog % "TEI"
        + '<TEI xmlns="http://www.tei-c.org/ns/1.0">'
        + "<p>Words.</p>\n" * 90_000
        + "</TEI>",
        "dc:law": "<!-- a -->" * 500 + "<dc:law/>",
    }.items():
        write(tmp_path / "a.xml", content)
        for format in ("auto", "wikipedia", *(["jats"] if root == "feed" else [])):
            said = refused("a.xml", f"--format={format}")
            assert (
                f"a.xml: XML with the root element <{root}>; expected" in said
                and "--bad-input skip leaves it out" in said
            )
        write(tmp_path / "in" / f"{root[:2]}.xml", content)
    settings = ["--bad-input", "skip", "--workers", 1]
    code, out, err = command("segment", tmp_path / "in", "-o", tmp_path / "out", *settings)
    assert code == 0 and "fe.xml (an unsupported XML format)" in out + err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["counters"]["files_of_other_xml"] == 3
    rejected = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_text().splitlines()]
    assert sorted(each["file"] for each in rejected) == ["TE.xml", "dc.xml", "fe.xml"]


def test_wikiextractor_output_that_cannot_be_used(refused, tmp_path: Path) -> None:
    write(
        tmp_path / "wiki_00", '<doc id="1" url="u" title="A">\nA\n\nText.\n</doc>\n<doc id="2" url="u" title="B">\nB\n'
    )
    assert "wiki_00, line 6: a <doc> without its </doc>" in refused("wiki_00")
    write(tmp_path / "wiki_01", 'words\n<doc id="1" url="u" title="A">\nA\n\nText.\n</doc>\n')
    assert "wiki_01, line 1: text outside of <doc" in refused("wiki_01", "--format=wikiextractor")


def test_binary_data(refused, tmp_path: Path) -> None:
    write(tmp_path / "program", b"\x7fELF\0\0")
    assert "program: binary data of unknown format" in refused("program")


def test_a_list_of_abbreviations_that_is_not_there(refused, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", GOOD)
    assert "none.txt: cannot be read as a list of words" in refused("a.txt", f"--abbreviations={tmp_path}/none.txt")


def test_one_bad_file_among_good_ones_and_workers(tmp_path: Path, command) -> None:
    for number in range(4):
        write(tmp_path / "in" / f"{number}.jsonl", json_lines({"text": "A good one. Very good."}) * 1000)
    write(tmp_path / "in" / "2.jsonl", "{}\n")
    code, _, err = command("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "2")
    assert code == 3 and "2.jsonl, line 1: no field 'text'" in err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_was_there_is_kept_and_has_no_parts(tmp_path: Path, command) -> None:
    write(tmp_path / "a.jsonl", json_lines({"text": "A."}) + "{}\n")
    (tmp_path / "out").mkdir()
    assert command("segment", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--workers", "1")[0] == 3
    assert not list((tmp_path / "out").glob("*.arrow")) and not (tmp_path / "out" / "manifest.json").exists()


def test_through_the_command_itself(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("bertprep")
    done = subprocess.run(
        [program, "segment", tmp_path / "none", "-o", tmp_path / "out"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("bertprep: ") and done.stderr.count("\n") == 1


def test_most_documents_of_one_sentence_are_warned_about(tmp_path: Path, command) -> None:
    write(tmp_path / "a.txt", "One line of words\n\n" + "".join(f"Paragraph {number}.\n\n" for number in range(20)))
    code, _, err = command("segment", tmp_path / "a.txt", "-o", tmp_path / "out", "--workers", "1", "--quiet")
    assert (
        code == 0
        and err.startswith("warning: 21 of 21 documents have a single sentence")
        and "--document-separator file" in err
        and "If each document is one sentence" in err
        and "use --pairing none in build-pairs" in err
    )
    vocab, pairs = tmp_path / "vocab", tmp_path / "pairs"
    assert command("train-vocab", tmp_path / "out", "-o", vocab, "--size", 200, "--workers", 1)[0] == 0
    made = ("build-pairs", tmp_path / "out", "--vocab", vocab, "-o", pairs, "--workers", 1)
    code, shown, _ = command(*made, "--pairing", "none")
    assert code == 0 and "0 documents yielded no row" in shown and "no pair" not in shown
    write(tmp_path / "b.txt", GOOD)
    quiet = ["-o", tmp_path / "out2", "--workers", "1", "--validation-share", 0]
    assert "warning" not in command("segment", tmp_path / "b.txt", *quiet)[2]


def test_useless_results_leave_no_folder_and_do_not_block_the_next_run(command, tmp_path):
    (tmp_path / "one.txt").write_text("Only one document. It has two sentences.\n")
    sentences, vocab, pairs = (tmp_path / name for name in ("sentences", "vocab", "pairs"))
    code, _, err = command("segment", tmp_path / "one.txt", "-o", sentences)
    assert (
        code == 0 and "the only document was not held out: each document is held out with a probability of 2 %" in err
    )
    assert command("train-vocab", sentences, "-o", vocab, "--size", 200)[0] == 0
    building = ["build-pairs", sentences, "--vocab", vocab, "-o", pairs]
    for again in ([], ["--overwrite"]):
        code, _, err = command(*building, *again)
        assert code == 3 and "no pairs can be made: 0 of 1 document have fewer than two sentences" in err
        assert not pairs.exists()
    assert command(*building, "--pairing", "none")[0] == 0
    # and the same when an interrupted run had left a part
    (pairs / "manifest.json").unlink()
    assert command(*building, "--overwrite")[0] == 3 and not pairs.exists()


def test_a_corpus_without_words_leaves_no_vocabulary_folder(command, tmp_path):
    (tmp_path / "dots.txt").write_text("\u0301 \u0302\n")
    if command("segment", tmp_path / "dots.txt", "-o", tmp_path / "sentences")[0] == 0:
        code, _, err = command("train-vocab", tmp_path / "sentences", "-o", tmp_path / "vocab")
        assert code == 3 and "no words" in err
        assert not (tmp_path / "vocab").exists()


def test_two_columns_of_one_name_are_refused(refused, tmp_path: Path) -> None:
    twice = pa.Table.from_arrays([pa.array(["A one."]), pa.array(["B two."])], names=["text", "text"])
    with pa.ipc.new_file(tmp_path / "a.arrow", twice.schema) as writer:
        writer.write_table(twice)
    write(tmp_path / "a.csv", "text,text\nA one.,B two.\n")
    for name in ("a.arrow", "a.csv"):
        assert "2 columns are named 'text'; name another with --text-field" in refused(name)
