"""Vocabularies of other programs can be loaded, others can load ours, and training is a function of its input."""

import collections
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, normalizers, pre_tokenizers, trainers

from bertprep.core.errors import InputError, UsageError
from bertprep.vocab import subwords
from bertprep.vocab import training as vocab
from bertprep.vocab.settings import VocabSettings
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, TextRules, Vocabulary

SAMPLES = Path(__file__).parents[2] / "sample_corpus" / "small"
SPECIAL_LINES = "\n".join(SPECIAL_TOKENS)
TOKENS = [*SPECIAL_TOKENS, "[unused0]", "play", "##ing", "##s", "a", "é", "猫", "[", "]"]


def sample_lines() -> list[str]:
    files = sorted(SAMPLES.glob("*/*.txt"))
    return [line for file in files for line in file.read_text(encoding="utf-8").split("\n")]


def trained(**changes: object) -> Vocabulary:
    settings = VocabSettings(**{"size": 2000, **changes})  # type: ignore[arg-type]
    return vocab.train(vocab.count_words(pa.array(sample_lines()), vocab.text_rules(settings))[0], settings)


def test_attributes_by_hand() -> None:
    ours = Vocabulary(TOKENS)
    assert (ours.pad_id, ours.unk_id, ours.cls_id, ours.sep_id, ours.mask_id, ours.size) == (0, 1, 2, 3, 4, 14)
    assert ours.ordinary_ids.tolist() == [6, 7, 8, 9, 10, 11, 12, 13]
    assert [TOKENS[number] for number in ours.is_continuation.nonzero()[0]] == ["##ing", "##s"]
    assert ours.decode([2, 6, 7, 8, 9, 3]) == "[CLS] playings a [SEP]"
    assert ours.encode_one("Playing [MASK]") == [6, 7, 12, 1, 13]


@pytest.mark.parametrize(
    "rules", [TextRules(), TextRules(lowercase=False, strip_accents=False), TextRules(strip_accents=False)]
)
def test_saved_and_loaded_is_the_same(tmp_path: Path, rules: TextRules) -> None:
    ours = Vocabulary(TOKENS, rules)
    ours.save(tmp_path / "one")
    for path in ("one", "one/tokenizer.json", "one/vocab.txt"):
        assert Vocabulary.load(tmp_path / path).digest == ours.digest
    Vocabulary.load(tmp_path / "one").save(tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    copy = pickle.loads(pickle.dumps(ours))
    assert (copy.tokens, copy.rules, copy.digest) == (ours.tokens, ours.rules, ours.digest)


def test_tokens_and_rules_make_the_digest() -> None:
    vocabularies = [
        Vocabulary(TOKENS),
        Vocabulary(TOKENS[:-1]),
        Vocabulary(TOKENS, TextRules(lowercase=False)),
        Vocabulary(TOKENS, TextRules(strip_accents=False)),
    ]
    assert len({ours.digest for ours in vocabularies}) == 4


@pytest.mark.parametrize("changes", [{}, {"lowercase": False}, {"strip_accents": False}, {"unused": 7}], ids=str)
def test_others_give_the_same_ids(tmp_path: Path, changes: dict[str, object]) -> None:
    transformers = pytest.importorskip("transformers")
    ours = trained(**changes)
    ours.save(tmp_path)
    lines = [line for line in sample_lines() if line] + ["Éa Ça naïve 猫 ΟΔΟΣ"]
    ids = [ours.encode_one(line) for line in lines]
    theirs = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert [encoding.ids for encoding in theirs.encode_batch(lines, add_special_tokens=False)] == ids
    for loader in (transformers.AutoTokenizer, transformers.BertTokenizerFast):
        tokenizer = loader.from_pretrained(tmp_path)
        assert tokenizer(lines, add_special_tokens=False)["input_ids"] == ids
        assert len(tokenizer) == ours.size and tokenizer.mask_token_id == ours.mask_id
        pair = tokenizer("a b", "c")
        first, second = ours.encode_one("a b"), ours.encode_one("c")
        assert pair["input_ids"] == [ours.cls_id, *first, ours.sep_id, *second, ours.sep_id]
        assert pair["token_type_ids"] == [0] * (len(first) + 2) + [1] * (len(second) + 1)


def test_a_tokenizer_json_of_others_loads(tmp_path: Path) -> None:
    theirs = tokenizers.Tokenizer(
        models.WordPiece({token: number for number, token in enumerate(TOKENS)}, unk_token="[UNK]")
    )
    theirs.normalizer = normalizers.BertNormalizer(lowercase=False)
    theirs.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    theirs.add_special_tokens(["[MASK]", "[ENT]"])
    theirs.save(str(tmp_path / "tokenizer.json"))
    ours = Vocabulary.load(tmp_path)
    assert ours.tokens == [*TOKENS, "[ENT]"] and not ours.lowercase and not ours.strip_accents
    assert not ours.is_ordinary[-1]
    ours.save(tmp_path / "again")
    assert Vocabulary.load(tmp_path / "again").digest == ours.digest


def test_line_ends_and_byte_order_mark_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"\xef\xbb\xbf" + SPECIAL_LINES.replace("\n", "\r\n").encode() + b"\r\na\r\n\xe2\x80\xa8\r\n\r\n")
    assert Vocabulary.load(path).tokens == [*SPECIAL_TOKENS, "a", "\u2028"]


