"""Every vocabulary folder gives the same ids as `transformers.AutoTokenizer`, or is refused by name."""

import itertools
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, AddedToken, TextRules, Vocabulary
from bertprep.vocab.wordpiece import Encoder

transformers = pytest.importorskip("transformers", reason="compares with it; pip install 'bertprep[interop]'")

# transformers 4 matches special tokens of the oldest folders unnormalized, and does not support custom names
IS_RECENT = int(transformers.__version__.split(".")[0]) >= 5

TEXTS = [
    "The old bridge crosses the river at Königsberg; nobody knew why, in 1887!",
    "Die Straße führt über den Fluß nach Ägypten, 3,5 km weit.",
    "L'été dernier, Zoë a mangé une crème brûlée à l'hôtel «Étoile».",
    "El niño corrió hacia la montaña: ¿dónde está el camión?",
    "Съешь ещё этих мягких французских булок, да выпей чаю.",
    "Ο Όμηρος έγραψε την Οδύσσεια· ΟΔΥΣΣΕΥΣ.",
    "他在2019年写了一本关于Python和BERT的书。",
    "東京タワーは333メートルの高さです。ガラス、ﾊﾟﾝ。",
    "오늘은 날씨가 좋아서 산책을 나갔다.",
    "هذا كتابٌ جميلٌ عن النحو العربي، أليس كذلك؟",
    "यह हिन्दी का एक छोटा वाक्य है।",
    "Tiếng Việt có nhiều dấu: ế, ữ, ọ.",
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "İstanbul'da çay içtik; ışık söndü.",
    "@user saw [URL] at New York and the gliomas of COVID-19 ﬁne \u00ad soft\u200bzero\ufeff end",
    "",
    " \t ",
]
CHARACTERS = sorted(
    {character for text in TEXTS for form in (text, text.lower()) for character in form if character.strip()}
)
WORDS = [
    "the",
    "The",
    "old",
    "bridge",
    "über",
    "Straße",
    "die",
    "été",
    "ete",
    "##s",
    "##en",
    "niño",
    "東京",
    "gl",
    "##ioma",
    "user",
    "url",
]
TOKENS = [
    *dict.fromkeys(
        [
            *SPECIAL_TOKENS,
            "[unused1]",
            *WORDS,
            *CHARACTERS[::2],
            *("##" + each for each in CHARACTERS[1::2]),
            "##\u2028",
        ]
    )
]
UNCASED, CASED = TextRules(), TextRules(lowercase=False, strip_accents=False)
RULES = [UNCASED, CASED, TextRules(strip_accents=False), TextRules(split_chinese=False), TextRules(lowercase=False)]


def by_transformers(folder: Path, texts: list[str] = TEXTS) -> list[list[int]]:
    return transformers.AutoTokenizer.from_pretrained(folder)(texts, add_special_tokens=False)["input_ids"]


def by_us(path: Path, texts: list[str] = TEXTS) -> list[list[int]]:
    """Ids from the fast encoder, which must equal those of `tokenizers`."""
    ours = Vocabulary.load(path)
    ids, offsets = Encoder(ours).encode(pa.array(texts))
    rows = [ids[start:stop].tolist() for start, stop in itertools.pairwise(offsets)]
    assert rows == [ours.encode_one(text) for text in texts]
    return rows


def files(folder: Path, rules: TextRules = UNCASED, without: tuple[str, ...] = (), **contents: object) -> Path:
    """A folder with our vocabulary, without some files, and with some replaced or changed (`tokenizer_config`)."""
    Vocabulary(TOKENS, rules).save(folder)
    for name in without:
        (folder / name).unlink()
    for name, content in contents.items():
        path = folder / f"{name}.json"
        before = json.loads(path.read_bytes()) if name == "tokenizer_config" and path.exists() else {}
        path.write_text(json.dumps({**before, **content}))  # type: ignore[dict-item]
    return folder


# -- how text is prepared ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", RULES, ids=str)
@pytest.mark.parametrize("without", [(), ("vocab.txt",), ("tokenizer.json",)])
@pytest.mark.parametrize("kind", [None, "bert"])
def test_ids_are_those_of_transformers(tmp_path, rules, without, kind):
    folder = files(tmp_path, rules, without, **({"config": {"model_type": kind}} if kind else {}))
    ours = by_us(folder)
    assert ours == by_transformers(folder)
    Vocabulary.load(folder).save(tmp_path / "again")
    assert by_transformers(tmp_path / "again") == ours


