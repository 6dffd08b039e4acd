"""Verify: intact folders pass, and each violated guarantee is reported in its own line and in no other."""

import json
import shutil

import numpy as np
import pyarrow as pa
import pytest
from forgery import broken, rewrite

from bertprep import store
from bertprep.core.errors import StoreError
from bertprep.store.manifest import to_json
from bertprep.verify import checks, pairs, shards, verify


@pytest.fixture
def copy_of(road, tmp_path):
    """A copy of some folders of the fixture `road`, to damage: copy_of("pairs", "sentences") -> their parent."""

    def copied(*names):
        for name in names:
            shutil.copytree(road / name, tmp_path / name)
        return tmp_path

    return copied


def rows_changed(**changes):
    """Make a change of columns: `rows_changed(which=..., name=function of the row)`, for the first row that `which` accepts."""
    which = changes.pop("which", lambda row: True)

    def change(table):
        rows = table.to_pylist()
        row = next(row for row in rows if which(row))
        row.update({name: new(row) for name, new in changes.items()})
        return rows

    return change


@pytest.mark.parametrize("name", ["sentences", "vocab", "pairs", "shards"])
def test_every_guarantee_of_an_intact_folder_holds(road, name):
    findings = verify(str(road / name))
    assert findings
    assert all(finding.ok for finding in findings), [finding for finding in findings if not finding.ok]


@pytest.mark.parametrize("pairing", ["sentence", "original", "order", "none"])
def test_the_guarantees_of_every_pairing_and_strategy_hold(road, tmp_path, command, pairing):
    made = [road / "sentences", "--vocab", road / "vocab", "-o", tmp_path / "pairs", "--pairing", pairing]
    shutil.copytree(road / "sentences", tmp_path / "sentences")
    assert command("build-pairs", *made, "--max-length", 48, "--passes", 2, "--workers", 1)[0] == 0
    masked = ["--copies", 2, "--shards", 3, "--max-predictions", 4, "--mask-replace-prob", 0.5, "--workers", 1]
    assert command("mask", tmp_path / "pairs", "-o", tmp_path / "shards", *masked)[0] == 0
    for name in ("pairs", "shards"):
        findings = verify(str(tmp_path / name))
        assert all(finding.ok for finding in findings), [finding for finding in findings if not finding.ok]


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_changed_byte(copy_of):
    folder = copy_of("sentences") / "sentences"
    path = store.read_manifest(folder).parts("train")[0][0]
    data = path.read_bytes()
    assert b"animals.txt" in data  # the source of a document, on which nothing else depends
    path.write_bytes(data.replace(b"animals.txt", b"animalz.txt", 1))
    assert broken(folder) == ["files are whole"]


def test_a_missing_file_leaves_the_rows_unchecked(copy_of):
    folder = copy_of("pairs") / "pairs"
    store.read_manifest(folder).parts("train")[0][0].unlink()
    findings = verify(str(folder))
    assert [finding.ok for finding in findings] == [False, False, None]
    assert "missing" in findings[0].found


def test_a_column_of_another_type(copy_of):
    folder = copy_of("shards") / "shards"
    path = store.read_manifest(folder).parts("train")[0][0]
    table = pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all().combine_chunks()
    index = table.schema.get_field_index("pair")
    table = table.set_column(index, "pair", table["pair"].cast(pa.int64()))
    rewrite(folder, lambda old: old.to_pylist())
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)
    assert "pair: int64, pair: uint64 expected" in verify(str(folder))[1].found


# -- sentences and vocabulary -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (rows_changed(sentences=lambda row: [*row["sentences"], "One more."]), "ids are the hash of the text"),
        (lambda table: [*table.to_pylist(), table.to_pylist()[-1]], "no document twice"),
    ],
)
def test_broken_sentences(copy_of, change, promise):
    folder = copy_of("sentences") / "sentences"
    rewrite(folder, change)
    found = broken(folder)
    if promise == "ids are the hash of the text":
        # another text belongs into another part, except by chance
        found = [each for each in found if each != "documents are in the part of their hash"]
    assert found == [promise]


