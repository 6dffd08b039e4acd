"""A random B comes from the same source as its A if that source has another document; other pairs are counted."""

import collections

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import json_lines, write
from forgery import rewrite
from hypothesis import given
from hypothesis import strategies as st
from partitions import Partition, few

import bertprep
from bertprep import store
from bertprep.corpus import sources
from bertprep.pairs.exchange import couples, couples_by_source
from bertprep.store.part_checks import wrong_values

LINE = ("--workers", "1")
DOCUMENTS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), max_size=60)


def most_couples(documents):
    return min(len(documents) // 2, len(documents) - max(collections.Counter(documents).values(), default=0))


@few
@given(DOCUMENTS)
def test_couples_are_from_one_source_and_no_fewer(found):
    document = np.array([4 * number + source for number, source in found], np.int64)
    source = np.array([source for _, source in found], np.int64)
    pairs, left = couples_by_source(document, source)
    assert sorted([*pairs.ravel().tolist(), *left.tolist()]) == list(range(len(found)))
    assert all(document[one] != document[other] for one, other in pairs.tolist())
    assert len(pairs) == len(couples(document)[0])
    own = sum(source[one] == source[other] for one, other in pairs.tolist())
    could = sum(most_couples(document[source == each].tolist()) for each in set(source.tolist()))
    # couples of other documents are split only if one document has most of the pairs left over
    assert own == could or (own < could and len(set(document[left].tolist())) < 2)


@st.composite
def mixtures(draw):
    """Sources of at least two documents each, whose documents have sentences of all lengths."""
    groups = draw(st.lists(st.integers(2, 5), min_size=1, max_size=4))
    source = [str(number) for number, count in enumerate(groups) for _ in range(count)]
    count = draw(st.integers(2, 12))
    documents = [("en", draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))) for _ in source]
    return documents, source


@pytest.mark.parametrize("pairing", ["matched", "sentence"])
@few
@given(mixtures())
def test_random_pairs_keep_to_their_source(pairing, mixture):
    documents, source = mixture
    partition, without = Partition(documents), Partition(documents)
    partition.table = partition.table.append_column("source_group", pa.array(source, pa.string()))
    rows, counters = partition.pairs(pairing=pairing, max_length=24)
    of = dict(zip(partition.names, source, strict=True))
    apart = [row for row in rows if of[row["document_a"]] != of[row["document_b"]]]
    assert counters["pairs_of_two_sources"] == len(apart) and not any(row["is_next"] for row in apart)
    assert 2 * sum(row["is_next"] for row in rows) == len(rows)
    assert counters["pairs"] == without.pairs(pairing=pairing, max_length=24)[1]["pairs"]
    if pairing == "sentence":  # all documents have as many pairs: at most one pair of each source is left over
        assert len(apart) <= len(set(source))


def texts(name, count):
    return [" ".join(f"{name.title()} {number} has line {line}." for line in range(8)) for number in range(count)]


def groups_of(folder):
    manifest = store.read_manifest(folder)
    table = pa.concat_tables([store.read_part(path) for split in store.SPLITS for path, _ in manifest.parts(split)])
    return {row["sentences"][0].split()[0]: row["source_group"] for row in table.to_pylist()}