@pytest.mark.parametrize("name", ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "ElectraTokenizerFast"])
@pytest.mark.parametrize("rules", [UNCASED, CASED], ids=str)
def test_names_of_the_same_tokenizer(tmp_path, name, rules):
    folder = files(tmp_path, rules, tokenizer_config={"tokenizer_class": name})
    assert by_us(folder) == by_transformers(folder)


@pytest.mark.parametrize("stated", [False, True])
@pytest.mark.parametrize("kind", [None, "bert"])
def test_a_class_that_takes_tokenizer_json_as_it_is(tmp_path, stated, kind):
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": stated}
    more = {"config": {"model_type": kind}} if kind else {}
    folder = files(tmp_path, CASED, tokenizer_config=config, **more)
    assert by_us(folder) == by_transformers(folder)
    assert not Vocabulary.load(folder).lowercase


@pytest.mark.parametrize(
    "within, stated", [(UNCASED, CASED), (CASED, UNCASED), (UNCASED, RULES[2]), (UNCASED, RULES[3])]
)
def test_tokenizer_config_counts_more_than_tokenizer_json(tmp_path, within, stated):
    config = {
        "do_lower_case": stated.lowercase,
        "strip_accents": stated.strip_accents,
        "tokenize_chinese_chars": stated.split_chinese,
    }
    folder = files(tmp_path, within, tokenizer_config=config)
    assert by_us(folder) == by_transformers(folder)
    ours = Vocabulary.load(folder)
    assert ours.rules == stated
    [note] = ours.notes
    assert "the second counts, as in transformers" in note and "tokenizer.json" in note
    ours.save(tmp_path / "again")  # without a contradiction
    assert by_transformers(tmp_path / "again") == by_us(folder) and not Vocabulary.load(tmp_path / "again").notes


def test_accents_go_with_the_case_where_nothing_is_said(tmp_path):
    for lowercase in (True, False):
        rules = TextRules(lowercase=lowercase, strip_accents=lowercase)
        folder = files(tmp_path / str(lowercase), rules, tokenizer_config={"strip_accents": None})
        assert by_us(folder) == by_transformers(folder) and not Vocabulary.load(folder).notes


@pytest.mark.parametrize("longest", [7, 100])
def test_the_longest_word(tmp_path, longest):
    folder = files(tmp_path, TextRules(max_word_chars=longest))
    assert by_us(folder) == by_transformers(folder)
    assert Vocabulary.load(folder).rules.max_word_chars == longest


# -- cased or not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tokens, cased",
    [
        (["<S>", "<T>", "[CAT]", "the", "猫"], False),  # placeholders in Google's Chinese vocabulary
        (["[URL]", "##the", "a"], False),
        (["The", "the"], True),
        (["##X", "the"], True),
        (["Дом", "дом"], True),
        ([*(f"{chr(0x61 + number % 26)}{'e' * (number // 26)}" for number in range(500)), "IBM"], False),  # added by hand
        (["猫", "中", "A"], True),
        ([], False),
    ],
)  # fmt: skip
def test_word_pieces_tell_a_cased_vocabulary(tmp_path, tokens, cased):
    (tmp_path / "vocab.txt").write_text("\n".join([*SPECIAL_TOKENS, *tokens]) + "\n")
    ours = Vocabulary.load(tmp_path)
    assert (ours.lowercase, ours.strip_accents) == (not cased, not cased)


# -- added tokens -----------------------------------------------------------------------------------------------------

ADDED = [AddedToken("[URL]"), AddedToken("@user"), AddedToken("glioma", special=False, normalized=True)]