def test_an_empty_sentence(copy_of):
    folder = copy_of("sentences") / "sentences"
    rewrite(folder, rows_changed(sentences=lambda row: [*row["sentences"], ""]))
    assert "documents have sentences" in broken(folder)


def test_a_validation_document_in_training(copy_of):
    folder = copy_of("sentences") / "sentences"
    row = store.read_part(store.read_manifest(folder).parts("validation")[0][0]).to_pylist()[0]
    rewrite(folder, lambda table: sorted([*table.to_pylist(), row], key=lambda each: each["document_id"]))
    assert broken(folder) == ["documents are in the part of their hash", "no validation document in training"]


def test_documents_in_the_wrong_part_are_found(tmp_path, sample_corpus, command, monkeypatch):
    from bertprep.sentences import documents

    right = documents.partition_numbers

    def next_one(ids, train, validation, share, held):
        return (right(ids, train, validation, share, held) + 1) % (train + validation)

    monkeypatch.setattr(documents, "partition_numbers", next_one)
    options = ["--partitions", 3, "--validation-share", 0.2, "--workers", 1]
    assert command("segment", sample_corpus, "-o", tmp_path / "sentences", *options)[0] == 0
    assert broken(tmp_path / "sentences") == ["documents are in the part of their hash"]


def test_a_vocabulary_that_prepares_text_in_another_way(copy_of):
    folder = copy_of("vocab") / "vocab"
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content["settings"]["lowercase"] = False
    (folder / "manifest.json").write_bytes(to_json(store.sealed(content)))
    assert broken(folder) == ["text is normalized as in the settings"]


def test_a_vocabulary_whose_files_differ(copy_of):
    folder = copy_of("vocab") / "vocab"
    tokens = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    tokens[100], tokens[101] = tokens[101], tokens[100]
    (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
    assert broken(folder) == ["files are whole", "both files agree"]


# -- pairs ------------------------------------------------------------------------------------------------------------


def is_next(row):
    return row["is_next"]


def is_random(row):
    return not row["is_next"]


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (lambda table: [row for row in table.to_pylist() if row["is_next"]][:2], "half of the pairs are random"),
        (
            rows_changed(which=is_next, first_sentence_b=lambda row: row["first_sentence_b"] + 1000),
            "labels agree with where the sides come from",
        ),
        (rows_changed(ids_a=lambda row: [1999, 2000, 7]), "ids are in the vocabulary"),
        (rows_changed(ids_a=lambda row: row["ids_a"] + [7] * 48), "rows fit"),
        (lambda table: table.to_pylist() * 2, "no sentence used twice in a pass"),
    ],
)
def test_broken_pairs(copy_of, change, promise):
    folder = copy_of("pairs") / "pairs"  # alone, so that it is not compared with sentences
    rewrite(folder, change)
    found = broken(folder)
    assert found == [promise]
    assert {finding.ok for finding in verify(str(folder)) if "sentences" in finding.promise} >= {None}


def test_a_random_pair_from_one_document(copy_of):
    folder = copy_of("pairs") / "pairs"
    rewrite(
        folder, rows_changed(which=is_random, document_b=lambda row: row["document_a"], first_sentence_b=lambda _: 5000)
    )
    assert broken(folder) == ["labels agree with where the sides come from"]


def test_a_validation_document_in_the_training_pairs(copy_of):
    folder = copy_of("pairs") / "pairs"
    other = store.read_part(store.read_manifest(folder).parts("validation")[0][0]).to_pylist()[0]["document_a"]
    rewrite(folder, rows_changed(which=is_random, document_a=lambda _: other, first_sentence_a=lambda _: 9000))
    assert broken(folder) == ["no validation document in training"]


def test_lengths_that_predict_the_label(copy_of):
    folder = copy_of("pairs") / "pairs"

    def shorten(table):
        return [row | ({"ids_b": row["ids_b"][:3]} if not row["is_next"] else {}) for row in table.to_pylist()]

    rewrite(folder, shorten)
    assert broken(folder) == ["lengths do not predict the label"]


