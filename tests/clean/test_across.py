"""`clean` across documents, through the command: removes near-duplicates in any order and parts, and repeated sentences."""

import collections
import contextlib
import dataclasses
import itertools
import json
import random

import near_duplicates as plain
import numpy as np
import pyarrow as pa
import pytest
import store_helpers as helpers
from bertprep_cli.main import run
from forgery import broken

from bertprep import store
from bertprep.clean import across, job, near
from bertprep.clean.settings import CleanSettings
from bertprep.processes.runner import Execution
from bertprep.store import job as job_of_parts
from bertprep.store import levels
from bertprep.verify.across import Across
from bertprep.verify.checks import parts

COOKIES = ("We use cookies on this site, 12 of them.", "WE USE COOKIES on this site (7 of them)!")
ONE, TWO = 0, 1 << 40  # READ_BYTES: reading a batch costs nothing, or more than anything, which gives one or two levels
OPTIONS = ("--rules", "none", "--near-duplicates", "0.8", "--repeated-sentences", "40", "--workers", "1", "--quiet")


def planted():
    """Documents, every third with an edited copy, and some with the same notice in their middle."""
    draws = random.Random(3)
    found = []
    for number, document in enumerate(plain.documents(21, 150, shortest=80, longest=300)):
        middle = len(document) // 2
        versions = [document, plain.edited(document, draws)] if number % 3 == 0 else [document]
        notice = [COOKIES[number % 2]] if number % 2 else []
        found += [[*each[:middle], *notice, *each[middle:]] for each in versions]
    return found


def segmented(folder, documents, *options):
    """A folder of sentences made from some documents."""
    folder.mkdir(parents=True)
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(json.dumps({"text": "\n".join(document)}) + "\n" for document in documents))
    arguments = ["segment", corpus, "-o", folder / "sentences", "--lang", "en", "--workers", "1", "--quiet", *options]
    assert run([*map(str, arguments)]) == 0
    return folder / "sentences"


def cleaned(sentences, *options):
    """The folder made by `clean` from sentences."""
    assert run(["clean", str(sentences), "-o", str(sentences.parent / "clean"), *OPTIONS, *options]) == 0
    return sentences.parent / "clean"


def rows(folder, split=None):
    """All documents of a folder, or those of a split."""
    found = [
        store.read_part(path)
        for name in store.SPLITS
        for path, _ in store.read_manifest(folder).parts(name)
        if split in (None, name)
    ]
    return pa.concat_tables(found).to_pylist()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("across")
    return cleaned(segmented(folder / "one", planted(), "--partitions", "3", "--validation-share", "0.3"))


def without_notices(row):
    return [sentence for sentence in row["sentences"] if "cookies" not in sentence.lower()]


def similar_pairs(documents):
    """Jaccard similarity of all pairs with a common shingle, by direct counting."""
    sets = {name: plain.shingles(document) for name, document in documents.items()}
    by_shingle = collections.defaultdict(list)
    for name, own in sets.items():
        for shingle in own:
            by_shingle[shingle].append(name)
    pairs = {pair for names in by_shingle.values() for pair in itertools.combinations(names, 2)}
    return {(left, right): len(sets[left] & sets[right]) / len(sets[left] | sets[right]) for left, right in pairs}


def test_one_of_each_cluster_is_kept(made):
    before = {row["document_id"]: without_notices(row) for row in rows(made.parent / "sentences")}
    kept = {row["document_id"] for row in rows(made)}
    similar = similar_pairs(before)
    near = [pair for pair, found in similar.items() if found >= 0.85]
    assert len(near) >= 15
    assert not [pair for pair in near if kept.issuperset(pair)]
    # every dropped document is similar to a kept one
    maybe = [set(pair) for pair, found in similar.items() if found >= 0.65]
    gone = before.keys() - kept
    assert all(any(name in pair and pair & kept for pair in maybe) for name in gone)
    counters = store.read_manifest(made).counters
    assert counters["rejected_documents_near_duplicates"] == len(gone) == counters["clusters_of_near_duplicates"]


def test_order_partitions_and_ranges_change_nothing(made, tmp_path, monkeypatch):
    documents = planted()
    random.Random(8).shuffle(documents)
    monkeypatch.setattr(near, "RANGE_BANDS", 500)
    monkeypatch.setattr(across, "RANGE_HASHES", 300)
    monkeypatch.setattr(near, "PAIRS_AT_ONCE", 16)
    monkeypatch.setattr(near, "SKETCHES_AT_ONCE", 7)
    other = cleaned(segmented(tmp_path / "other", documents, "--partitions", "5", "--validation-share", "0.1"))

    def by_id(folder):
        return {row["document_id"]: (row["sentences"], row["holes"]) for row in rows(folder)}

    assert by_id(other) == by_id(made)


def test_samples_show_the_kept_document_beside_the_dropped_one(made):
    texts = {row["document_id"]: "\n".join(row["sentences"]) for row in rows(made.parent / "sentences")}
    samples = [json.loads(line) for line in (made / "rejected.jsonl").read_text().splitlines()]
    near = [row for row in samples if row["rule"] == "near-duplicates"]
    assert len(near) == 10
    for row in near:
        assert texts[row["document_id"]].startswith(row["text"][:500])
        assert texts[row["kept"]].startswith(row["kept_text"][:500])
        left, right = (plain.shingles(texts[row[name]].split("\n")) for name in ("document_id", "kept"))
        assert abs(len(left & right) / len(left | right) - row["similarity"]) < 0.15


