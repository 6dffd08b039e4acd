"""Sentence splitting: examples by rule and language, then properties over generated text.

In the examples a bar marks the beginning of a new sentence, in place of the white space between two sentences.
"""

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bertprep.sentences.split import columns, split, split_lines
from bertprep.sentences.split.words import WordTable, word_keys


def sentences(text: str, language: str = "en", **options: frozenset[str]) -> list[str]:
    return split(pa.array([text]), pa.array([language]), **options)[0].as_py()


def check(marked: str, language: str, glue: str = " ") -> None:
    expected = marked.split("|")
    assert sentences(glue.join(expected), language) == expected


ENGLISH = {
    "plain": "It rained.|We stayed in.|Did you?|Yes!|Then the sun came out.",
    "title": "We met Dr. Brown and Mrs. Green.|Lt. Gen. White came too.",
    "initials": "J. R. Miller wrote it.|Anna B. Stone read it.|W.H. Field did not.",
    "pronoun I": "They like it more than you and I.|Did you know?",
    "country": "She moved to the U.S. in May.|He left the U.S.|They stayed.|The U.S. Navy came.",
    "company": "It was sold to Hill & Co. for a song.|It was sold to Hill & Co.|They were glad.|Field Inc. Chairman Reed smiled.",
    "time": "We start at 9 a.m. on Monday.|We start at 9 a.m. Eastern time.|We leave at 9 p.m.|The bus waits.",
    "time opens": "At 9 a.m. Mrs. Green rang.|By 10:30 p.m. The Hague was dark.",
    "references": "See p. 12 and fig. 3.|It is on pp. 4-5 of vol. 2.|It dates from c. 400 BC.",
    "no": "Take no. 7 instead.|Is it good?|No.|It is bad.",
    "etc": "We sold pens, ink, etc. and closed.|We sold pens, ink, etc.|Then we closed.",
    "numbers": "It cost $3.50 in 1999.|It cost $3.50.|He paid 1,000.|We left in 1999.|Good.",
    "address": "Write to a.b@example.org.|See https://example.org/a.b/c.html.|It is there.",
    "files": "Open notes.txt or main.py first.|Then read README.md.|Done.",
    "parentheses": "It was late (we had slept.) so we ran.|(Nobody saw us.)|We were quick [or so we thought].|Fine.",
    "quotes": "He said, \"Come in.\"|She came.|\"Stay!\" he said.|'Go.' she said.|“Why?” she asked.|“I see.”|We saw.",
    "who speaks": '"Where?" Anna asked.|"There!" Tom said.|"Where?"|He said nothing.',
    "marks": "What?!|No!!|Really??|Yes!?|Oh...|Well....|Good.",
    "dots amid": "I was ... well, not sure ... really.|It was . . . odd . . . at best.|So what.",
    "dots left out": "He [...] came home.|She wrote (...) a letter.|“It [...] ends [...]” (Reed 12).",
    "four dots": "It ended there . . . .|Next came rain.|It was old.|. . . Rain fell.",
    "small letters": "i saw it.|you know what i mean?|they went home early!|that was all.",
    "small after a unit": "It is 3 in. wide and 5 ft. tall.|It weighs approx. three lbs. or so.",
    "brand": "He worked for Yahoo! in those days.|Wow!|that was good.",
    "emoticon": "That was fun. :)|See you soon! ;-)|Bye.",
    "spaced marks": "So it is .|Is it ?|It is !",
    "web after": "Look here.|www.example.org is it.|And there!|http://example.org too.",
    "vitamin": "Eat more vitamin C.|It helps.",
    "apostrophe": "It isn't.|Anna can't.|Peter won’t.|It is Hill's.|Green paid.",
    "units": "It is 57 km.|Brown Lake is 12 ft.|Anna ran 3 mi.|Field ran more.|It is 5 ft. tall by Mt. Hill.",
    "Roman numbers": "See vol. II of it and no. IV.|Is it good?|No.|I think not.|It is version ver. 3 now.",
    "species": "We saw toads (Bufo spp.) and Bufo sp. nov. there.|They left.",
    "legal items": "It is void.|(b) It is not.|(c)Nor is that.|It is law (see above.) (so we think).",
    "what was left out": "It rained.|[...] We stayed.|It rained.|[…] We went.",
}  # fmt: skip


@pytest.mark.parametrize("rule", ENGLISH)
def test_english(rule: str) -> None:
    check(ENGLISH[rule], "en")


def test_a_bar_for_a_danda() -> None:
    text = "वह आया| वह गया | ठीक है|"
    assert sentences(text, "hi") == ["वह आया|", "वह गया |", "ठीक है|"]
    assert sentences("a | b| c", "hi") == ["a | b| c"]