def test_a_side_of_two_sentences_where_one_was_asked_for(road, tmp_path, command):
    made = [road / "sentences", "--vocab", road / "vocab", "-o", tmp_path / "pairs", "--pairing", "sentence"]
    assert command("build-pairs", *made, "--workers", 1)[0] == 0
    path, _ = store.read_manifest(tmp_path / "pairs").parts("train")[0]
    rows = store.read_part(path).to_pylist()
    used = {(row[f"document_{side}"], row[f"first_sentence_{side}"]) for row in rows for side in "ab"}

    def free(row):
        # a random row, since an adjacent one would not stay adjacent; the sentence added is used by no other row
        return not row["is_next"] and (row["document_b"], row["first_sentence_b"] + 1) not in used

    rewrite(tmp_path / "pairs", rows_changed(which=free, sentence_count_b=lambda row: 2))
    assert broken(tmp_path / "pairs") == ["sides are single sentences"]


def test_another_vocabulary_beside_the_pairs(copy_of):
    folder = copy_of("pairs") / "pairs"
    for name, case in (("tokenizer.json", "lowercase"), ("tokenizer_config.json", "do_lower_case")):
        content = (folder / "vocab" / name).read_text(encoding="utf-8")
        (folder / "vocab" / name).write_text(content.replace(f'"{case}": true', f'"{case}": false'), encoding="utf-8")
    assert "the vocabulary is the recorded one" in broken(folder)


def test_a_token_that_is_not_in_the_sentences(copy_of):
    folder = copy_of("pairs", "sentences") / "pairs"
    rewrite(folder, rows_changed(ids_a=lambda row: [1234 if row["ids_a"][0] != 1234 else 1235, *row["ids_a"][1:]]))
    assert broken(folder) == ["tokens are those of the sentences"]


def test_a_document_that_is_not_in_the_sentences(copy_of):
    folder = copy_of("pairs", "sentences") / "pairs"
    rewrite(folder, rows_changed(which=is_random, document_b=lambda _: "0" * 32))
    assert broken(folder) == ["sides are in sentences/"]


def test_a_pair_of_two_languages(copy_of):
    folder = copy_of("pairs", "sentences") / "pairs"
    documents = {
        row["document_id"]: row["language"]
        for path, _ in store.read_manifest(folder.parent / "sentences").parts("train")
        for row in store.read_part(path).to_pylist()
    }

    def exchange(table):
        rows = table.to_pylist()
        random = [row for row in rows if not row["is_next"]]
        english, chinese = ([row for row in random if documents[row["document_a"]] == code] for code in ("en", "zh"))
        fits = ((one, two) for one in english for two in chinese if sizes(one, two) <= 45 and sizes(two, one) <= 45)
        one, two = next(fits)
        for name in [name for name in one if name.endswith("_b")]:
            one[name], two[name] = two[name], one[name]
        return rows

    def sizes(one, two):
        return len(one["ids_a"]) + len(two["ids_b"])

    rewrite(folder, exchange)
    assert broken(folder) == ["both sides have one language and script"]


def test_other_sentences_are_refused(road, tmp_path, sample_corpus, command):
    assert command("segment", sample_corpus / "english" / "home.txt", "-o", tmp_path / "sentences")[0] == 0
    with pytest.raises(StoreError, match="is not what"):
        verify(str(road / "pairs"), str(tmp_path / "sentences"))


# -- shards -----------------------------------------------------------------------------------------------------------


def with_mask(row):
    return 4 in row["input_ids"] and row["next_sentence_label"] is not None


def put_back(row, number=0):
    """The ids of the row with one masked token restored."""
    ids = list(row["input_ids"])
    ids[row["masked_lm_positions"][number]] = row["masked_lm_ids"][number]
    return ids


def shown_as(row, number, token):
    ids = list(row["input_ids"])
    ids[row["masked_lm_positions"][number]] = token
    return ids


SPOILT_ROWS = [
    (
        {
            "input_ids": put_back,
            "masked_lm_positions": lambda row: row["masked_lm_positions"][1:],
            "masked_lm_ids": lambda row: row["masked_lm_ids"][1:],
        },
        "the number of masks is right",
    ),
    (
        {
            "input_ids": put_back,
            "masked_lm_positions": lambda row: [0, *row["masked_lm_positions"][1:]],
            "masked_lm_ids": lambda row: [2, *row["masked_lm_ids"][1:]],
        },
        "masked positions are valid",
    ),
    ({"masked_lm_positions": lambda row: [999, *row["masked_lm_positions"][1:]]}, "masked positions are valid"),
    ({"input_ids": lambda row: shown_as(row, 0, 2001)}, "ids are in the vocabulary"),
    ({"input_ids": lambda row: shown_as(row, 0, 0)}, "no special token is inserted"),
    ({"segment_b_start": lambda row: row["segment_b_start"] + 1}, "rows have the expected layout"),
    ({"pair": lambda row: row["pair"] + 1}, "every pair occurs once per copy"),
]