def layouts(folder: Path, rules: TextRules) -> dict[str, Path]:
    """The same added tokens in the folder layouts of all times."""
    new = transformers.AutoTokenizer.from_pretrained(files(folder / "plain", rules))
    new.add_special_tokens({"additional_special_tokens": ["[URL]", "@user"]})
    new.add_tokens(["glioma"])
    new.save_pretrained(folder / "today")
    ids = {token.content: len(TOKENS) + number for number, token in enumerate(ADDED)}
    decoder = {str(ids[token.content]): {"content": token.content, **token.flags()} for token in ADDED}
    config = {"additional_special_tokens": ["[URL]", "@user"], "tokenizer_class": "BertTokenizer"}
    only_list = ("tokenizer.json",)
    files(folder / "decoder", rules, only_list, tokenizer_config={**config, "added_tokens_decoder": decoder})
    files(
        folder / "both",
        rules,
        only_list,
        tokenizer_config={**config, "added_tokens_decoder": decoder},
        added_tokens=ids,
    )
    names = {"additional_special_tokens": ["[URL]", "@user"], "mask_token": {"content": "[MASK]", "lstrip": False}}
    files(folder / "oldest", rules, only_list, added_tokens=ids, special_tokens_map=names)
    files(folder / "within", rules, ("vocab.txt",))
    content = json.loads((folder / "within" / "tokenizer.json").read_bytes())
    content["added_tokens"] += [
        {"id": ids[token.content], "content": token.content, **token.flags()} for token in ADDED
    ]
    (folder / "within" / "tokenizer.json").write_text(json.dumps(content))
    names = ("today", "decoder", "both", "within", *(("oldest",) if IS_RECENT else ()))
    return {name: folder / name for name in names}


@pytest.mark.parametrize("rules", [UNCASED, CASED], ids=str)
def test_added_tokens_are_found_in_every_layout(tmp_path, rules):
    texts = [*TEXTS, "x@user[URL]y GLIOMAs, gliomaglioma and @USER", "[url] [ URL ] gli\u00adoma gli\u00f6ma"]
    for name, folder in layouts(tmp_path, rules).items():
        ours = Vocabulary.load(folder)
        found = by_us(folder, texts)
        assert found == by_transformers(folder, texts), name
        assert ours.tokens[len(TOKENS) :] == ["[URL]", "@user", "glioma"], name
        assert ours.is_ordinary[len(TOKENS) :].tolist() == [False, False, True], name
        assert {ours.ids[token] for token in ("[URL]", "@user", "glioma")} <= set(
            itertools.chain.from_iterable(found)
        ), name
        for again in ("one", "two"):
            ours.save(tmp_path / name / again)
            ours = Vocabulary.load(tmp_path / name / again)
        assert by_transformers(tmp_path / name / "two", texts) == by_us(tmp_path / name / "two", texts) == found
        (tmp_path / name / "two" / "tokenizer.json").unlink()  # the other two files say it too
        assert Vocabulary.load(tmp_path / name / "two").digest == ours.digest


def test_one_of_the_five_in_a_text_is_text_beside_added_tokens(tmp_path):
    ours = Vocabulary([*TOKENS, "[URL]"], added=[AddedToken("[URL]")], model_size=len(TOKENS))
    [row] = [Encoder(ours).encode(pa.array(["[MASK] [URL]"]))[0].tolist()]
    assert ours.mask_id not in row and row[-1] == ours.ids["[URL]"] and row == ours.encode_one("[MASK] [URL]")


