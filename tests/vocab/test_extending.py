"""Words added to a published vocabulary: chosen by what they save, and only words that begin with one are split differently."""

import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep import train_vocab
from bertprep.core.errors import InputError, UsageError
from bertprep.vocab import extending
from bertprep.vocab import training as vocab
from bertprep.vocab.compare import words_added
from bertprep.vocab.job import settings_of_extension
from bertprep.vocab.settings import VocabSettings
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, AddedToken, Vocabulary
from bertprep.vocab.vocabulary import UNUSED as UNUSED_NAME
from bertprep.vocab.wordpiece import Encoder

LETTERS = "abc"
UNUSED = ["[unused0]", "[unused7]"]
PIECES = st.lists(st.text(LETTERS, min_size=1, max_size=3), max_size=12)
WORDS = st.dictionaries(st.text(LETTERS + "z", min_size=1, max_size=8), st.integers(1, 6), min_size=1, max_size=25)


def published(begins: list[str], inner: list[str], unused: list[str] = UNUSED) -> Vocabulary:
    tokens = [SPECIAL_TOKENS[0], *unused, *SPECIAL_TOKENS[1:], *LETTERS, *begins, *("##" + piece for piece in inner)]
    return Vocabulary(dict.fromkeys(tokens))


def table(counts: dict[str, int]) -> pa.Table:
    return pa.table([list(counts), list(counts.values())], schema=vocab.WORD_COUNTS)


def cost(tokens: set[str], word: str) -> int:
    """The number of pieces of a word by greedy longest match; for one that cannot be split, its characters plus one."""
    rest, pieces = word, 0
    while rest:
        mark = "##" if pieces else ""
        length = next((size for size in range(len(rest), 0, -1) if mark + rest[:size] in tokens), 0)
        if not length:
            return len(word) + 1
        rest, pieces = rest[length:], pieces + 1
    return pieces


def one_by_one(tokens: set[str], counts: dict[str, int], add: int, min_frequency: int) -> list[str]:
    """Try every word, and add the best, until there are enough or none saves anything."""
    chosen: list[str] = []
    while len(chosen) < add:
        best = (0, "")
        for word in sorted(counts):
            if counts[word] < min_frequency or word in tokens:
                continue
            less = {other: cost(tokens, other) - cost(tokens | {word}, other) for other in counts}
            saved = sum(counts[other] * less[other] for other in counts)
            if min(less.values()) >= 0 and saved > best[0]:
                best = (saved, word)
        if not best[1]:
            return chosen
        chosen.append(best[1])
        tokens = tokens | {best[1]}
    return chosen


@settings(max_examples=50)
@given(PIECES, PIECES, WORDS, st.integers(1, 6), st.integers(1, 3), st.text(LETTERS + "zé #[]unsed07'", max_size=60))
def test_only_words_that_begin_with_a_new_word_are_cut_anew(begins, inner, counts, add, min_frequency, text) -> None:
    before = published(begins, inner)
    expected = one_by_one(set(before.tokens), counts, add, min_frequency)
    if not expected:
        with pytest.raises(InputError, match="would save a piece"):
            extending.extend(before, table(counts), add, min_frequency)
        return
    after, counted = extending.extend(before, table(counts), add, min_frequency)
    places = [*(before.ids[token] for token in UNUSED), *range(before.size, before.size + add)]
    assert [after.tokens[place] for place in places[: len(expected)]] == expected
    taken = set(places[: len(expected)])
    assert all(after.tokens[i] == token for i, token in enumerate(before.tokens) if i not in taken)
    old, new = (dict(zip(counts, one.encode_many(list(counts)), strict=True)) for one in (before, after))
    for word in counts:
        begun = word.startswith(tuple(expected))
        assert begun or old[word].tolist() == new[word].tolist(), word
        assert len(new[word]) <= len(old[word]) or before.unk_id in old[word]
        assert after.unk_id not in new[word] or before.unk_id in old[word]
    told = [sum(n * len(cut[word]) for word, n in counts.items()) for cut in (old, new)]
    assert [counted["pieces_before"], counted["pieces_after"]] == told
    # any text, compiled and in NumPy: words that do not begin with a new word are unchanged
    kept = " ".join(part for part in text.split() if not any(word in part for word in expected))
    for each in (kept, text):
        ids, _ = Encoder(after).encode(pa.array([each]))
        assert ids.tolist() == after.encode_one(each)
    assert after.encode_one(kept) == before.encode_one(kept)


