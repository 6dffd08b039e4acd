"""`segment` from files to a folder: validation documents, duplicates, standard input and switches."""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from corpora import COMPRESS, json_lines, write

from bertprep import store
from bertprep.core.errors import StoreError, UsageError
from bertprep.processes.runner import Execution
from bertprep.sentences import cutting as cutting
from bertprep.sentences import job as segment
from bertprep.sentences import ngram_model
from bertprep.sentences.settings import SegmentSettings

TEXTS = [f"Document {number} begins here. It has a second sentence.\nAnd a line more." for number in range(400)]


def made(output: Path, *corpus: Path | str, **settings: object) -> dict[str, pa.Table]:
    known = SegmentSettings(**{"validation_share": 0.2, **settings})
    result = segment.segment([str(one) for one in corpus], str(output), known, Execution(workers=1))
    return {
        split: pa.concat_tables([store.read_part(path) for path, _ in result.manifest.parts(split)] or [pa.table({})])
        for split in store.SPLITS
    }


def ids(table: pa.Table) -> set[str]:
    return set(table["document_id"].to_pylist())


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three files that share some documents."""
    for number, texts in enumerate((TEXTS[:200], TEXTS[150:300], TEXTS[250:])):
        write(tmp_path / "in" / f"{number}.txt", "\n\n".join(texts))
    return tmp_path / "in"


def test_no_document_of_validation_is_in_training(tmp_path: Path, corpus: Path) -> None:
    found = made(tmp_path / "out", corpus)
    train, validation = ids(found["train"]), ids(found["validation"])
    assert not train & validation
    assert len(train | validation) == len(found["train"]) + len(found["validation"]) == len(TEXTS)
    assert 50 <= len(validation) <= 110  # 80 of 400 at a share of 0.2; five standard errors are 40


def test_the_validation_documents_are_always_the_same(tmp_path: Path, corpus: Path, monkeypatch) -> None:
    known = ids(made(tmp_path / "out", corpus)["validation"])
    paths = sorted(corpus.iterdir(), reverse=True)
    assert ids(made(tmp_path / "order", *paths)["validation"]) == known
    for partitions in (1, 5, 30):
        assert ids(made(tmp_path / str(partitions), corpus, partitions=partitions)["validation"]) == known
    packed = [write(tmp_path / "packed" / f"{path.name}.gz", gzip.compress(path.read_bytes())) for path in paths]
    assert ids(made(tmp_path / "gz", *(source.path for source in packed))["validation"]) == known
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 1000)
    assert ids(made(tmp_path / "pieces", corpus)["validation"]) == known


def test_the_first_of_duplicates_stays(tmp_path: Path, corpus: Path) -> None:
    found = made(tmp_path / "out", corpus / "1.txt", corpus / "0.txt", corpus / "2.txt")
    rows = pa.concat_tables(found.values()).to_pylist()
    by_source = {source: [row for row in rows if row["source"] == source] for source in ("0.txt", "1.txt", "2.txt")}
    assert {source: len(found) for source, found in by_source.items()} == {"1.txt": 150, "0.txt": 150, "2.txt": 100}
    manifest = store.read_manifest(tmp_path / "out")
    assert manifest.counters["documents_duplicate"] == 100 and manifest.counters["documents_read"] == 500
    made(tmp_path / "all", corpus, keep_duplicates=True)
    counters = store.read_manifest(tmp_path / "all").counters
    assert counters["documents_duplicate"] == 0 and counters["documents"] == 500


def test_a_document_without_id_is_named_by_its_line(tmp_path: Path, corpus: Path, monkeypatch) -> None:
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 1000)
    found = made(tmp_path / "out", corpus)
    for row in pa.concat_tables(found.values()).to_pylist():
        lines = (corpus / row["source"]).read_text().split("\n")
        assert lines[int(row["source_id"]) - 1].startswith(row["sentences"][0])


# switches of the command


def rows(folder: Path) -> list[dict]:
    manifest = store.read_manifest(folder)
    return [
        row for split in store.SPLITS for path, _ in manifest.parts(split) for row in store.read_part(path).to_pylist()
    ]


@pytest.mark.parametrize(
    ("option", "sentences"),
    [
        ("--unicode-nfc", ["Cafe\u0301 one.".replace("e\u0301", "é"), "Two words."]),
        ("--keep-unicode", ["Cafe\u0301 one.", "Two words."]),
        ("--keep-control", ["Café o\x07ne.", "Two words."]),
        ("--keep-blanks", ["Café one.", "Two \t words."]),
        ("--keep-symbols", ["Café one.", "Two words.", "***"]),
        ("--max-sentence-chars=10", ["Café one.", "Two words.", "Much too", "long for", "that."]),
    ],
)
def test_switches_of_cleaning(tmp_path: Path, command, option: str, sentences: list[str]) -> None:
    write(
        tmp_path / "a.txt",
        "Cafe\u0301 o\x07ne. Two \t words.\n***\n" + ("Much too long for that. " * (option[-2:] == "10")),
    )
    assert command("segment", tmp_path / "a.txt", "-o", tmp_path / "out", "--workers", "1", option)[0] == 0
    (row,) = rows(tmp_path / "out")
    assert row["sentences"] == sentences


def test_abbreviations_from_a_file(tmp_path: Path, command) -> None:
    write(tmp_path / "a.txt", "Ask qqx. Peter now. Ask zzx. Peter now.")
    write(tmp_path / "list.txt", "# ours\nqqx.  foo # and a comment\n")
    arguments = ("segment", tmp_path / "a.txt", "--lang", "en", "--workers", "1", "--abbreviations")
    assert command(*arguments, tmp_path / "list.txt", "-o", tmp_path / "out")[0] == 0
    assert rows(tmp_path / "out")[0]["sentences"] == ["Ask qqx. Peter now.", "Ask zzx.", "Peter now."]
    assert store.read_manifest(tmp_path / "out").settings["abbreviations"] == "qqx. foo"
    write(tmp_path / "list.txt", "zzx.")
    code, _, err = command(*arguments, tmp_path / "list.txt", "-o", tmp_path / "out")
    assert code == 4 and "abbreviations qqx. foo -> zzx." in err


def test_one_sentence_a_line(tmp_path: Path, command) -> None:
    write(tmp_path / "a.txt", "First. Still first.\nsecond\n\nOther document\n")
    assert (
        command("segment", tmp_path / "a.txt", "-o", tmp_path / "out", "--splitter", "lines", "--workers", "1")[0] == 0
    )
    assert sorted(row["sentences"] for row in rows(tmp_path / "out")) == [
        ["First. Still first.", "second"],
        ["Other document"],
    ]


# standard input


class Pipe:
    """Standard input that contains some bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "\n\n".join(TEXTS).encode()),
        ("a.jsonl", json_lines(*({"text": text} for text in TEXTS)).encode()),
        ("a.txt.gz", COMPRESS[".gz"]("\n\n".join(TEXTS).encode())),
        ("a.txt.zst", COMPRESS[".zst"]("\n\n".join(TEXTS).encode())),
    ],
)
def test_standard_input_gives_what_a_file_gives(tmp_path: Path, monkeypatch, name: str, data: bytes) -> None:
    write(tmp_path / name, data)
    known = made(tmp_path / "file", tmp_path / name)
    monkeypatch.setattr(sys, "stdin", Pipe(data))
    found = made(tmp_path / "out", "-")
    for split, table in found.items():
        assert table.drop_columns(["source"]).equals(known[split].drop_columns(["source"]))
        assert set(table["source"].to_pylist()) == {"-"}
    assert not list(tmp_path.glob(".*"))