def test_special_tokens_that_only_a_name_tells_of(tmp_path):
    """In [unused] entries of the vocab.txt, or at its end."""
    config = {"additional_special_tokens": ["[unused1]", "<new>"], "bos_token": "[BOS]"}
    config |= {"speaker_token": "niño"} if IS_RECENT else {}
    folder = files(tmp_path, UNCASED, ("tokenizer.json",), tokenizer_config=config)
    texts = ["a [unused1] b <new>c [BOS] El niño"]
    assert by_us(folder, texts) == by_transformers(folder, texts)
    assert Vocabulary.load(folder).size == len(TOKENS) + 2


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_folder_is_read_as_transformers_reads_it_or_refused(tmp_path_factory, data):
    """Files with more or less information, which may contradict each other."""
    draw, folder = data.draw, tmp_path_factory.mktemp("folder")
    files(folder, draw(st.sampled_from(RULES)))
    config, tokenizer = (
        json.loads((folder / f"{name}.json").read_bytes()) for name in ("tokenizer_config", "tokenizer")
    )
    rules = {name: draw(st.sampled_from([None, True, False])) for name in ("do_lower_case", "tokenize_chinese_chars")}
    kind = draw(st.sampled_from([None, *["BertTokenizer"] * 3, "ElectraTokenizerFast", "PreTrainedTokenizerFast"]))
    config |= {name: value for name, value in {**rules, "tokenizer_class": kind}.items() if value is not None}
    for name in draw(st.lists(st.sampled_from(["do_lower_case", "strip_accents", "tokenizer_class"]))):
        config.pop(name, None)
    names = draw(st.lists(st.sampled_from(["[URL]", "@user", "glioma", "niño", "COVID-19"]), unique=True, max_size=3))
    new = [name for name in names if name not in TOKENS]
    ids = {name: TOKENS.index(name) if name in TOKENS else len(TOKENS) + new.index(name) for name in names}
    flags = ("single_word", "lstrip", "rstrip", "normalized", "special")
    entries = {ids[name]: {"content": name, **{flag: draw(st.booleans()) for flag in flags}} for name in names}
    places = draw(
        st.sets(st.sampled_from(["json", "decoder", "added", "additional", "extra", "by name", "map"]), max_size=4)
    )
    tokenizer["added_tokens"] += [{"id": number, **entry} for number, entry in entries.items() if "json" in places]
    config |= {"added_tokens_decoder": entries} if "decoder" in places else {}
    config |= {"additional_special_tokens": names[1:]} if "additional" in places else {}
    config |= {"extra_special_tokens": names[:1]} if "extra" in places else {}
    config |= {"extra_special_tokens": {"box_token": "[BOX]"}} if "by name" in places else {}
    special_map = {"additional_special_tokens": names[:2], "bos_token": "[BOS]", "mask_token": {"content": "[MASK]"}}
    for name, content, wanted in (
        ("tokenizer_config", config, True), ("tokenizer", tokenizer, True), ("added_tokens", ids, "added" in places),
        ("special_tokens_map", special_map, "map" in places), ("config", {"model_type": "bert"}, draw(st.booleans())),
    ):  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(content)) if wanted else None
    for name in draw(st.lists(st.sampled_from(["tokenizer.json", "vocab.txt", "tokenizer_config.json"]), max_size=1)):
        (folder / name).unlink()
    try:
        ours = Vocabulary.load(folder)
        theirs = transformers.AutoTokenizer.from_pretrained(folder)
    except InputError as error:
        assert str(folder) in str(error)
        return
    except ValueError:  # transformers cannot determine the kind of tokenizer
        return
    texts = [*TEXTS, "[URL] x@user niño gliomas GLIOMA covid-19 [BOX] [BOS]"]
    found = by_us(folder, texts)
    assert found == theirs(texts, add_special_tokens=False)["input_ids"]
    assert ours.size == len(theirs)
    assert not ours.is_ordinary[[number for number in theirs.all_special_ids if number < ours.size]].any()
    ours.save(folder / "again")
    assert by_transformers(folder / "again", texts) == found


CONTENTS = [
    "[URL]",
    "@user",
    "glioma",
    "COVID-19",
    "New York",
    "新冠",
    "猫",
    "é",
    "The",
    "the",
    "ab",
    "bc",
    "abc",
    "a,b",
    "é,b",
    "##x",
    "x y",
    "..",
    "Zoë",
    "_",
    "\u0301",
]
PIECES = [
    *CONTENTS,
    "[",
    "]",
    "x",
    " ",
    "  ",
    "covid-19",
    "NEW YORK",
    "new  york",
    "gli\u00adoma",
    "gli",
    "oma",
    "b",
    "c",
    "e\u0301",
    "zoe",
    "、",
    "\u3000",
    "\u00a0",
    "\x1f",
    "s",
    "_",
    ",",
]
tokens_of_all_kinds = st.builds(
    AddedToken,
    st.sampled_from(CONTENTS),
    *(st.booleans() for _ in range(2)),
    *(st.sampled_from([False, False, True]) for _ in range(3)),
)


@given(
    st.lists(tokens_of_all_kinds, min_size=1, max_size=5, unique_by=lambda token: token.content),
    st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), min_size=1, max_size=6),
    st.sampled_from(RULES),
)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_added_tokens_in_any_text(tmp_path, added, texts, rules):
    forms = [rules.normalizer().normalize_str(token.content) for token in added]
    looked_for = [form for form, token in zip(forms, added, strict=True) if token.normalized]
    assume(all(map(str.strip, forms)) and len(set(looked_for)) == len(looked_for))
    more = [token.content for token in added if token.content not in TOKENS]
    ours = Vocabulary([*TOKENS, *more], rules, added, len(TOKENS))
    ours.save(tmp_path)
    assert by_us(tmp_path, texts) == by_transformers(tmp_path, texts)
    assert Vocabulary.load(tmp_path).digest == ours.digest