@pytest.mark.parametrize(("changes", "promise"), SPOILT_ROWS)
def test_broken_shards(copy_of, changes, promise):
    folder = copy_of("shards") / "shards"  # alone, so that it is not compared with pairs

    def change(table):
        rows = table.to_pylist()
        row = next(row for row in rows if with_mask(row))
        row.update({name: new(dict(row)) for name, new in list(changes.items())})
        return rows

    rewrite(folder, change)
    assert broken(folder) == [promise]


def test_too_few_mask_tokens_among_the_masked_tokens(copy_of):
    folder = copy_of("shards", "pairs") / "shards"

    def unmask(table):
        rows = table.to_pylist()
        for row in rows[::8]:
            for place, token in zip(row["masked_lm_positions"], row["masked_lm_ids"], strict=True):
                row["input_ids"][place] = token
        return rows

    rewrite(folder, unmask)
    assert broken(folder) == ["masked tokens: [MASK], random, kept"]


def test_a_label_that_is_not_the_true_token(copy_of):
    folder = copy_of("shards", "pairs") / "shards"
    rewrite(
        folder,
        rows_changed(
            which=lambda row: 4 in row["input_ids"],
            masked_lm_ids=lambda row: [
                1000 + token % 7 + 1 if row["input_ids"][place] == 4 else token
                for place, token in zip(row["masked_lm_positions"], row["masked_lm_ids"], strict=True)
            ],
        ),
    )
    assert broken(folder) == ["restored rows are those of pairs/"]


def test_two_labels_exchanged(copy_of):
    folder = copy_of("shards", "pairs") / "shards"

    def exchange(table):
        rows = table.to_pylist()
        for label in (0, 1):
            row = next(row for row in rows if row["next_sentence_label"] == label and not row.get("done"))
            row.update(next_sentence_label=1 - label, done=True)
        return [{name: value for name, value in row.items() if name != "done"} for row in rows]

    rewrite(folder, exchange)
    assert broken(folder) == ["labels are those of pairs/"]


def test_unequal_shards(road, tmp_path, command):
    assert command("mask", road / "pairs", "-o", tmp_path / "shards", "--shards", 3, "--workers", 1)[0] == 0
    moved = []

    def take(table):
        moved.extend(table.to_pylist()[:2])
        return table.to_pylist()[2:]

    rewrite(tmp_path / "shards", take, number=0)
    rewrite(tmp_path / "shards", lambda table: [*table.to_pylist(), *moved], number=1)
    assert broken(tmp_path / "shards", road / "pairs") == ["shards are equal"]


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_checks_a_whole_run_and_says_so(road, result, command):
    found = result("verify", road)
    assert found["ok"] is True
    assert [folder["folder"].rsplit("/", 1)[-1] for folder in found["folders"]] == [
        "sentences",
        "vocab",
        "pairs",
        "shards",
    ]
    code, out, _ = command("verify", road / "shards")
    assert code == 0
    assert "guarantees hold" in out
    assert "80 / 9." in out


def test_a_violated_guarantee_is_exit_code_4(copy_of, command):
    folder = copy_of("pairs") / "pairs"
    rewrite(folder, rows_changed(ids_a=lambda row: row["ids_a"] + [7] * 48))
    code, out, _ = command("verify", folder)
    assert code == 4
    assert "BROKEN" in out
    assert "not checked" in out