def test_the_same_standard_input_again_has_nothing_to_do(tmp_path: Path, monkeypatch) -> None:
    for data, is_made in ((b"One. Two.", True), (b"One. Two.", False)):
        monkeypatch.setattr(sys, "stdin", Pipe(data))
        assert segment.segment(["-"], str(tmp_path / "out"), SegmentSettings(), Execution(1)).made is is_made
    monkeypatch.setattr(sys, "stdin", Pipe(b"Other."))
    with pytest.raises(StoreError, match="other input"):
        segment.segment(["-"], str(tmp_path / "out"), SegmentSettings(), Execution(1))
    monkeypatch.setattr(sys, "stdin", Pipe(b"Other."))
    assert segment.segment(["-"], str(tmp_path / "out"), SegmentSettings(), Execution(1, overwrite=True)).made


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "standard input: the file is empty"),
        (b"good\n\nb\xe9d", "standard input, line 3: not UTF-8"),
        (b"{}", "standard input, line 1: no field"),
    ],
)
def test_standard_input_that_cannot_be_used(tmp_path: Path, monkeypatch, command, data: bytes, message: str) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(data))
    code, _, err = command("segment", "-", "-o", tmp_path / "out", "--workers", "1")
    assert code == 3 and message in err
    assert not list(tmp_path.iterdir())