@pytest.mark.parametrize(
    "word, config, lowercase, strip",
    [
        ("the", None, True, True),
        ("The", None, False, False),
        ("The", {"do_lower_case": True}, True, True),
        ("the", {"do_lower_case": False}, False, False),
        ("the", {"do_lower_case": True, "strip_accents": False}, True, False),
    ],
)
def test_rules_of_a_vocab_txt(tmp_path: Path, word: str, config: dict | None, lowercase: bool, strip: bool) -> None:
    (tmp_path / "vocab.txt").write_text(f"{SPECIAL_LINES}\n{word}\n")
    if config is not None:
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    ours = Vocabulary.load(tmp_path)
    assert (ours.lowercase, ours.strip_accents) == (lowercase, strip)


def saved_json(**changes: object) -> str:
    content = json.loads(Vocabulary(TOKENS).files()["tokenizer.json"])
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = content
        for parent in parents:
            place = place[parent]
        place[last] = value
    return json.dumps(content)


IDS = {token: number for number, token in enumerate(TOKENS)}


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("vocab.txt", "", r"vocab.txt: empty"),
        ("vocab.txt", "\n\n", r"vocab.txt: empty"),
        ("vocab.txt", f"{SPECIAL_LINES}\na\nb\na\n", r"vocab.txt, line 8: 'a' is in line 6 already; every token"),
        ("vocab.txt", f"{SPECIAL_LINES}\na\n\nb\n", r"vocab.txt, line 7: empty line"),
        ("vocab.txt", SPECIAL_LINES.replace("[MASK]", "x"), r"vocab.txt: \[MASK\] missing"),
        ("vocab.txt", "[UNK]\n[SEP]\n", r"\[PAD\], \[CLS\], \[MASK\] missing"),
        ("vocab.txt", f"{SPECIAL_LINES}\na\n\udcff\n", r"vocab.txt, line 7: not UTF-8"),
        ("tokenizer.json", " ", r"tokenizer.json: empty"),
        ("tokenizer.json", '{\n"a": 1,\n b}', r"tokenizer.json, line 3: not JSON"),
        ("tokenizer.json", "[1]", r"tokenizer.json, line 1: expected a JSON object"),
        ("tokenizer.json", "{}", r"the model is not named; expected one of BPE"),
        ("tokenizer.json", saved_json(model__type="BPE"), r"tokenizers cannot read it"),
        ("tokenizer.json", saved_json(model__vocab={}, added_tokens=[]), r"the vocabulary is empty"),
        ("tokenizer.json", saved_json(model__vocab={**IDS, "b": 3}), r"id 4 is missing or given twice"),
        ("tokenizer.json", saved_json(model__vocab={**IDS, "b": 99}), r"id 14 is missing or given twice \(near 'b'\)"),
        ("tokenizer.json", saved_json(model__vocab={"a": 0}, added_tokens=[]), r"\[PAD\].* missing"),
        ("tokenizer.json", saved_json(added_tokens=[{"id": 15, "content": "covid", "special": True}]), r"said to have id 15"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    for path in (tmp_path, tmp_path / name):
        with pytest.raises(InputError, match=message):
            Vocabulary.load(path)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"model__type": "BPE"}, r"the model is BPE, and tokenizer_class beside it is BertTokenizer, which is WordPiece"),
        ({"model__unk_token": "[MASK]"}, r"expected \[UNK\]"),
        ({"normalizer": {"type": "NFC"}}, r"prepared by NFC and BertPreTokenizer"),
        ({"pre_tokenizer": None}, r"prepared by BertNormalizer and None"),
        ({"normalizer__clean_text": False}, r"clean_text is false"),
    ],
)  # fmt: skip
def test_what_bert_tokenizer_would_read_otherwise_is_refused(tmp_path: Path, changes: dict, message: str) -> None:
    (tmp_path / "tokenizer.json").write_text(saved_json(**changes))
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}')
    with pytest.raises(InputError, match=message):
        Vocabulary.load(tmp_path)