def test_repeated_sentences_are_cut_out_and_leave_a_hole(made):
    before = {row["document_id"]: row["sentences"] for row in rows(made.parent / "sentences")}
    for row in rows(made):
        there = before[row["document_id"]]
        assert row["sentences"] == without_notices({"sentences": there})
        at = [number for number, sentence in enumerate(there) if sentence not in row["sentences"]]
        assert row["holes"] == [number for number in at if 0 < number < len(there) - 1]


def test_what_is_held_out_by_name_stays_and_its_copies_leave_training(tmp_path):
    documents = plain.documents(5, 60)
    copies = [[*document, "And one line more."] for document in documents[:20]]
    held = tmp_path / "held.jsonl"
    held.write_text("".join(json.dumps({"text": "\n".join(document)}) + "\n" for document in copies))
    folder = cleaned(segmented(tmp_path / "fixed", documents, "--validation", str(held)))
    assert len(rows(folder, "validation")) == 20
    assert len(rows(folder, "train")) == 40


def test_a_share_held_out_stays_a_sample_of_what_is_left(made):
    """Which document of a cluster is kept is random, so validation and training lose the same share."""
    before, after = (
        {split: len(rows(each, split)) for split in store.SPLITS} for each in (made.parent / "sentences", made)
    )
    assert before["validation"] > after["validation"]
    assert before["train"] > after["train"]


def test_verify_finds_near_duplicates_and_repeated_sentences_that_are_left(made):
    assert broken(made) == []
    manifest = store.read_manifest(made.parent / "sentences")
    manifest.content["settings"] |= {"near_duplicates": 0.8, "repeated_sentences": 40}
    looked = Across(manifest)
    for part in parts(manifest):
        looked.add(part)
    found = looked.findings()
    assert [finding.ok for finding in found] == [False, False, False]
    assert f"of {manifest.counters['documents']} documents looked at" in found[0].found
    assert found[2].found.endswith("the first: we use cookies on this site 0 of them")


def test_every_hash_is_in_one_range():
    hashes = np.concatenate([np.random.Philox(key=1).random_raw(500), np.array([0, 2**64 - 1], np.uint64)])
    for count in (1, 2, 3, 7):
        assert across.range_of(hashes, count).tolist() == [int(each) * count >> 64 for each in hashes]


# -- two levels --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def spread_in(read_bytes, batch_bytes=1):
    """Small ranges and windows, and one level or two."""
    with pytest.MonkeyPatch.context() as patch:
        for place, name, value in (
            *((across, "RANGE_HASHES", 400), (near, "RANGE_BANDS", 500), (near, "SKETCHES_AT_ONCE", 7)),
            *((levels, "WINDOW_BYTES", 400), (levels, "BATCH_BYTES", batch_bytes), (levels, "READ_BYTES", read_bytes)),
        ):
            patch.setattr(place, name, value)
        yield


def cleaned_in(folder, sentences):
    """File -> content of what `clean` makes in a new folder."""
    settings = CleanSettings(rules="none", near_duplicates=0.8, repeated_sentences=20)
    job.clean(str(sentences), str(folder), settings, Execution(1))
    assert not (folder / ".scratch").exists()
    return helpers.contents(folder)


def test_two_levels_write_what_one_writes(tmp_path):
    """For one part and for many, with files of the first level made of one part or several."""
    documents = planted()
    for partitions, batch_bytes in ((1, 1), (5, 6000)):
        root = tmp_path / f"{partitions} {batch_bytes}"
        sentences = segmented(root, documents, "--partitions", str(partitions), "--validation-share", "0.2")
        with spread_in(ONE):
            expected = cleaned_in(root / "one", sentences)
        with spread_in(TWO, batch_bytes):
            assert levels.files_together(partitions + 1, 8, 64_000)[0].are_two
            assert cleaned_in(root / "two", sentences) == expected


class Killed(BaseException):
    """Raised to end a run at any point."""


def test_a_run_of_two_levels_goes_on_from_wherever_it_was_interrupted(tmp_path, monkeypatch):
    sentences = segmented(tmp_path / "in", planted(), "--partitions", "4")
    with spread_in(ONE):
        expected = cleaned_in(tmp_path / "one", sentences)
    output = tmp_path / "two"
    made, step = [], job_of_parts.run_parts

    def killed_after(number):
        def run(planned, *given):
            def function(task):
                if len(made) == number:
                    raise Killed
                made.append(task.name)
                return planned.function(task)

            return step(dataclasses.replace(planned, function=function), *given)

        return run

    with spread_in(TWO):
        for number in range(5, 300, 13):
            with monkeypatch.context() as patch, contextlib.suppress(Killed):
                patch.setattr(job_of_parts, "run_parts", killed_after(number))
                assert cleaned_in(output, sentences) == expected
                break
            there = {path.name for path in output.glob(".scratch/*.arrow")}
        else:
            raise AssertionError("it never came to an end")
    assert len(made) == len(set(made)), "what was there was made again"
    assert {"bands-group", "shared-group", "sketched-group", "hashes-group"} <= {
        name.split("/")[1].rsplit("-", 3)[0] for name in made if "/" in name
    } and there
