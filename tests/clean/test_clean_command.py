"""`clean` from the command line: what is rejected and why, holes that no pair spans, and properties of the folder."""

import functools
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import bertprep
from bertprep import languages, store
from bertprep.clean import judge, samples
from bertprep.clean.rules import NUMBER, RULES, names_of
from bertprep.clean.settings import CleanSettings
from bertprep.core import schema
from bertprep.pairs.pairings import PAIRINGS
from bertprep.verify import cleaned, rules

PROSE = "The keeper of the lighthouse wrote down the weather of every day and the ships that passed."
TABLE = "12:30 | 14:10 | 18:45"


def rows_of(folder, split="train"):
    parts = store.read_manifest(str(folder)).parts(split)
    return [row for path, _ in parts for row in store.read_part(path).to_pylist()]


def sentences_of(number):
    """A document of different sentences with a table in its middle; the length depends on the number."""
    lines = [f"{PROSE[:-1]} {number} {place}." for place in "abcdefghijkl"[: 6 + number % 7]]
    return [*lines[: 2 + number % 3], TABLE, TABLE, *lines[2 + number % 3 :]]


@pytest.fixture(scope="module")
def segmented(tmp_path_factory, module_command):
    """Sixty documents with table rows in their middle, and ten that consist of a table."""
    folder = tmp_path_factory.mktemp("clean")
    documents = ["\n".join(sentences_of(number)) for number in range(60)]
    documents += [f"{TABLE} {number}\n{number}" for number in range(10)]
    lines = [json.dumps({"text": text}) + "\n" for text in documents]
    (folder / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    module_command(
        *("segment", folder / "corpus.jsonl", "-o", folder / "sentences", "--splitter", "lines", "--keep-symbols"),
        *("--partitions", 3, "--validation-share", 0.2, "--lang", "en"),
    )
    module_command(
        "clean", folder / "sentences", "-o", folder / "clean", "--rules", "letters,gopher-words", "--min-words", 130
    )
    return folder


@pytest.fixture(scope="module")
def module_command():
    from bertprep_cli.main import run

    def call(*arguments):
        workers = [] if arguments[0] == "report" else ["--workers", "1"]
        assert run([*map(str, arguments), *workers, "--quiet"]) == 0, arguments

    return call


def test_what_is_left_is_counted_and_every_rejection_has_a_reason(segmented):
    manifest = store.read_manifest(str(segmented / "clean"))
    counted, left = manifest.counters, [row for split in store.SPLITS for row in rows_of(segmented / "clean", split)]
    assert counted["input_documents"] == 70 and counted["documents"] == len(left)
    for kind in ("documents", "sentences", "words"):
        rejected = sum(value for name, value in counted.items() if name.startswith(f"rejected_{kind}_"))
        assert counted[f"input_{kind}"] == counted[kind] + rejected
    assert counted["rejected_documents_emptied"] == 10 and counted["rejected_documents_gopher_words"] > 0
    assert all(TABLE not in row["sentences"] and len(row["holes"]) == 1 for row in left)
    assert all(row["sentences"][row["holes"][0]].split()[-1] in ("c.", "d.", "e.") for row in left)
    shown = [json.loads(line) for line in (segmented / "clean" / "rejected.jsonl").read_text().splitlines()]
    assert {each["rule"] for each in shown} == {"letters", "emptied", "gopher-words"}
    assert all(sum(each["rule"] == name for each in shown) <= samples.KEPT for name in NUMBER)


def test_all_stages_and_eyes_take_it_as_sentences(segmented, module_command, result, tmp_path):
    """For every pairing: no side and no true pair spans a hole, a random B is from another document; verify agrees."""
    module_command("train-vocab", segmented / "clean", "-o", tmp_path / "vocab", "--size", 200)
    holes = {row["document_id"]: row["holes"] for split in store.SPLITS for row in rows_of(segmented / "clean", split)}
    shutil.copytree(segmented / "clean", tmp_path / "clean")
    for pairing in PAIRINGS:
        pairs = tmp_path / f"pairs-{pairing}"
        module_command(
            *("build-pairs", tmp_path / "clean", "--vocab", tmp_path / "vocab", "-o", pairs, "--pairing", pairing),
            *("--max-length", 100),
        )
        for row in rows_of(pairs):
            for side in "ab":
                if row[f"document_{side}"] is not None:
                    first, count = row[f"first_sentence_{side}"], row[f"sentence_count_{side}"]
                    assert not set(holes[row[f"document_{side}"]]) & set(range(first + 1, first + count)), pairing
            if row["is_next"] is not None and (row["is_next"] or pairing == "order"):
                assert row["document_a"] == row["document_b"]
                assert max(row["first_sentence_a"], row["first_sentence_b"]) not in holes[row["document_a"]], pairing
            elif pairing in ("matched", "sentence"):
                assert row["document_a"] != row["document_b"]
        findings = {each.promise: each.ok for each in bertprep.verify(pairs)}
        assert findings["no side and no next pair spans a hole"] and False not in findings.values(), pairing
    assert result("inspect", tmp_path / "clean")["rows"][0]["holes"]


def test_pairs_over_a_hole_are_found(segmented):
    from bertprep.verify.origin import _over_holes
    from bertprep.verify.pair_columns import PairColumns

    table = pa.table({"document_id": ["x", "y"], "holes": pa.array([[2], []], pa.list_(pa.uint32()))})
    columns = {"document_a": ["x", "x", "x"], "first_sentence_a": [0, 1, 2], "sentence_count_a": [2, 2, 1]}
    columns |= {"document_b": ["x", "y", "x"], "first_sentence_b": [2, 0, 3], "sentence_count_b": [1, 1, 1]}
    empty = pa.array([[]] * 3, pa.list_(pa.uint16()))
    pairs = PairColumns(pa.table({**columns, "ids_a": empty, "ids_b": empty}))
    places = {"a": np.array([0, 0, 0]), "b": np.array([0, 1, 0])}
    assert _over_holes(pairs, places, np.array([0, 4, 6]), table).tolist() == [True, True, False]


def read_instead(instead, read, where, *arguments, **options):
    return instead.get(str(where)) or read(where, *arguments, **options)


def test_verify_finds_a_victim_that_is_left_and_a_hole_that_is_not_marked(segmented):
    promises = {each.promise: each.ok for each in bertprep.verify(segmented / "clean")}
    assert (
        all(promises.values()) and {"no document breaks letters", "no document breaks gopher-words"} <= promises.keys()
    )
    manifest = store.read_manifest(str(segmented / "clean"))
    source = store.read_manifest(str(segmented / "sentences"))
    path, _ = manifest.parts("train")[0]
    good = store.read_part(path)
    for change, promise in (
        ({"sentences": lambda row: [*row["sentences"], TABLE]}, "no document breaks letters"),
        ({"sentences": lambda row: row["sentences"][:1]}, "no document breaks gopher-words"),
        ({"sentences": lambda row: row["sentences"][::-1]}, cleaned.AGAINST[0]),
        ({"holes": lambda row: []}, cleaned.AGAINST[1]),
    ):
        name, new = next(iter(change.items()))
        values = [new(row) if number == 0 else row[name] for number, row in enumerate(good.to_pylist())]
        place = good.schema.get_field_index(name)
        forged = good.set_column(place, good.schema.field(name), pa.array(values, good.schema.field(name).type))
        instead = {str(path): forged}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "read_part", functools.partial(read_instead, instead, store.read_part))
            broken = {each.promise for each in cleaned.check(manifest, source, "") if not each.ok}
        assert promise in broken, (promise, broken)