def test_there_is_no_plan_for_standard_input(tmp_path: Path, command) -> None:
    code, _, err = command("segment", "-", "-o", tmp_path / "out", "--dry-run")
    assert code == 2 and "read only once" in err


def test_a_real_pipe(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("bertprep")
    data = "\n\n".join(TEXTS).encode()
    command = [program, "segment", "-", "-o", tmp_path / "out", "--json", "--workers", "1"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert json.loads(done.stdout)["counters"]["documents"] == len(TEXTS)


def test_documents_in_other_languages_are_left_out_and_counted(tmp_path: Path, command) -> None:
    write(
        tmp_path / "a.txt",
        "The cat sat on the mat and slept.\n\nDie Katze schläft nicht auf der Matte.\n\n猫坐在垫子上。\n",
    )
    arguments = ("segment", tmp_path / "a.txt", "--workers", "1", "--validation-share", "0")
    code, out, _ = command(*arguments, "-o", tmp_path / "out", "--keep-languages", "zh, en")
    assert code == 0 and "1 document in another language" in out
    assert sorted(row["language"] for row in rows(tmp_path / "out")) == ["en", "zh"]
    manifest = store.read_manifest(tmp_path / "out")
    assert manifest.counters["documents_other_language"] == 1 and manifest.settings["keep_languages"] == "en,zh"
    code, _, err = command(*arguments, "-o", tmp_path / "none", "--keep-languages", "fi")
    assert code == 3 and "3 in languages that --keep-languages does not name" in err


@pytest.mark.parametrize(
    ("lang", "kept", "message"),
    [
        ("auto", "en,German", "'German'"),
        ("auto", "", "''"),
        ("sw", "en,zh", "--lang sw is not among --keep-languages en,zh"),
    ],
)
def test_languages_that_cannot_be_kept_are_refused(lang: str, kept: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        SegmentSettings(lang=lang, keep_languages=kept)


def test_another_language_model_is_another_input(tmp_path: Path, command, monkeypatch) -> None:
    write(tmp_path / "a.txt", "The cat sat on the mat. It slept.\n")
    arguments = ("segment", tmp_path / "a.txt", "--workers", "1", "--validation-share", "0")
    assert command(*arguments, "-o", tmp_path / "auto")[0] == 0
    assert command(*arguments, "-o", tmp_path / "en", "--lang", "en")[0] == 0
    monkeypatch.setattr(ngram_model, "digest", lambda: "0" * 32)
    code, _, err = command(*arguments, "-o", tmp_path / "auto")
    assert code == 4 and "input language_model" in err
    assert command(*arguments, "-o", tmp_path / "en", "--lang", "en")[0] == 0