def test_no_file_and_no_vocabulary_in_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither tokenizer.json nor vocab.txt"):
        Vocabulary.load(tmp_path)
    with pytest.raises(InputError, match=r"no such vocabulary"):
        Vocabulary.load(tmp_path / "nothing")
    (tmp_path / "pairs" / "vocab").mkdir(parents=True)
    (tmp_path / "pairs" / "vocab" / "tokenizer.json").write_text(saved_json())
    with pytest.raises(
        InputError, match=f"neither tokenizer.json nor vocab.txt in this folder; give {tmp_path}/pairs/vocab"
    ):
        Vocabulary.load(tmp_path / "pairs")


@pytest.mark.parametrize("changes", [{}, {"lowercase": False}, {"strip_accents": False}], ids=str)
def test_counts_are_those_of_tokenizers(changes: dict[str, bool]) -> None:
    settings = VocabSettings(**changes)  # type: ignore[arg-type]
    lines = [*sample_lines(), "Naïve\x0cÉcole\xa0naïve", "a" * 101, "[CLS]"]
    normalizer = vocab.text_rules(settings).normalizer()
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    expected = collections.Counter(word for line in lines for word, _ in split(normalizer.normalize_str(line)))
    del expected["a" * 101]
    found = vocab.count_words(pa.array(lines), vocab.text_rules(settings))[0]
    assert found.schema == vocab.WORD_COUNTS
    assert found.to_pydict() == {"word": sorted(expected), "count": [expected[word] for word in sorted(expected)]}
    halves = [vocab.count_words(pa.array(half), vocab.text_rules(settings))[0] for half in (lines[::2], lines[1::2])]
    assert vocab.merge_counts(halves).equals(found)


def by_tokenizers(counts: pa.Table, size: int, characters: list[str]) -> list[str]:
    """The trainer of `tokenizers`, given the characters first, so that its ids do not depend on a hash map's order."""
    tokenizer = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, special_tokens=characters, limit_alphabet=100_000, show_progress=False
    )
    known = [row for row in counts.to_pylist() if set(row["word"]) <= set(characters)]
    texts = [" ".join([row["word"]] * row["count"]) for row in known]
    tokenizer.train_from_iterator(texts, trainer)
    ids = tokenizer.get_vocab()
    return sorted(ids, key=ids.__getitem__)


@pytest.mark.parametrize("size", [1500, 2500, 30_000])
def test_training_gives_what_the_trainer_of_tokenizers_gives(size: int) -> None:
    settings = VocabSettings(size=size)
    counts = vocab.count_words(pa.array(sample_lines()), vocab.text_rules(settings))[0]
    ours = vocab.train(counts, settings)
    characters = [token for token in ours.tokens if token in SPECIAL_TOKENS or len(token.removeprefix("##")) == 1]
    assert ours.tokens == by_tokenizers(counts, size, characters)
    assert ours.size == size or size == 30_000


def test_training_is_the_same_in_every_process() -> None:
    program = (
        "import sys, pyarrow as pa; from bertprep.vocab import training as vocab;"
        " from bertprep.vocab.settings import VocabSettings as S;"
        "lines = sys.stdin.buffer.read().decode().split('\\n');"
        "print(vocab.train(vocab.count_words(pa.array(lines), vocab.text_rules(S()))[0], S(size=1500)).digest)"
    )
    text = "\n".join(sample_lines()).encode()
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=text,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert digests == {(trained(size=1500).digest + "\n").encode()}


