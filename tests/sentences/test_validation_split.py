"""An empty validation split gives a warning from the stage that caused it, and from training, with the reason."""

import pytest

import bertprep
from bertprep import store
from bertprep.pairs.validation import why_no_validation

QUIET = ("--workers", "1", "--quiet")
EMPTY = "the validation split is empty"


def write_documents(path, count):
    """Write documents of six sentences each."""
    words = ["cat", "dog", "house", "tree", "river", "mountain", "bread", "water", "star", "moon"]
    documents = [
        "\n".join(f"The {words[(d + n) % 10]} saw the {words[(d * n) % 10]} {d} times." for n in range(6))
        for d in range(count)
    ]
    path.write_text("\n\n".join(documents) + "\n")


@pytest.fixture
def corpus(tmp_path):
    write_documents(tmp_path / "corpus.txt", 24)
    return tmp_path / "corpus.txt"


def data_road(command, corpus, folder, share):
    """What each of the data stages prints on stderr."""
    sentences, vocab, pairs, shards = (folder / name for name in ("sentences", "vocab", "pairs", "shards"))
    told = {}
    for stage, *line in (
        ("segment", corpus, "-o", sentences, "--validation-share", share),
        ("train-vocab", sentences, "-o", vocab, "--size", "300"),
        ("build-pairs", sentences, "--vocab", vocab, "-o", pairs),
        ("mask", pairs, "-o", shards),
    ):
        code, _, told[stage] = command(stage, *line, *QUIET)
        assert code == 0
    return told


def trained(command, folder):
    pytest.importorskip("torch")
    line = (
        "train",
        folder / "shards",
        "-o",
        folder / "model",
        "--steps",
        "1",
        "--batch-size",
        "2",
        "--threads",
        "1",
    )
    code, out, _ = command(*line)
    assert code == 0
    return out


def test_a_share_that_held_out_no_document_is_told_by_segment_and_by_train(corpus, command, tmp_path):
    told = data_road(command, corpus, tmp_path, 0.02)
    why = "none of the 24 documents was held out: each document is held out with a probability of 2 %"
    assert f"warning: {EMPTY}: {why}; segment with a larger --validation-share" in told["segment"]
    assert not any(EMPTY in told[stage] for stage in ("train-vocab", "build-pairs", "mask"))
    assert f"validation: none ({why}" in trained(command, tmp_path)
    assert why in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")


def test_held_out_documents_that_give_no_pair_are_told_by_build_pairs_and_by_train(corpus, command, tmp_path):
    told = data_road(command, corpus, tmp_path, 0.1)
    why = "documents held out none gave a pair (half of the pairs exchange their B"
    assert f"warning: {EMPTY}: of the " in told["build-pairs"] and why in told["build-pairs"]
    assert not any(EMPTY in told[stage] for stage in ("segment", "train-vocab", "mask"))
    assert why in trained(command, tmp_path)
    code, _, err = command("evaluate", tmp_path / "model", tmp_path / "shards")
    assert code == 3 and "no validation rows: of the " in err and why in err


def test_nothing_is_warned_of_where_nothing_was_asked_for(corpus, command, tmp_path):
    told = data_road(command, corpus, tmp_path, 0)
    assert not any(EMPTY in one for one in told.values())
    assert "validation: none (no documents were held out (--validation-share 0)" in trained(command, tmp_path)


def test_run_warns_as_its_stages_do(corpus, command, tmp_path):
    code, _, err = command("run", corpus, "-o", tmp_path / "out", "--until", "mask", "--vocab-size", "300", *QUIET)
    assert code == 0 and f"warning: {EMPTY}: none of the 24 documents" in err
    again = ("--until", "mask", "--vocab-size", "300", "--validation-share", "0.1", *QUIET)
    code, _, err = command("run", corpus, "-o", tmp_path / "other", *again)
    assert code == 0 and "documents held out none gave a pair" in err


def test_what_lies_elsewhere_is_not_made_up(corpus, command, tmp_path):
    data_road(command, corpus, tmp_path, 0.02)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "shards").rename(tmp_path / "elsewhere" / "shards")
    assert "validation: none (the data has no validation rows" in trained(command, tmp_path / "elsewhere")


@pytest.mark.filterwarnings("ignore:the validation split is empty")
def test_clean_is_not_blamed_for_what_segment_did_not_hold_out(corpus, tmp_path):
    def cleaned(share):
        folders = [tmp_path / f"{name}-{share}" for name in ("sentences", "clean")]
        bertprep.segment(corpus, folders[0], validation_share=share, workers=1)
        bertprep.clean(*folders, rules="letters", workers=1)
        return {stage: store.read_manifest(folder) for stage, folder in zip(("segment", "clean"), folders, strict=True)}

    few, half = cleaned(0.02), cleaned(0.5)
    assert why_no_validation(few).startswith("none of the 24 documents was held out: ")
    assert why_no_validation({"clean": few["clean"]}).startswith("no document that clean left is held out; ")
    assert why_no_validation({"segment": half["segment"], "clean": few["clean"]}).startswith("clean rejected all ")