def test_thousands_of_added_tokens(tmp_path):
    words = [f"word{number:x}" for number in range(5000)]
    added = [AddedToken(word, special=number % 2 > 0, normalized=number % 2 == 0) for number, word in enumerate(words)]
    ours = Vocabulary([*TOKENS, *words], added=added, model_size=len(TOKENS))
    text = " ".join(words[::7]) + " WORD3 xWORD4y word5z"
    [row] = [Encoder(ours).encode(pa.array([text]))[0].tolist()]
    assert row == ours.encode_one(text) and len(set(row) & set(range(len(TOKENS), ours.size))) > 500


def test_added_tokens_go_through_stages(tmp_path, result):
    """From text to rows: one id each, and special ones are neither masked nor random replacements."""
    folder = layouts(tmp_path, UNCASED)["today"]
    lines = [
        f"@user the cat {n} saw [URL] and the glioma.\nThe dog went home with @user {n}.\nA glioma at [URL].\nWhy?"
        for n in range(30)
    ]
    (tmp_path / "c.txt").write_text("\n\n".join(lines) + "\n")
    result("segment", tmp_path / "c.txt", "-o", tmp_path / "s", "--validation-share", 0)
    result("build-pairs", tmp_path / "s", "--vocab", folder, "-o", tmp_path / "p", "--max-length", 64)
    result("mask", tmp_path / "p", "-o", tmp_path / "m")
    ours = Vocabulary.load(folder)
    special = [ours.ids["[URL]"], ours.ids["@user"]]
    table = pa.ipc.open_file(next((tmp_path / "m").glob("train-*"))).read_all()
    shown, hidden = (table[name].combine_chunks().values.to_numpy() for name in ("input_ids", "masked_lm_ids"))
    assert np.isin(shown, special).sum() > 100 and not np.isin(hidden, special).any()
    assert (shown == ours.ids["glioma"]).any() and (hidden == ours.ids["glioma"]).any()
    checked = result("verify", tmp_path / "p")
    assert checked["ok"], checked


# -- refused folders --------------------------------------------------------------------------------------------------


def refused(folder: Path, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Vocabulary.load(folder)


@pytest.mark.parametrize(
    "contents, message",
    [
        ({"tokenizer_config": {"tokenizer_class": "BertJapaneseTokenizer"}}, "tokenizer_class is 'BertJapaneseTokenizer'"),
        ({"tokenizer_config": {"tokenizer_class": ["x"]}}, "tokenizers would not write"),
        ({"tokenizer_config": {"tokenizer_class": None}, "config": {"tokenizer_class": "BertJapaneseTokenizer"}},
         "config.json: tokenizer_class"),
        ({"tokenizer_config": {"tokenizer_class": None}, "config": {"model_type": "roformer"}}, "model_type is 'roformer'"),
        ({"tokenizer_config": {"word_tokenizer_type": "mecab"}}, "words are split by 'mecab'"),
        ({"tokenizer_config": {"auto_map": {"AutoTokenizer": ["own.Tokenizer", None]}}}, "custom code"),
        ({"tokenizer_config": {"split_special_tokens": True}}, "split_special_tokens"),
        ({"tokenizer_config": {"fast_tokenizer_files": ["tokenizer.4.0.json"]}}, "fast_tokenizer_files"),
        ({"tokenizer_config": {"mask_token": "<mask>"}}, r"mask_token is '<mask>'; expected \[MASK\]"),
        ({"tokenizer_config": {"do_lower_case": "yes"}}, r"lowercase \(do_lower_case in tokenizer_config.json\) is 'yes'; "
         "expected true or false"),
        ({"tokenizer_config": {"additional_special_tokens": [7]}}, "tokenizers would not write"),
        ({"tokenizer_config": {"added_tokens_decoder": {"9999": {"content": "x", "special": True}}}}, "with id 9999"),
        ({"tokenizer_config": {"added_tokens_decoder": {}}, "added_tokens": {"x": len(TOKENS)}}, "added_tokens.json"),
        ({"added_tokens": {"x": len(TOKENS) + 1}}, "'x' is said to have id"),
        ({"added_tokens": {"  ": len(TOKENS)}}, "blank"),
        ({"added_tokens": {"Zebra": len(TOKENS), "zebra": len(TOKENS) + 1}}, "'Zebra' and 'zebra' become the same"),
    ],
)  # fmt: skip
def test_what_transformers_would_read_otherwise_is_refused(tmp_path, contents, message):
    refused(files(tmp_path, **contents), message)


@pytest.mark.parametrize("without", [(), ("vocab.txt",)])
def test_a_default_that_nobody_wrote_down_is_refused(tmp_path, without):
    """transformers lower-cases a cased tokenizer.json if its tokenizer_config.json does not say otherwise."""
    folder = files(tmp_path, CASED, (*without, "tokenizer_config.json"), config={"model_type": "bert"})
    assert by_transformers(folder) != by_transformers(files(tmp_path / "said", CASED))
    refused(
        folder,
        "do_lower_case false, strip_accents false, and tokenizer_config.json do_lower_case true, strip_accents true by default",
    )


def test_a_cased_list_of_a_bert_that_says_nothing_is_refused(tmp_path):
    folder = files(tmp_path, CASED, ("tokenizer.json", "tokenizer_config.json"), config={"model_type": "bert"})
    refused(folder, "capital letters say that text is not lower-cased")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true}')
    assert by_us(folder) == by_transformers(folder)


