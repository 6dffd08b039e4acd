"""--validation and --validation-ids define the held-out documents: exactly those, and no copy of them in training."""

import json
import shutil

import pyarrow as pa
import pytest
from corpora import json_lines, write

import bertprep
from bertprep import store
from bertprep.core.errors import BertprepError
from bertprep.processes.runner import Execution
from bertprep.sentences import cutting, fixed_split
from bertprep.sentences import job as segment
from bertprep.sentences.fixed_split import FixedSplit
from bertprep.sentences.settings import SegmentSettings

TEXTS = [f"Document {number} begins here. It has a second sentence.\nAnd a line more." for number in range(60)]
HELD = [3, 5, 8, 40]
LINE = ("--workers", "1")


def rows(numbers, prefix="doc"):
    return json_lines(*({"id": f"{prefix}{number}", "text": TEXTS[number]} for number in numbers))


@pytest.fixture
def corpus(tmp_path):
    """Two files; document 3 is in both, under two ids."""
    write(tmp_path / "in" / "a.jsonl", rows(range(30)))
    write(tmp_path / "in" / "b.jsonl", rows([3], "copy") + rows(range(30, 60)))
    write(tmp_path / "held.jsonl", rows(HELD))
    write(tmp_path / "ids", "\ufeff" + "".join(f" doc{number}\r\n\n" for number in [*HELD, 3]))
    return tmp_path / "in"


def made(output, *corpus, fixed, workers=1, **settings):
    known = SegmentSettings(lang="en", **settings)
    paths = [str(path) for path in corpus]
    return segment.segment(paths, str(output), known, Execution(workers=workers), fixed=fixed).manifest


def documents(manifest, split):
    """The sorted numbers of the documents of a split."""
    tables = [store.read_part(path) for path, _ in manifest.parts(split)]
    first = [sentences[0] for table in tables for sentences in table["sentences"].to_pylist()]
    return sorted(int(text.split()[1]) for text in first)


def test_exactly_what_is_named_is_held_out_however_the_corpus_is_cut(corpus, tmp_path, monkeypatch):
    ids = write(tmp_path / "hashes", "\n".join(document_ids(corpus, tmp_path)))
    ways = {
        "corpus": FixedSplit(corpus=str(tmp_path / "held.jsonl")),
        "ids": FixedSplit(ids=str(tmp_path / "ids")),
        "hashes": FixedSplit(ids=ids.path),
    }
    for smallest, keep, partitions in ((cutting.SMALLEST_BYTES, False, 1), (600, True, 5)):
        monkeypatch.setattr(cutting, "SMALLEST_BYTES", smallest)
        for name, fixed in ways.items():
            folder = tmp_path / f"{name}{keep}"
            manifest = made(folder, corpus, fixed=fixed, partitions=partitions, keep_duplicates=keep)
            held = [3, *HELD] if keep and name == "hashes" else HELD  # the hash names both copies
            assert documents(manifest, "validation") == held
            assert documents(manifest, "train") == [number for number in range(60) if number not in HELD]
            findings = bertprep.verify(folder)
            assert all(finding.ok for finding in findings if not keep or "twice" not in finding.promise)
    # the copy in training is counted as left out
    also = {name: counters(tmp_path / f"{name}False")["documents_also_held_out"] for name in ways}
    assert also == {"corpus": 4, "ids": 1, "hashes": 0}


def document_ids(corpus, folder):
    everything = made(folder / "everything", corpus, fixed=FixedSplit(), validation_share=0.0)
    table = pa.concat_tables([store.read_part(path) for path, _ in everything.parts("train")])
    wanted = {f"doc{number}" for number in HELD}
    return [row["document_id"] for row in table.to_pylist() if row["source_id"] in wanted]


def counters(folder):
    return store.read_manifest(folder).counters


def test_ids_of_documents_are_gathered_only_where_ids_were_given(corpus, tmp_path, monkeypatch):
    found, gather = [], fixed_split.gather_ids
    monkeypatch.setattr(fixed_split, "gather_ids", lambda *given: found.append(gather(*given)) or found[-1])
    made(tmp_path / "a", corpus, fixed=FixedSplit(corpus=str(tmp_path / "held.jsonl")))
    made(tmp_path / "b", corpus, fixed=FixedSplit(ids=str(tmp_path / "ids")))
    assert [len(own) for _, own in found] == [0, 2 * len(HELD)]


def test_a_file_within_the_corpus_is_read_as_held_out_alone(corpus, tmp_path):
    manifest = made(tmp_path / "out", corpus, fixed=FixedSplit(corpus=str(corpus / "b.jsonl")))
    assert documents(manifest, "validation") == [3, *range(30, 60)]
    assert documents(manifest, "train") == [number for number in range(30) if number != 3]
    limited = made(tmp_path / "limited", corpus, fixed=FixedSplit(corpus=str(corpus / "b.jsonl")), limit=10)
    assert documents(limited, "validation") == [3, *range(30, 60)] and len(documents(limited, "train")) == 9