def test_by_hand_a_longer_word_shares_what_is_saved_and_none_is_cut_finer() -> None:
    before = published(["card"], ["io", "iol", "ogy", "logy", "l", "i", "o", "g", "y", "s", "a", "b"], ["[unused3]"])
    counts = {"cardio": 3, "cardiology": 2, "cards": 1, "7777": 9, "aab": 4}
    after, counted = extending.extend(before, table(counts), 2, 2)
    assert (after.tokens[before.ids["[unused3]"]], after.tokens[before.size :]) == ("aab", ["cardio"])
    assert [after.tokens[i] for i in after.encode_one("cardiology")] == ["cardio", "##logy"]
    assert counted["cut_anew"] == 2 and counted["added_in_unused"] == 1
    # `abc ##abc` would become `abca ##b ##c`, until a word with the same beginning is itself a piece
    finer = published(["abc"], ["abc", "a", "b", "c"], [])
    assert extending.extend(finer, table({"abca": 9, "abcabc": 3}), 2, 1)[0].tokens[finer.size :] == ["abcabc", "abca"]


def test_added_tokens_are_left_where_they_are() -> None:
    tokens = [*SPECIAL_TOKENS, "[unused1]", "[unused2]", *LETTERS, *("##" + letter for letter in LETTERS), "cc"]
    added = [AddedToken("[unused1]"), AddedToken("cc", special=False, normalized=True)]
    before = Vocabulary(tokens, added=added, model_size=len(tokens) - 1)
    counts = table({"abc": 3, "accb": 9, "ab": 2})
    after, _ = extending.extend(before, counts, 1, 2)
    assert (
        after.tokens == [token if token != "[unused2]" else "abc" for token in tokens] and after.added == before.added
    )
    with pytest.raises(
        UsageError, match=r"1 \[unusedN\] entries.*'cc' was added after its pieces; use --add 1 or less"
    ):
        extending.extend(before, counts, 2, 2)


def test_free_entries_make_the_size_a_multiple() -> None:
    counts = table({"abc": 3, "accb": 9, "bca": 2})
    for unused in ([], ["[unused0]"], [f"[unused{number}]" for number in range(40)]):
        before = published([], ["c"], unused)
        for multiple in (1, 8, 64):
            exact, plain = extending.extend(before, counts, 3, 2)
            after, counted = extending.extend(before, counts, 3, 2, multiple)
            free = after.tokens[exact.size :]
            assert (after.tokens[: exact.size], counted) == (exact.tokens, plain)
            assert after.size % multiple == 0 and len(free) < multiple
            assert all(UNUSED_NAME.fullmatch(name) and name not in before.ids for name in free)
            assert words_added(before, after) == words_added(before, exact)
            assert not after.is_ordinary[exact.size :].any()  # never a random replacement
    tokens = [*SPECIAL_TOKENS, "[unused1]", *LETTERS, "[URL]"]
    with pytest.raises(
        UsageError, match=r"--multiple-of 8: .* 10 entries.*'\[URL\]' was added after its pieces; leave it out"
    ):
        settings_of_extension(
            VocabSettings(multiple_of=8), Vocabulary(tokens, added=[AddedToken("[URL]")], model_size=len(tokens) - 1)
        )


def test_the_command_adds_words_and_everybody_reads_them(tmp_path: Path, made: Path) -> None:
    transformers = pytest.importorskip("transformers")
    base, lines = Vocabulary.load(made / "vocab"), ["The gardener's gardeners", "Zebra [unused3] é 猫"]
    base.save(tmp_path / "published")
    sizes = []
    for name, path, workers in (("one", "published", 1), ("two", "published/vocab.txt", 2)):
        folder = train_vocab(
            made / "sentences", tmp_path / name, extend=tmp_path / path, add=50, min_frequency=3, workers=workers
        )
        sizes.append(folder.counters["entries"])
    assert sizes == [base.size + 50] * 2
    rounded = train_vocab(
        made / "sentences", tmp_path / "r", extend=tmp_path / "published", add=50, min_frequency=3, multiple_of=64
    )
    assert rounded.counters["entries"] == base.size + 50 + -(base.size + 50) % 64
    names = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "manifest.json")
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)
    after = Vocabulary.load(tmp_path / "one")
    new = after.tokens[base.size :]
    texts = [*lines, *(" ".join(random.Random(0).sample(new, 9)) for _ in range(3))]
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path / "one")
    assert theirs(texts, add_special_tokens=False)["input_ids"] == [after.encode_one(text) for text in texts]
    assert all(after.encode_one(word) == [after.ids[word]] for word in new)
    for options in ({"size": 300}, {"lowercase": not base.lowercase}):
        with pytest.raises(UsageError, match="the vocabulary that is extended decides it"):
            train_vocab(made / "sentences", tmp_path / "three", extend=tmp_path / "published", **options)
    with pytest.raises(UsageError, match=r"--add: .* name it with --extend"):
        train_vocab(made / "sentences", tmp_path / "three", add=5)