def test_the_source_is_the_argument_or_what_a_field_says(tmp_path, command):
    rows = [{"text": text, "set": name, "meta": {"set": name}} for name in ("law", "web") for text in texts(name, 3)]
    odd = {"text": texts("odd", 1)[0], "set": None, "meta": {}}
    write(tmp_path / "in" / "a.jsonl", json_lines(*rows))
    write(tmp_path / "odd" / "a.jsonl", json_lines(*rows, odd))
    write(tmp_path / "a.csv", "set,text\n" + "".join(f'{row["set"]},"{row["text"]}"\n' for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    write(tmp_path / "books" / "a.txt", "\n\n".join(texts("book", 2)))
    for field, *corpus, expected in (
        (None, "in", "books", {"Law": "1", "Web": "1", "Book": "2"}),
        (None, "books", "in", {"Law": "2", "Web": "2", "Book": "1"}),
        ("set", "books", "in", {"Law": "law", "Web": "web", "Book": "1"}),
        ("meta.set", "in", {"Law": "law", "Web": "web"}),
        ("meta.set", "a.parquet", {"Law": "law", "Web": "web"}),
        ("set", "a.csv", {"Law": "law", "Web": "web"}),
        ("set", "odd", {"Law": "law", "Web": "web", "Odd": "1"}),
        ("meta.set", "odd", {"Law": "law", "Web": "web", "Odd": "1"}),
    ):
        options = {} if field is None else {"source_field": field}
        paths = [tmp_path / each for each in corpus]
        made = bertprep.segment(paths, tmp_path / "out", validation_share=0, workers=1, overwrite=True, **options)
        assert groups_of(tmp_path / "out") == expected
        named = sum(not each.isdigit() for each in expected.values())
        assert made.counters.get("documents_without_source", 0) == (len(expected) - named) * (field is not None) * (
            2 if "books" in corpus else 1
        )
    # documents without the field are kept and counted
    code, out, _ = command("segment", tmp_path / "odd", "-o", tmp_path / "odder", "--source-field", "set", *LINE)
    assert code == 0 and "kept nevertheless: 1 document without its source field" in out and "dropped" not in out
    code, _, err = command("segment", tmp_path / "in", "-o", tmp_path / "new", "--source-field", "sett", *LINE)
    assert code == 3 and "--source-field sett: no document has this field" in err and not (tmp_path / "new").exists()
    # the same files given as other arguments are different data
    line = ("segment", "-o", tmp_path / "two", "--validation-share", 0, *LINE)
    assert command(*line, tmp_path / "in", tmp_path / "books")[0] == 0
    code, _, err = command(*line, tmp_path / "in/a.jsonl", tmp_path / "books", "--overwrite")
    assert code == 0
    write(tmp_path / "both" / "b" / "a.txt", "\n\n".join(texts("book", 2)))
    write(tmp_path / "both" / "c" / "a.txt", "\n\n".join(texts("web", 2)))
    assert command(*line, tmp_path / "both/b", tmp_path / "both/c", "--overwrite")[0] == 0
    code, _, err = command(*line, tmp_path / "both/[bc]")
    assert code == 4 and "under other arguments" in err


def test_many_files_that_a_shell_names_are_one_source(tmp_path):
    for name in [f"a/{number}.txt" for number in range(20)] + ["b.txt", "c/1.txt"]:
        write(tmp_path / name, "A text.")
    named = sorted(str(path) for path in tmp_path.rglob("*.txt"))
    assert [each.group for each in sources.find(named).sources] == [1] * 20 + [21, 22]
    folders = [str(tmp_path / name) for name in ("b.txt", "a", "c/*.txt")]
    assert [each.group for each in sources.find(folders).sources] == [1] + [2] * 20 + [3]


def test_pairs_of_a_mixture_and_of_a_folder_without_sources(tmp_path, command):
    mixed = [
        {"text": text, "set": name}
        for name, count in (("law", 9), ("web", 7), ("one", 1))
        for text in texts(name, count)
    ]
    write(tmp_path / "a.jsonl", json_lines(*mixed))
    bertprep.segment(tmp_path / "a.jsonl", tmp_path / "sentences", source_field="set", validation_share=0, workers=1)
    bertprep.train_vocab(tmp_path / "sentences", tmp_path / "vocab", size=200, workers=1)
    line = ("build-pairs", tmp_path / "sentences", "--vocab", tmp_path / "vocab", "-o", tmp_path / "pairs", *LINE)
    code, out, _ = command(*line, "--pairing", "sentence")
    assert code == 0 and "with A and B from two sources" in out
    # the single document of one source exchanges with those of others: four pairs have four partners
    counters = store.read_manifest(tmp_path / "pairs").counters
    assert 2 <= counters["pairs_of_two_sources"] <= 10 and counters["pairs"] == 68
    assert all(finding.ok for finding in bertprep.verify(tmp_path / "pairs"))

    # a folder of an earlier version, which has no sources
    path = store.read_manifest(tmp_path / "sentences").parts("train")[0][0]
    earlier = store.read_part(path).drop_columns(["source_group"])
    assert wrong_values(earlier, "segment") is None
    assert wrong_values(earlier.drop_columns(["title"]), "segment") == "its columns are not those of segment"
    rewrite(tmp_path / "sentences", lambda table: table.drop_columns(["source_group"]))
    assert all(finding.ok for finding in bertprep.verify(tmp_path / "sentences"))