def counts_of(**words: int) -> pa.Table:
    return pa.table({"word": sorted(words), "count": [words[word] for word in sorted(words)]}, schema=vocab.WORD_COUNTS)


def test_merges_by_hand() -> None:
    # ba 9 times, an 8, na 8: "ba" first, then "an" (inner) before "na" by id; every further pair is rarer
    tokens = vocab.train(counts_of(banana=4, ba=5, aaaa=1), VocabSettings(size=100, min_frequency=5)).tokens
    assert tokens == [*SPECIAL_TOKENS, "a", "b", "n", "##a", "##n", "ba", "##na"]
    # in a ##a ##a ##a the first two ##a are merged; then "aaa" comes before "##aaa" by id
    tokens = vocab.train(counts_of(aaaa=2), VocabSettings(size=100)).tokens
    assert tokens == [*SPECIAL_TOKENS, "a", "##a", "##aa", "aaa", "aaaa"]


def test_order_of_special_and_unused_entries() -> None:
    head = trained(unused=3).tokens[:8]
    assert head == ["[PAD]", "[unused0]", "[unused1]", "[unused2]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def test_settings_are_obeyed() -> None:
    assert trained(size=1700).size == 1700
    assert trained(size=100_000).size < 100_000
    assert trained(min_frequency=50).size < 2000
    assert any("A" <= token[0] <= "Z" for token in trained(lowercase=False).tokens)
    assert not any("A" <= token[0] <= "Z" for token in trained().tokens)
    accented = counts_of(**{"é": 3, "e": 3})
    assert "é" in vocab.train(accented, VocabSettings(strip_accents=False)).tokens
    assert trained(strip_accents=False).strip_accents is False and trained(lowercase=False).strip_accents is False


def test_rare_characters_become_unknown_where_merges_fill_the_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    def tokens(**more: int) -> list[str]:
        words = {"ab" + chr(0x61 + first) + chr(0x61 + second): 999 for first in range(9) for second in range(9)}
        found = vocab.train(counts_of(**words, **more), VocabSettings(size=100)).tokens
        assert len(found) == 100
        return found

    # 324,000 characters: one x is beyond 99.99% of them, 40 are not
    assert "x" in tokens(x=1)
    monkeypatch.setattr(vocab, "ALWAYS_KEPT", 9)
    assert "x" not in tokens(x=1)
    assert "y" in tokens(y=40)
    # no more than half of the vocabulary for characters beyond the first
    some = tokens(**{chr(0x4E00 + number): 500 for number in range(300)})
    assert 10 < sum(token >= "\u4e00" for token in some) <= (100 - 5) // 2


@given(st.lists(st.tuples(st.text("abcdefghijk", min_size=1, max_size=4), st.integers(1, 50))), st.integers(100, 140))
@settings(max_examples=60)
def test_free_room_goes_to_characters_before_it_is_left_free(words: list[tuple[str, int]], size: int) -> None:
    rare = {chr(0x4E00 + number): 1 + number % 3 for number in range(60)}
    counts = counts_of(**{**dict(words), **rare})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocab, "ALWAYS_KEPT", 3)
        patch.setattr(vocab, "COVERAGE", 0.5)
        ours = vocab.train(counts, VocabSettings(size=size))
    left_out = {character for word in counts["word"].to_pylist() for character in word} - set(ours.tokens)
    assert ours.size <= size and (not left_out or ours.size >= size - 1), (ours.size, left_out)