SPECIAL = [
    *(
        "the cat and the dog",
        "Buy buy buy Buy Buy Buy Buy",
        "x = {y: [z]};",
        "• one",
        "- two",
        "and so on...",
        "wait…",
        "# # #",
    ),
    *(
        "Lorem Ipsum dolor.",
        "JavaScript is off.",
        "See our Privacy Policy.",
        "{",
        "の" * 20,
        "東京は日本の首都です。",
        "Yes.",
        PROSE,
    ),
    *("a b c d e f g h i j k l", "w" * 1001, "1 2 3 x", "of to be that", "\u0e01\u0e47 a\u0e01b", TABLE),
]
mixed = st.text(st.sampled_from("ab 1٣,.|日本กัe\u0301ह\u093f—"), min_size=1, max_size=12).filter(str.strip)
texts = st.lists(st.sampled_from(SPECIAL) | mixed, min_size=1, max_size=9)


@settings(max_examples=50)
@example([["Hello world."]], 0, next(rule for rule in RULES if rule.name == "gopher-repetition"))
@given(st.lists(texts, min_size=1, max_size=4), st.integers(0, 4), st.sampled_from([*RULES, None]))
def test_rules_and_their_audits_agree_and_nothing_left_is_a_victim(documents, min_words, alone):
    names = [rule.name for rule in RULES] if alone is None else [alone.name]
    asked = CleanSettings(rules=",".join(names), min_words=min_words)
    table = pa.table({name: ["en"] * len(documents) for name in schema.SENTENCES.names if name != "sentences"})
    table = table.append_column("sentences", pa.array(documents, pa.list_(pa.string()))).select(schema.SENTENCES.names)
    found = judge.judge(table, asked)
    left, rows = judge.apply(table, found)
    for row in left.to_pylist():
        for name in names:
            assert not rules.AUDITS[name](row["sentences"], asked.as_dict(), "en"), name
    for number, sentences in enumerate(documents):  # and the converse: every rejected document violates a rule
        verdict, own = (
            int(found.document_D[number]),
            found.sentence_S[found.bounds_D1[number] : found.bounds_D1[number + 1]],
        )
        kept = [text for text, reason in zip(sentences, own, strict=True) if reason == 0]
        for rule in RULES:
            if rule.of == "sentences":
                hit = [rules.AUDITS[rule.name]([text], asked.as_dict(), "en") for text in sentences]
                assert all(hit[place] for place in np.flatnonzero(own == NUMBER[rule.name])), rule.name
            elif verdict == NUMBER[rule.name]:
                assert rules.AUDITS[rule.name](kept, asked.as_dict(), "en"), rule.name
    for row, number in zip(left.to_pylist(), rows.tolist(), strict=True):
        assert cleaned.holes_of(row["sentences"], documents[number], []) == row["holes"]


