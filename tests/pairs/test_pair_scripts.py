"""Pairs and scripts: a random B has the language and the script of its A, and scripts do not predict the label."""

import collections
import itertools
import json
import re
import shutil
import unicodedata

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from forgery import broken, rewrite
from hypothesis import given
from hypothesis import strategies as st
from partitions import Partition, few, mixed_partitions, random_partition

from bertprep import store
from bertprep.core.scripts import script_of
from bertprep.pairs import scripts
from bertprep.verify.scripts import script_of_text

HALF_RANDOM = ("matched", "sentence")
# letters of the test words by script, looked up by hand
LETTERS = {
    "latin": "bosStraße", "cyrillic": "коти", "tibetan": "གཞང", "oriya": "ପଲ", "han": "大熊猫東京", "kana": "はカナ",
    "hangul": "한국", "greek": "λόγος",
}  # fmt: skip


def script(text):
    """The script of most letters, in the simplest implementation."""
    counts = {name: sum(letter in letters for letter in text) for name, letters in LETTERS.items()}
    if counts["kana"] and counts["kana"] * 10 >= counts["han"]:
        counts["kana"] += counts["han"]
    best = max(counts.values())
    return min(name for name, count in counts.items() if count == best) if best else ""


@pytest.mark.parametrize("pairing", HALF_RANDOM)
@few
@given(partition=mixed_partitions(), max_length=st.sampled_from([16, 24, 33]))
def test_a_random_b_has_the_language_and_the_script_of_its_a(pairing, partition, max_length):
    rows, _ = partition.pairs(pairing=pairing, max_length=max_length)
    for row in rows:
        (document_a, _), (document_b, _) = (partition.texts_of(row, side) for side in "ab")
        assert partition.language_of(row, "a") == partition.language_of(row, "b")
        assert script(document_a) == script(document_b)


@pytest.mark.parametrize("pairing", HALF_RANDOM)
@few
@given(partition=mixed_partitions(), max_length=st.sampled_from([16, 24, 33]))
def test_scripts_and_languages_do_not_predict_the_label(pairing, partition, max_length):
    rows, counters = partition.pairs(pairing=pairing, max_length=max_length)
    labels = collections.defaultdict(list)
    for row in rows:
        sides = [partition.texts_of(row, side)[1] for side in "ab"]
        labels[partition.language_of(row, "a"), *map(script, sides)].append(row["is_next"])
    assert all(2 * sum(each) == len(each) for each in labels.values())
    assert counters["pairs"] == len(rows) == 2 * counters["pairs_random"]


def test_documents_that_mix_two_scripts_still_give_pairs():
    # a text and its translation in alternating lines: every pair has two scripts, and half of them are random
    documents = [("und", [5] * 8) for _ in range(6)]
    partition = Partition(documents, [["bos", "кот"] * 4 for _ in documents])
    rows, counters = partition.pairs(pairing="sentence", max_length=16)
    assert (len(rows), counters["pairs_random"]) == (24, 12)
    assert {tuple(script(partition.texts_of(row, side)[1]) for side in "ab") for row in rows} == {("latin", "cyrillic")}


def test_a_script_of_one_document_gives_no_matched_pair():
    partition = Partition([("und", [5] * 20)] * 3, [["གཞུང"] * 20, ["གཞུང"] * 20, ["ପିଲା"] * 20])
    rows, counters = partition.pairs(max_length=16, short_probability=0.0)
    assert {script(partition.texts_of(row, "a")[0]) for row in rows} == {"tibetan"}
    assert (len(rows), counters["pairs_dropped"]) == (20, 10)


@few
@given(
    documents=st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=8),
    spans=st.lists(st.tuples(st.integers(0, 64), st.integers(0, 64)), max_size=8),
    window=st.integers(1, 40),
)
def test_letters_are_counted_as_one_by_one(documents, spans, window):
    flat = [sentence for document in documents for sentence in document]
    bounds = np.cumsum([0, *map(len, documents)])
    # ranges within a document, such as documents and sides
    stretches = list(itertools.pairwise(bounds))
    for one, other in spans:
        number = one % max(len(documents), 1)
        if documents and documents[number]:
            low = bounds[number] + other % len(documents[number])
            stretches.append((low, bounds[number + 1]))
    first, stop = np.array(stretches, np.int64).reshape(-1, 2).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scripts, "WINDOW_CHARACTERS", window)
        found = scripts.Scripts(pa.array(["cut off", *flat], pa.string())[1:], bounds)
    told = [found.names[number] for number in found.of(first, stop)]
    assert told == [script_of_text("".join(flat[low:high])) for low, high in stretches]


UNICODE_NAMES = {"kana": ("Hiragana", "Katakana")} | {
    name.lower(): (name,)
    for name in ("Latin", "Greek", "Cyrillic", "Armenian", "Hebrew", "Arabic", "Syriac", "Thaana", "Devanagari", "Bengali",
                 "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Thai", "Lao",
                 "Tibetan", "Myanmar", "Georgian", "Hangul", "Ethiopic", "Cherokee", "Khmer", "Mongolian", "Han")
}  # fmt: skip