def test_chinese_of_few_words_has_all_its_characters() -> None:
    """1,300 characters that no merge joins, and room for all of them."""
    counts = counts_of(**{chr(0x4E00 + number): 1 + 2000 // (1 + number) for number in range(1300)})
    ours = vocab.train(counts, VocabSettings(size=2000))
    assert ours.size == 5 + 1300
    assert ours.unk_id not in ours.encode_one("".join(counts["word"].to_pylist()))


def test_nothing_to_learn_is_refused() -> None:
    with pytest.raises(InputError, match="contain no words"):
        vocab.train(counts_of(), VocabSettings())
    with pytest.raises(UsageError, match="--size 100 leaves no room"):
        vocab.train(counts_of(a=1), VocabSettings(size=100, unused=95))


# -- accents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, letters",
    [
        ("Gar\u00e7on, r\u00f4le, Z\u00fcrich, \u1fa7\u03b4\u03ae", 0),  # Latin and Greek: customary
        ("e\u0301", 0),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", 1),  # Hindi: the virama is lost, spacing vowel signs are kept
        ("\u0438\u0439\u0451", 2),  # Russian: i kratkoye, yo
        ("\u304b\u304c", 1),  # Japanese: ka, ga
        ("\uac00 \u4e2d", 0),  # Korean and Chinese lose nothing; Korean is decomposed
    ],
)
def test_letters_that_lose_a_mark_are_counted(text, letters):
    _, counters = vocab.count_words(pa.array([text, text]), vocab.text_rules(VocabSettings()))
    assert counters["letters_stripped"] == 2 * letters
    for model in subwords.MODELS:  # each strips the same marks
        _, counters = subwords.count(pa.array([text, text]), VocabSettings(model=model, strip_accents=True))
        assert counters["letters_stripped"] == 2 * letters
        _, counters = subwords.count(pa.array([text]), VocabSettings(model=model, strip_accents=False))
        assert counters["letters_stripped"] == 0
    _, counters = vocab.count_words(pa.array([text]), vocab.text_rules(VocabSettings(strip_accents=False)))
    assert counters["letters_stripped"] == 0


def test_stripping_what_a_script_needs_is_warned_of(tmp_path, command):
    for number in range(4):
        lines = [f"\u0939\u093f\u0928\u094d\u0926\u0940 {number} {line}\u0964" for line in range(9)]
        (tmp_path / f"{number}.txt").write_text("\n".join(lines))
    sentences, making = tmp_path / "sentences", ["train-vocab", tmp_path / "sentences", "--size", 100]
    assert command("segment", *tmp_path.glob("*.txt"), "-o", sentences, "--validation-share", 0)[0] == 0
    code, _, err = command(*making, "-o", tmp_path / "vocab")
    assert code == 0 and "warning: stripping accents removes from 36 letters" in err and "--keep-accents" in err
    assert "warning" not in command(*making, "--keep-accents", "-o", tmp_path / "kept")[2]
    made = ("--model", "byte-bpe", "--size", 400, "--workers", 1)
    code, _, err = command(*making, *made, "-o", tmp_path / "bytes")
    assert code == 0 and "warning: stripping accents removes from 36 letters" in err and "--keep-accents" in err
    assert "warning" not in command(*making, *made, "--keep-accents", "-o", tmp_path / "kept-bytes")[2]


@pytest.mark.parametrize(
    "text, letters",
    [
        ("Stra\u00dfe, fa\u00e7ade, \ufb01n, \u03ac", 0),
        ("\u0438\u0439 \u304c", 0),  # lose a mark, but remain one letter
        ("\u4e2d \u3042 \u0e01\u0e33", 0),
        ("\ud55c\uad6d\uc5b4 \uac00", 4),  # Korean syllables, of two or three letters each
    ],
)
def test_letters_that_are_taken_apart_are_counted(text, letters):
    _, counters = vocab.count_words(pa.array([text, text]), vocab.text_rules(VocabSettings()))
    assert counters["letters_taken_apart"] == 2 * letters
    _, counters = vocab.count_words(pa.array([text]), vocab.text_rules(VocabSettings(strip_accents=False)))
    assert counters["letters_taken_apart"] == 0


def test_korean_taken_apart_is_warned_of(tmp_path, command):
    for number in range(4):
        lines = [f"\uc624\ub298\uc740 \ub0a0\uc528\uac00 \uc88b\ub2e4 {number} {line}." for line in range(9)]
        (tmp_path / f"{number}.txt").write_text("\n".join(lines))
    sentences, making = tmp_path / "sentences", ["train-vocab", tmp_path / "sentences", "--size", 100]
    assert command("segment", *tmp_path.glob("*.txt"), "-o", sentences, "--validation-share", 0)[0] == 0
    code, _, err = command(*making, "-o", tmp_path / "vocab")
    assert (
        code == 0 and "stripping accents decomposes 288 letters" in err and "Korean" in err and "--keep-accents" in err
    )
    assert "warning" not in command(*making, "--keep-accents", "-o", tmp_path / "kept")[2]