@pytest.mark.slow
def test_more_workers_write_the_same_bytes(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 600)
    for name, fixed in {
        "ids": FixedSplit(ids=str(tmp_path / "ids")),
        "corpus": FixedSplit(str(corpus / "a.jsonl")),
    }.items():
        one, two = (made(tmp_path / f"{name}{n}", corpus, fixed=fixed, workers=n, partitions=5).digest for n in (1, 2))
        assert one == two


def test_other_ids_are_another_folder_and_equal_ones_elsewhere_are_not(corpus, command, tmp_path):
    line = ("segment", corpus, "-o", tmp_path / "out", *LINE)
    given = ("--validation-ids", tmp_path / "ids")
    assert command(*line, *given)[0] == 0
    digest = store.read_manifest(tmp_path / "out").digest
    write(tmp_path / "elsewhere", "".join(f"doc{number}\n" for number in reversed(HELD)))
    code, out, _ = command(*line, "--validation-ids", tmp_path / "elsewhere")
    assert code == 0 and "already complete" in out
    write(tmp_path / "ids", "doc3\ndoc4\n")
    for other in (given, ("--validation", tmp_path / "held.jsonl"), ()):
        code, _, err = command(*line, *other)
        assert code == 4 and "validation" in err and "--overwrite" in err
        code, out, _ = command(*line, *other, "--dry-run")
        assert code == 0 and "needs --overwrite" in out
    assert command(*line, *given, "--overwrite")[0] == 0
    assert store.read_manifest(tmp_path / "out").digest != digest
    assert documents(store.read_manifest(tmp_path / "out"), "validation") == [3, 4]


def test_what_cannot_be_held_out_is_refused(corpus, command, tmp_path):
    write(tmp_path / "none", "not\nthere\n")
    write(tmp_path / "empty", "\n")
    write(tmp_path / "all", "".join(f"doc{number}\n" for number in range(60)))
    write(tmp_path / "void.jsonl", json_lines({"text": "... 1"}))
    shutil.copytree(corpus, tmp_path / "two")
    for code, words, *options in (
        (2, "exclude each other", "--validation-ids", tmp_path / "ids", "--validation-share", "0.1"),
        (2, "exclude each other", "--validation", corpus, "--validation-share", "0"),
        (2, "exclude each other", "--validation", corpus, "--validation-ids", tmp_path / "ids"),
        (2, "--validation is -", "--validation", "-"),
        (3, "none of its ids belongs to a document", "--validation-ids", tmp_path / "none"),
        (3, "contains no ids", "--validation-ids", tmp_path / "empty"),
        (3, "cannot be read as a list of document ids", "--validation-ids", corpus),
        (3, "cannot be read as a list of document ids", "--validation-ids", tmp_path / "nowhere"),
        (3, "none is left for training", "--validation-ids", tmp_path / "all"),
        (3, "contains no file of a known format apart from those that --validation holds out", "--validation", corpus),
        (3, "no document of it is left to hold out", "--validation", tmp_path / "void.jsonl"),
        (3, "no such file", "--validation", tmp_path / "nowhere.jsonl"),
    ):
        found, _, err = command("segment", corpus, "-o", tmp_path / "out", *options, *LINE)
        assert (found, words in err) == (code, True), err
        assert not (tmp_path / "out").exists()


def test_ids_that_no_document_has_are_counted_and_named(corpus, command, tmp_path):
    write(tmp_path / "some", "doc3\nfirst\nsecond\nthird\nzero\n")
    line = ("segment", corpus, "-o", tmp_path / "out", "--validation-ids", tmp_path / "some", *LINE)
    for _ in range(2):  # the second time with an existing folder
        code, _, err = command(*line)
        assert code == 0 and "4 of 5 ids match no document (first, second, third and 1 more)" in err
    assert counters(tmp_path / "out")["validation_ids_not_found"] == 4
    content = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert content["validation_ids_not_found"] == ["first", "second", "third", "zero"]


def test_run_and_python_hold_out_the_same(corpus, command, tmp_path):
    for name, given in {
        "held": ("--validation", tmp_path / "held.jsonl"),
        "run": ("--validation-ids", tmp_path / "ids"),
    }.items():
        for kept in (False, True):
            code, out, err = command("run", corpus, "-o", tmp_path / name, *given, "--until", "segment", *LINE)
            assert code == 0 and ("already complete" in out) is kept, err
    folder = bertprep.segment(corpus, tmp_path / "python", validation_ids=tmp_path / "ids", workers=1)
    assert store.read_manifest(folder.path).digest == store.read_manifest(tmp_path / "run" / "sentences").digest
    with pytest.raises(BertprepError, match="validation and validation_share exclude each other"):
        bertprep.segment(corpus, tmp_path / "other", validation=corpus, validation_share=0.1)
    with pytest.warns(UserWarning, match="the validation split is empty: none of the 60 documents was held out"):
        bertprep.segment(corpus, tmp_path / "share", validation_share=0.0001, workers=1)
    with pytest.warns(UserWarning) as told:
        bertprep.segment(corpus, tmp_path / "few", validation_ids=tmp_path / "ids", workers=1, limit=2)
    said = " ".join(str(each.message) for each in told)
    assert "none of the 2 documents is one that --validation-ids holds out" in said and "4 of 4 ids" in said