def test_scripts_are_those_of_unicode():
    letters = collections.defaultdict(list)
    for point in [*range(0xD800), *range(0xE000, 0x20000)]:
        letters[script_of(chr(point))].append(chr(point))
    for name, names in UNICODE_NAMES.items():
        # letters that Unicode assigns to all scripts (Common) count as those they stand for: a bold A, a length mark
        pattern = "[" + "".join(rf"\p{{{each}}}" for each in (*names, "Common")) + "]"
        own = pl.Series(letters[name]).str.contains(pattern).to_list()
        assert not [letter for letter, is_own in zip(letters[name], own, strict=True) if not is_own], name
        assert len(letters[name]) > 30


def test_no_character_but_a_letter_has_a_script():
    assert not [chr(point) for point in range(0x3000) if script_of(chr(point)) and not chr(point).isalpha()]
    assert script_of("\u0301") == script_of("٣") == script_of(unicodedata.lookup("MODIFIER LETTER APOSTROPHE")) == ""


# -- through the command ----------------------------------------------------------------------------------------------

SENTENCES = {
    "bo": ["ཁང་པ་ཆེན་པོ་འདུག", "ང་ཚོ་འདིར་སྡོད།", "ཉི་མ་ཤར་སོང་།", "བྱིས་པ་རྩེད་མོ་རྩེ།"],
    "or": ["ପିଲାମାନେ ଖେଳନ୍ତି।", "ସେ ବହି ପଢ଼େ।", "ସହରଟି ପୁରୁଣା।", "ବର୍ଷା ହେଉଛି।"],
}


@pytest.fixture(scope="module")
def two_scripts(tmp_path_factory):
    """Folders made from documents of two languages that differ only in their script."""
    from bertprep_cli.main import run

    folder = tmp_path_factory.mktemp("two-scripts")
    draw = np.random.default_rng(0)
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as file:
        for number in range(80):
            said = draw.choice(SENTENCES[("bo", "or")[number % 2]], 10)
            text = "\n".join(f"{sentence} {number}" for sentence in said)
            file.write(json.dumps({"id": f"{number}", "text": text}, ensure_ascii=False) + "\n")
    options = ["--lang", "und", "--splitter", "lines", "--until", "mask", "--vocab-size", "300", "--max-length", "48"]
    assert run(["run", str(folder / "corpus.jsonl"), "-o", str(folder), *options, "--workers", "1", "--quiet"]) == 0
    return folder


def test_two_scripts_of_unknown_language_never_join(two_scripts, result):
    found = result("verify", two_scripts)
    promises = {each["promise"]: each for folder in found["folders"] for each in folder["promises"]}
    assert found["ok"]
    assert re.search(
        r"\b0 of (\d+) of label 0 and 0 of \1 of label 1 join", promises["scripts do not predict the label"]["found"]
    )
    assert "random pairs of unknown language (und)" in promises["both sides have one language and script"]["found"]


@pytest.mark.parametrize(
    ("exchanges", "promises"),
    [
        (1, ["both sides have one language and script"]),
        (99, ["scripts do not predict the label", "both sides have one language and script"]),
    ],
)
def test_verify_looks_at_scripts_itself(two_scripts, tmp_path, exchanges, promises):
    for name in ("sentences", "pairs", "shards"):
        shutil.copytree(two_scripts / name, tmp_path / name)
    documents = {
        row["document_id"]: script_of_text("".join(row["sentences"]))
        for path, _ in store.read_manifest(tmp_path / "sentences").parts("train")
        for row in store.read_part(path).to_pylist()
    }

    def exchange(table):
        """Give random pairs of one script the B's of random pairs of the other, if they fit."""
        rows = table.to_pylist()
        random = [row for row in rows if not row["is_next"]]
        groups = [[row for row in random if documents[row["document_a"]] == name] for name in ("tibetan", "oriya")]
        for one, two in list(zip(*groups, strict=False))[:exchanges]:
            if max(len(one["ids_a"]) + len(two["ids_b"]), len(two["ids_a"]) + len(one["ids_b"])) <= 45:
                for name in [name for name in one if name.endswith("_b")]:
                    one[name], two[name] = two[name], one[name]
        return rows

    rewrite(tmp_path / "pairs", exchange)
    assert broken(tmp_path / "pairs") == promises
    shutil.rmtree(tmp_path / "sentences")
    assert broken(tmp_path / "pairs") == promises[:-1]


def test_one_script_alone_is_paired_as_before():
    plain, said = random_partition(), random_partition()
    said.texts = [["кот"] * len(sentences) for sentences in said.texts]
    assert plain.pairs() == Partition(said.documents, said.texts).pairs()