def test_stop_words_and_their_audit_agree_in_every_language():
    asked = CleanSettings(rules="gopher-stop-words")
    judged = 0
    for code in languages.codes():
        known = sorted(rules.stop_words(code))
        sentences = [[" ".join(["x", *known[:number], *known[:1] * 2])] for number in range(3)]  # one, one, two of them
        table = pa.table({name: [code] * 3 for name in schema.SENTENCES.names if name != "sentences"})
        table = table.append_column("sentences", pa.array(sentences, pa.list_(pa.string()))).select(
            schema.SENTENCES.names
        )
        expected = [len(known) > 1, len(known) > 1, False]
        assert (judge.judge(table, asked).document_D > 0).tolist() == expected, code
        assert [rules.AUDITS["gopher-stop-words"](each, asked.as_dict(), code) for each in sentences] == expected, code
        judged += len(known) > 1
    assert judged > 20


def test_what_takes_most_documents_and_a_language_of_none_are_told(segmented, result, tmp_path):
    def warned(*options):
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        return result("clean", segmented / "sentences", "-o", out, *options, "--workers", "1")["warnings"]

    (told,) = warned(
        "--rules", "letters,gopher-words,gopher-symbols", "--min-words", "160", "--keep-languages", "sv,en"
    )[-1:]
    assert "no remaining document is in sv, which" in told and "the remaining documents are in en" in told
    told = warned("--rules", "gopher-words,gopher-symbols", "--min-words", "200")[-1]
    assert "rules of gopher" in told and "of them by gopher-words (fewer words" in told and "lower --min-words" in told
    assert "--rules gopher-symbols, or" in told
    assert not any("rejected by rules" in each for each in warned("--rules", "letters", "--keep-languages", "en"))


def test_the_report_shows_each_rule_with_its_samples(segmented, module_command, tmp_path):
    pytest.importorskip("matplotlib")
    module_command("report", segmented / "clean", "-o", tmp_path / "page.html")
    shown = (tmp_path / "page.html").read_text(encoding="utf-8")
    for words in ("letters: fewer than half", "gopher-words: fewer words", "of the words are kept by clean", TABLE):
        assert words in shown, words
    assert "bertprep clean sentences -o clean" in shown


def test_every_rule_has_a_module_and_an_audit():
    page = (Path(__file__).parents[2] / "docs" / "cleaning.md").read_text(encoding="utf-8")
    assert all(f"| `{rule.name}` |" in page for rule in RULES)
    assert set(rules.AUDITS) == set(names_of(",".join(rule.name for rule in RULES)))
    assert all(judge.module_of(rule).__doc__ and judge.module_of(rule).rejected for rule in RULES)


def test_what_cannot_be_asked_and_what_leaves_nothing_is_refused(segmented, command, tmp_path):
    for options, code, words in (
        (["--rules", "gopher,nonsense"], 2, "'nonsense'"),
        (["--rules", "none,gopher"], 2, "none beside other rules"),
        (["--keep-languages", "English"], 2, "did you mean en (English)? It takes codes of two or three"),
        (["--keep-languages", "sv"], 3, "that the documents have with --keep-languages"),
        (["--min-words", 1000], 3, "--min-words"),
    ):
        found, _, err = command("clean", segmented / "sentences", "-o", tmp_path / "out", *options, "--workers", 1)
        assert found == code and words in err and not (tmp_path / "out").exists(), (options, err)
    found, _, err = command("clean", segmented / "clean", "-o", segmented / "clean", "--workers", 1)
    assert found == 2 and "also the input" in err


def test_cleaning_what_is_cleaned_keeps_its_holes(segmented, module_command, tmp_path):
    module_command("clean", segmented / "clean", "-o", tmp_path / "again", "--rules", "none")
    assert rows_of(tmp_path / "again") == rows_of(segmented / "clean")