@pytest.fixture(scope="module")
def small_run(tmp_path_factory):
    """The data folders of a few documents."""
    from bertprep_cli.main import run

    folder = tmp_path_factory.mktemp("small")
    text = "\n\n".join(
        f"The cat sat on mat {number}. It slept well. A dog came by. Both ran off." for number in range(40)
    )
    (folder / "corpus.txt").write_text(text)
    options = ["--vocab-size", "120", "--max-length", "32", "--validation-share", "0.3", "--until", "mask"]
    assert (
        run(["run", str(folder / "corpus.txt"), "-o", str(folder / "run"), *options, "--workers", "1", "--quiet"]) == 0
    )
    return folder / "run"


# findings about shards that need their pairs
OF_PAIRS = {"half of the pairs are random", "lengths do not predict the label", "scripts do not predict the label"}
DAMAGES = {
    "cut": lambda data: data[: len(data) // 2],
    "emptied": lambda data: b"",
    "changed": lambda data: data[: len(data) // 3] + bytes([data[len(data) // 3] ^ 0x55]) + data[len(data) // 3 + 1 :],
    "zeroed": lambda data: bytes(len(data)),
    "removed": None,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_file_is_damaged_the_rest_of_the_run_is_still_checked(small_run, tmp_path, command, damage):
    shutil.copytree(small_run, tmp_path / "run")
    sound = {each["folder"]: each["promises"] for each in verified(command, tmp_path / "run", 0)["folders"]}
    files = sorted(path for path in (tmp_path / "run").rglob("*") if path.is_file() and path.name != "run.jsonl")
    files = [path for path in files if path.name != ".lock"]
    assert len(files) == 3 * 2 + 3 * 3 + 4
    for path in files:
        data = path.read_bytes()
        path.write_bytes(DAMAGES[damage](data)) if DAMAGES[damage] else path.unlink()
        found = verified(command, tmp_path / "run", 4)
        path.write_bytes(data)
        owner = str(tmp_path / "run" / path.relative_to(tmp_path / "run").parts[0])
        for folder in found["folders"]:
            promises = {promise["promise"]: promise["ok"] for promise in folder["promises"]}
            if folder["folder"] == owner:
                assert False in promises.values(), path
            else:  # checks that need only this folder are still made
                assert {promise["promise"] for promise in sound[folder["folder"]]} - promises.keys() <= OF_PAIRS, path
                assert {promise for promise, ok in promises.items() if not ok} <= {*pairs.AGAINST, *shards.AGAINST}, (
                    path
                )
        assert [each["folder"] for each in found["folders"]] == [*sound], path


def verified(command, folder, expected):
    """The output of `verify --json`: one object, whatever the exit code."""
    code, out, err = command("verify", folder, "--json")
    assert (code, err) == (expected, ""), (code, out, err)
    return json.loads(out)


def test_a_damaged_vocabulary_is_named_and_other_guarantees_are_checked(copy_of, command):
    folder = copy_of("pairs", "sentences") / "pairs"
    (folder / "vocab" / "tokenizer.json").write_text("{")
    code, out, err = command("verify", folder)
    assert (code, err) == (4, "")
    assert "files are whole" in out
    assert "BROKEN: the vocabulary is the recorded one: cannot be checked" in out
    assert "vocab/tokenizer.json" in out


def test_damaged_sentences_are_no_fault_of_the_pairs(copy_of):
    folder = copy_of("pairs", "sentences") / "pairs"
    path = store.read_manifest(folder.parent / "sentences").parts("train")[0][0]
    path.write_bytes(path.read_bytes()[:500])
    findings = {finding.promise: finding for finding in verify(str(folder))}
    assert [promise for promise, finding in findings.items() if finding.ok is False] == list(pairs.AGAINST)
    assert path.name in findings[pairs.AGAINST[0]].found


# -- the tools --------------------------------------------------------------------------------------------------------


def test_the_area_under_the_curve_by_hand():
    # lengths of next: 1, 2; of random: 2, 3; in 3.5 of 4 comparisons, random is longer
    area, _ = checks.auc(np.bincount([1, 2], minlength=5), np.bincount([2, 3], minlength=5))
    assert area == 3.5 / 4


def test_the_standard_error_without_ties():
    next_L, random_L = np.array([1, 0] * 50), np.array([0, 1] * 50)
    _, error = checks.auc(next_L, random_L)
    assert error == pytest.approx(np.sqrt(101 / (12 * 50 * 50)), rel=1e-6)