def test_spaced_quotation_marks_open_and_close_in_turn() -> None:
    check('We heard " Old Song " twice.|" It is good, " she said.|He said, " So it is. "|" New Song " is worse.', "en")
    # a lone straight quote followed by white space closes
    check('We heard " Old Song twice. "|She said so.', "en")
    check('It is 5 " wide. "|She said so. "|Yes.', "en")


@pytest.mark.parametrize(
    "marked",
    [
        "1. Wash it|2. Dry it|3. Fold it",
        "1. Wash it.|2. Dry it.",
        "1) Wash it|2) Dry it",
        "1.) Wash it.|2.) Dry it.",
        "a. Wash it|b. Dry it|c. Fold it",
        "• 9. Wash it|• 10. Dry it",
        "⁃9. Wash it|⁃10. Dry it",
        "1. He was 5.|They were 7.",
        "[1.] It is old.|[2.] It is good.",
        "1.They are old.",
    ],
)
def test_items_of_a_list_in_one_line(marked: str) -> None:
    check(marked, "en")


def test_forgotten_spaces() -> None:
    check("It rained.|We stayed.|Mr. Hill had 2,000.|That was fine?|Yes....|Good", "en", glue="")
    assert sentences("See example.Com and main.Run or a/b.Txt") == ["See example.Com and main.Run or a/b.Txt"]


def test_no_space_is_missing_in_an_address() -> None:
    assert sentences("Ask a@home.The or #home.The") == ["Ask a@home.The or #home.The"]


def test_a_window_ends_with_its_text() -> None:
    found = split(pa.array(["At 5", "U.S. The end"]), pa.array(["en", "en"]))
    assert found.to_pylist() == [["At 5"], ["U.S.", "The end"]]


def test_heads_of_letters_and_rulers() -> None:
    check("Ann Reed|03/27/2001 09:11 AM|Will you come?|======|Yes|_____|Ann", "en")
    check("We met on 03/27/2001 at noon and on 03/28/2001 09:11 as well.", "en")


OTHER_LANGUAGES = [
    ("de", "Am 3. Oktober war es kalt.|Im 19. Jahrhundert lebte Ludwig XIV. von Frankreich.|Das war 1999.|Dann kam er."),
    ("de", "Er hat z. B. einen Hund, d. h. ein Tier.|Es gab Brot, Käse usw.|Das reicht.|Dr. med. Braun kam ca. um 5."),
    ("de", "»Komm!«|Er kam.|„Nein.“|Sie ging."),
    ("de", "Im II. Weltkrieg war es so.|Da lag ein Kranz.|Das war Plan B.|Das war alles."),
    ("fr", "M. Petit est là, cf. p. 5.|Est-ce vrai ?|Oui !|« Bonjour. »|Il partit ;|Elle resta."),
    ("fr", "Il prit du pain, etc.|Puis rien, même en 50 av. J.-C. dit-on."),
    ("es", "¿Qué tal?|¡Bien!|El Sr. Gil vive en EE. UU. desde 1990.|Véase la pág. 5;|¿No es así?|Es del s. V a. C."),
    ("es", "Llegó tarde; ¿no es así?|Es verdad;|Nadie lo sabe."),
    ("it", "Il sig. Neri vive qui.|Dove?|A pag. 7, ecc.|Poi basta."),
    ("pt", "O Sr. Reis mora na av. Central.|Onde?|Na pág. 7, etc.|Depois nada."),
    ("nl", "Dhr. de Wit woont hier, o.a. met bijv. een hond.|Waar?|Brood, kaas enz.|Dat is al."),
    ("pl", "Mieszka przy ul. Nowej od 1990 r. w Krakowie.|Gdzie?|Chleb, ser itd.|To wszystko."),
    ("ru", "А. С. Белов родился в 1799 г. в Москве.|Хлеб, сыр и т. д.|Потом ничего."),
    ("ru", "— Что? — спросил он.|— Ничего!|«Да.»|Он ушёл на ул. Мира."),
    ("uk", "Він жив на вул. Миру.|Що?|Хліб, сир тощо.|Потім нічого."),
    ("el", "Τι κάνεις;|Καλά.|Ευχαριστώ!"),
    ("hi", "डॉ. सिंह और मु. खान यहाँ रहते हैं।|क्या आप जानते हैं?|वे पढ़ाते हैं.|ठीक है।"),
    ("ar", "هل ذهبت؟|قال د. محمد نعم.|ثم عاد!|انتهى."),
    ("ar", "قالت بي.بي.سي. ذلك .|وأضاف .. أنه سيعود ... غدا .|ثم نام...|ثم قام."),
    ("hi", "बी.जे.पी. की जीत हुई।|यह 5 कि.मी. है और 3 कि. ग्रा. भी।"),
    ("ur", "یہ گھر ہے۔|کیا یہ گھر ہے؟|ہاں۔"),
    ("hy", "Սա տուն է։|Լավ է։"),
    ("am", "ሰላም።|እንዴት ነህ?|ደህና።"),
    ("ko", "비가 왔다.|정말요?|네!"),
    ("th", "เขาเกิด พ.ศ. 2500 ที่กรุงเทพ"),
    ("sw", "Alikuja jana.|Kweli?|Ndiyo!"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "marked"), OTHER_LANGUAGES)