def test_a_contradiction_that_no_class_settles_is_refused(tmp_path):
    folder = files(tmp_path, UNCASED, tokenizer_config={"tokenizer_class": None, "do_lower_case": False})
    refused(folder, "write the intended value in both")


def test_a_longest_word_that_transformers_would_not_keep_is_refused(tmp_path):
    folder = files(tmp_path, TextRules(max_word_chars=50), tokenizer_config={"tokenizer_class": "BertTokenizer"})
    refused(folder, "max_input_chars_per_word is 50")


def test_a_list_that_differs_from_tokenizer_json_is_refused(tmp_path):
    folder = files(tmp_path)
    path = folder / "vocab.txt"
    path.write_text(path.read_text().replace("[unused1]", "glioma"))
    refused(folder, r"vocab.txt, line 6: 'glioma', where tokenizer.json beside it has '\[unused1\]'")
    assert Vocabulary.load(path).ids["glioma"] == Vocabulary.load(folder / "tokenizer.json").ids["[unused1]"]
    path.write_text("".join(f"{token}\n" for token in TOKENS[:-1]))
    refused(folder, rf"line {len(TOKENS)}: nothing, where tokenizer.json")


@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "\u2028", "\xa0"])
def test_blanks_behind_tokens_are_refused(tmp_path, blank):
    folder = files(tmp_path, UNCASED, ("tokenizer.json",))
    path = folder / "vocab.txt"
    path.write_text(path.read_text().replace("\nbridge\n", f"\nbridge{blank}\n"))
    refused(folder, "line 10: 'bridge.* ends in a space")
    content = json.loads(Vocabulary(TOKENS).files()["tokenizer.json"])
    content["model"]["vocab"] = {
        token.replace("bridge", f"bridge{blank}"): number for token, number in content["model"]["vocab"].items()
    }
    (folder / "tokenizer.json").write_text(json.dumps(content))
    refused(folder / "tokenizer.json", "'bridge.* ends in a space")


def test_a_class_without_its_file_is_refused(tmp_path):
    folder = files(
        tmp_path, UNCASED, ("tokenizer.json",), tokenizer_config={"tokenizer_class": "PreTrainedTokenizerFast"}
    )
    refused(folder, "asks for a tokenizer.json")


def test_a_contradiction_is_told_on_the_way(tmp_path, command):
    folder = files(tmp_path / "v", UNCASED, tokenizer_config={"do_lower_case": False, "strip_accents": False})
    (tmp_path / "c.txt").write_text("\n\n".join(f"The old bridge {n}.\nThe river {n}." for n in range(20)) + "\n")
    assert command("segment", tmp_path / "c.txt", "-o", tmp_path / "s", "--validation-share", 0)[0] == 0
    for line in (
        ("build-pairs", tmp_path / "s", "--vocab", folder, "-o", tmp_path / "p"),
        (
            "run",
            tmp_path / "c.txt",
            "-o",
            tmp_path / "r",
            "--until",
            "build-pairs",
            "--vocab",
            folder,
            "--validation-share",
            0,
        ),
    ):
        code, _, err = command(*line)
        assert code == 0 and "warning:" in err and "the second counts, as in transformers" in err
