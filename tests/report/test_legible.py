"""Readable tokens of any tokenizer: text or bytes without the marks of the tokenizer; positions and ids are unchanged."""

import json
import random

import made_tokenizers as made
import pytest
from bertprep_cli.layout import columns_of
from bertprep_cli.rendering import rows_lines

from bertprep.report import decoding, legible
from bertprep.vocab.vocabulary import Vocabulary

TEXT = "The café’s naïve crew saw 😀 and 猫 in Zürich; it rained (often) in the north. 这部电影 was 3.5 hours long"
KINDS = (made.roberta, made.gemma, made.xlm_roberta, made.xlm)
SPELLING_ALL = 2  # number of these that can represent any text, by bytes
MARKS = set("▁ĠĊâÃåäð")  # of sentencepiece and, as GPT-2 spells them, bytes


def view(ids: list[int], hidden: dict[int, int], vocabulary: Vocabulary) -> list[dict]:
    return legible._of_row(decoding._tokens(ids, hidden, vocabulary), len(ids), vocabulary)


def joined(tokens: list[dict]) -> str:
    return "".join(" " * token["space"] + token["shown"].removeprefix("##") for token in tokens)


@pytest.fixture(scope="module")
def vocabularies(tmp_path_factory) -> list[Vocabulary]:
    found = []
    for kind in KINDS:
        folder = tmp_path_factory.mktemp(kind.__name__)
        made.write(folder, kind())
        found.append(Vocabulary.load(folder))
    return found


def test_a_row_without_masks_reads_as_its_text(vocabularies) -> None:
    for number, vocabulary in enumerate(vocabularies):
        ids = [each for each in vocabulary.encode_one(TEXT) if vocabulary.is_ordinary[each]]
        tokens = view(ids, {}, vocabulary)
        text = TEXT if number < SPELLING_ALL else vocabulary.decode(ids)
        assert len(tokens) == len(ids) and joined(tokens).split() == text.split()


def test_masked_tokens_stay_and_are_named_without_the_marks_of_a_tokenizer(vocabularies) -> None:
    draw = random.Random(0)
    for vocabulary in vocabularies:
        ids = [number for number in vocabulary.encode_one(TEXT) if vocabulary.is_ordinary[number]]
        for _ in range(20):
            hidden = {place: ids[place] for place in draw.sample(range(len(ids)), len(ids) // 4)}
            row = [
                draw.choice([vocabulary.mask_id, number]) if place in hidden else number
                for place, number in enumerate(ids)
            ]
            before = decoding._tokens(row, hidden, vocabulary)
            for place in hidden:
                number = draw.choice([ids[place], draw.choice(ids)])
                before[place] |= {"guess": before[place]["true"] if number == ids[place] else "?", "guess_id": number}
            kept = json.dumps(before)
            after = legible._of_row(before, len(row), vocabulary)
            assert json.dumps(before) == kept  # the output of --json does not change
            for place, (old, new) in enumerate(zip(before, after, strict=True)):
                same = ("id", "true_id", "kind", "special")
                assert [old.get(name) for name in same] == [new.get(name) for name in same]
                if place in hidden:
                    assert new["shown"] and new["true"] and not set(new["true"]) & MARKS
                    assert (new["guess"] == new["true"]) is (new["guess_id"] == new["true_id"])


def test_lines_of_such_rows_fit_the_terminal_and_show_every_mask(vocabularies, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    for vocabulary in vocabularies:
        ids = [number for number in vocabulary.encode_one(f"{TEXT} {TEXT}") if vocabulary.is_ordinary[number]]
        hidden = {place: ids[place] for place in range(3, len(ids), 5)}
        row = [vocabulary.mask_id if place in hidden else number for place, number in enumerate(ids)]
        tokens = view(row, hidden, vocabulary)
        shown = {
            "row": 0,
            "pair": 0,
            "label": "no B",
            "next_sentence_label": None,
            "segment_b_start": len(row),
            "tokens": tokens,
        }
        lines = rows_lines("mask", [shown])
        assert all(columns_of(line) <= 80 for line in lines)
        assert sum(line.count("{") for line in lines[lines.index("") :]) == len(hidden)
        assert "## goes on with the word before" in " ".join(lines)


def test_parts_of_characters_are_bytes_and_spaces_are_seen(vocabularies) -> None:
    roberta = vocabularies[0]
    byte_of = {token: number for number, token in enumerate(roberta.tokens)}
    cat = [byte_of[each] for each in ("ç", "Į", "«")]  # the bytes of 猫, as GPT-2 spells them
    assert joined(view(cat, {}, roberta)) == "猫"
    assert joined(view(cat[:2], {}, roberta)) == "<0xE7><0x8C>"
    [masked] = view([roberta.mask_id], {0: byte_of["Ġ"]}, roberta)
    assert masked["true"] == "␣"
    at = byte_of["Ġthe"]  # guessed where a token within a word is masked
    [first, second] = decoding._tokens([byte_of["a"], roberta.mask_id], {1: byte_of["b"]}, roberta)
    guessed = legible._of_row([first, second | {"guess": "##the", "guess_id": at}], 2, roberta)[1]
    assert (guessed["true"], guessed["guess"]) == ("##b", "the")
    assert legible.entries(roberta, ["Ġ", "ç", "Ġthe"]) == ["␣", "<0xE7>", "the"]


def test_the_command_shows_text_and_its_json_the_tokens(road, command, result, tmp_path) -> None:
    vocab, pairs, shards = tmp_path / "vocab", tmp_path / "pairs", tmp_path / "shards"
    for made_by in (
        ("train-vocab", road / "sentences", "-o", vocab, "--model", "byte-bpe", "--size", "400"),
        ("build-pairs", road / "sentences", "--vocab", vocab, "-o", pairs, "--pairing", "none"),
        ("mask", pairs, "-o", shards),
    ):
        assert command(*made_by, "--workers", 1, "--quiet")[0] == 0
    assert any("Ġ" in token for token in result("inspect", vocab)["entries_of"]["words"])
    for folder in (vocab, shards):
        assert not set(command("inspect", folder)[1]) & MARKS