def test_other_languages(language: str, marked: str) -> None:
    check(marked, language)


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("zh", "下雨了。|我们在家。|真的吗？|真的！！|好吧……算了。|价格是3.5元。|他说：“好。”|天黑了。"),
        ("zh", "“你来吗？”他问。|“不来。”她说道。|（他走了。）|“来！”，我说。|“雨”停了。|“风”来了。"),
        ("zh", "真的吗?|是的!|再见。"),
        ("zh", "「下雨了。」|我們在家。|『好。』|天黑了。"),
        ("zh", "約翰．史密斯來了。|價格是３．５元。|他在Yahoo！奇摩工作。|好！"),
        ("ja", "雨である．|次に実験する．|Yahoo!ニュースを見た。|本当!|見た。"),
        ("ja", "雨が降った。|「行きます。」と彼は言った。|本当？|はい!|「わあ！」。|３．５倍だ。|終わり｡|では。"),
        ("zh", "《為什麼？》是書。|她問「為何？」、「如何？」等問題。|那是「救命！」的叫聲。|好。|2. 第二點。"),
        ("zh", "他說﹕「對。」|是﹖|不﹗|走。"),
        ("my", "မင်္ဂလာပါ။|ကျေးဇူးပါ။"),
        ("km", "សួស្តី។|អរគុណ។"),
    ],
)
def test_scripts_without_spaces(language: str, marked: str) -> None:
    check(marked, language, glue="")


def test_a_line_end_always_ends_a_sentence() -> None:
    assert sentences("a heading\nThe text goes\non. And on.\r\n\n \n  Last ") == [
        "a heading", "The text goes", "on.", "And on.", "Last",
    ]  # fmt: skip
    assert sentences("one\u2028two\x0bthree\x85four") == ["one", "two", "three", "four"]


def test_own_abbreviations_take_the_place_of_the_lists() -> None:
    text = "The dept. Head met Dr. Hill."
    assert sentences(text) == [text]
    assert sentences(text, abbreviations=frozenset(["dept."])) == ["The dept. Head met Dr.", "Hill."]
    assert sentences(text, abbreviations=frozenset()) == ["The dept.", "Head met Dr.", "Hill."]


def test_split_lines() -> None:
    lines = split_lines(pa.array(["One. Two.\n\n  three \r\n", None, "", "\n", "x"]))
    assert lines.to_pylist() == [["One. Two.", "three"], None, [], [], ["x"]]
    assert lines.type == pa.list_(pa.string())


def test_null_and_empty_texts() -> None:
    found = split(
        pa.array([None, "", "A cat. A dog.", None, " \n ", "x"]), pa.array([None, "en", None, "en", "en", "zh"])
    )
    assert found.to_pylist() == [None, [], ["A cat.", "A dog."], None, [], ["x"]]
    assert found.type == pa.list_(pa.string())


@pytest.mark.parametrize("texts", [[], [None], ["", ""], [None, ""]])
def test_columns_without_a_character(texts: list[str | None]) -> None:
    column = pa.array(texts, pa.string())
    codes = pa.array(["en"] * len(texts), pa.string())
    expected = [None if text is None else [] for text in texts]
    assert split(column, codes).to_pylist() == split_lines(column).to_pylist() == expected


def test_large_strings_give_the_same() -> None:
    texts = ["A cat. A dog.", None, "猫。狗。"]
    codes = pa.array(["en", "en", "zh"])
    assert split(pa.array(texts, pa.large_string()), codes) == split(pa.array(texts), codes)


def test_word_table_finds_words_in_any_case() -> None:
    table = WordTable.build({"usw": 1, "т.е": 2, "рис": 2, "exactlysixteen.b": 3})
    for form in ("usw", "Usw", "USW", "т.е", "Т.е", "Рис", "РИС", "exactlysixteen.b"):
        assert look_up(table, form) > 0
    for form in ("us", "uswx", "т.и", "exactlysixteenxb", "anexactlysixteen.b"):
        assert look_up(table, form) == 0


def look_up(table: WordTable, word: str) -> int:
    data = np.frombuffer(b"\n" * 16 + word.encode() + b"\n" * 16, np.uint8)
    size = len(word.encode())
    return int(table.look_up(word_keys(data, np.array([16 + size]), np.array([size])))[0])


# ------------------------------------------------------------------------------------------------- properties

LANGUAGES = ("en", "de", "fr", "ru", "zh", "ja", "hi", "ar", "th", "et", "und", "xx")
# pieces that make rules interact, besides arbitrary characters
CHUNK_TEXT = """. ! ? ... … 。 ！ ？ ． । ؟ ۔ : ; , " ' “ ” « » 「 」 ( ) [ ] - — • ⁃ * = _ ===== :) ;-) the The He he Mr Dr
U.S a.m etc No 5 1. 2. 1) a. b. II Z. B. т. п. 3.5 12/30/2001 09:11 AM http://x.y 猫 と 他 说 कमल é É ﷽ 😀 x X
Chapter 3.1. [17] 'n ,, kg Mm vitamin ครับ แมว"""
CHUNKS = CHUNK_TEXT.split()
SPACES = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2028", "\x1c", ""]
pieces = st.one_of(st.sampled_from(CHUNKS), st.sampled_from(SPACES), st.characters(exclude_categories=("Cs",)))
texts = st.lists(pieces, max_size=40).map("".join)
rows = st.lists(st.tuples(st.one_of(st.none(), texts), st.sampled_from(LANGUAGES)), max_size=6)


def without_spaces(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(texts, st.sampled_from(LANGUAGES))
def test_nothing_but_white_space_is_lost(text: str, language: str) -> None:
    found = sentences(text, language)
    assert without_spaces("".join(found)) == without_spaces(text)
    assert all(sentence and sentence == sentence.strip() for sentence in found)
    assert not any("\n" in sentence for sentence in found)


@settings(max_examples=50, deadline=None)  # of up to six texts
@given(rows, st.integers(0, 3), st.integers(1, 60))
def test_texts_together_or_one_at_a_time(rows: list[tuple[str | None, str]], start: int, piece_bytes: int) -> None:
    column = pa.array([text for text, _ in rows], pa.string())
    codes = pa.array([code for _, code in rows], pa.string())
    alone = [None if text is None else sentences(text, code) for text, code in rows]
    assert split(column, codes).to_pylist() == alone
    assert split(column.slice(start), codes.slice(start)).to_pylist() == alone[start:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "PIECE_BYTES", piece_bytes)
        assert split(column, codes).to_pylist() == alone


@settings(deadline=None)
@given(texts, st.sampled_from(LANGUAGES))
@example(".\u3000\U00018cd6.......12/30/2001\n", "en")  # the longest possible number, without its line end
def test_sentences_come_line_by_line(text: str, language: str) -> None:
    by_line = [sentence for line in text.split("\n") for sentence in sentences(line, language)]
    assert sentences(text, language) == by_line


HOSTILE = {
    "full stops": "." * 100_000,
    "letters with full stops": "a. " * 50_000,
    "quotes": '"' * 50_000,
    "quotes after a full stop": "." + "”" * 50_000,
    "wide quotes": "。" + "”" * 50_000,
    "no punctuation": "a" * 1_000_000,
    "words": "word " * 200_000,
    "long numbers": ("1" * 30 + ". ") * 20_000,
    "white space": " " * 500_000 + "." + " " * 500_000,
    "lines": "\n" * 300_000,
    "items": "1. a " * 50_000,
    "counting": " ".join(f"{number}. a" for number in range(1, 20_000)),
    "lines of items": "1. a\n" * 20_000,
    "dates": "12/30/2001 09:11 AM " * 5_000,
    "full width": "。" * 100_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "emoticons": ":) " * 50_000,
    "rulers": "=" * 500_000,
    "colons": ":" * 200_000,
    "citations": "It rained.[1] " * 20_000,
    "brackets with numbers": "[1]" * 100_000,
    "headings": "Chapter 1. It. " * 20_000,
    "short words and numbers": "tb. 3 " * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_no_longer(name: str) -> None:
    text = HOSTILE[name]
    sentences("Warm. Up.")
    started = time.process_time()
    found = sentences(text)
    # at most a tenth of a second was measured; a quadratic rule takes minutes
    assert time.process_time() - started < 1
    assert without_spaces("".join(found)) == without_spaces(text)
