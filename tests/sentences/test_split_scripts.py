"""Sentence splitting in every script: Unicode's marks, scripts without capitals, substitutes, spaces between clauses, dates.

In the examples a bar marks the beginning of a new sentence, in place of the white space between two sentences.
"""

import unicodedata

import pyarrow as pa
import pytest
from each import each

from bertprep.languages.scripts import SCRIPTS
from bertprep.sentences.split import split
from bertprep.sentences.split.kinds import SENTENCE_TERMINALS, SHADS, TERMINATORS, WIDE_TERMINATORS


def sentences(text: str, language: str) -> list[str]:
    return split(pa.array([text]), pa.array([language]))[0].as_py()


def check(marked: str, language: str, glue: str = " ") -> None:
    assert sentences(marked.replace("|", glue), language) == marked.split("|")


# commas of their scripts, although Unicode's property includes them, and a leader
NO_STOPS = {"LATIN": "\u2024", "MYANMAR": "\u104a", "JAVANESE": "\ua9c8", "BALINESE": "\u1b5e", "AHOM": "\U0001173c"}


def test_the_marks_are_those_of_unicode() -> None:
    regex = pytest.importorskip("regex")
    property_ = set(regex.findall(r"\p{Sentence_Terminal}", "".join(map(chr, range(0x110000)))))
    assert property_ - set(TERMINATORS + WIDE_TERMINATORS + ".") <= set(NO_STOPS.values())
    assert set(TERMINATORS + WIDE_TERMINATORS) - property_ == {*SHADS, "\u037e", "…"}


@each("mark", [mark for mark in TERMINATORS if mark not in "!?…"])
@each("gap", [" ", ""])
def test_every_mark_ends_a_sentence_and_stays_with_it(mark: str, gap: str) -> None:
    check(f"אבג דהו{mark}|זחט יכל{mark}|מנס", "und", gap)


@each("mark", NO_STOPS.values())
def test_commas_of_scripts_end_nothing(mark: str) -> None:
    check(f"אבג{mark} דהו{mark} זחט{mark} יכל", "und")


# 》 and 〉 close titles, which do not end a sentence: 《為什麼？》很有名
CLOSING = [
    chr(point)
    for point in range(0x80, 0x10000)
    if unicodedata.category(chr(point)) in ("Pe", "Pf") and chr(point) not in "〉》"
]


@each("closing", [*CLOSING, '"', "״", "＂"])
@each("stop", [".", "।", "؟", "。", "།"])
def test_quotes_and_brackets_of_every_script_close_after_the_mark(closing: str, stop: str) -> None:
    check(f"אבג דהו{stop}{closing}|זחט יכל", "und")


LETTERS = {name: [chr(point) for point in range(*script.ranges[0])] for name, script in SCRIPTS.items()}


@each("script", sorted(set(SCRIPTS) - {"han", "kana", "tibetan"}))
def test_a_full_stop_ends_sentences_in_every_script(script: str) -> None:
    """Before a capital if writers of the script use them, else before any letter."""
    letters = [letter for letter in LETTERS[script] if unicodedata.category(letter)[0] == "L" and letter.isalpha()]
    small = [letter for letter in letters if unicodedata.category(letter) != "Lu"] or letters
    word = "".join(small[index % len(small)] for index in range(5, 11))
    first = word.capitalize() if SCRIPTS[script].capitals else word
    check(f"{first} {word}.|{first} {word}?|{first} {word}.|{first}", "und")


EXAMPLES = [
    ("ka", "მზე ამოვიდა. ჩვენ გარეთ გავედით.|ვინ მოვიდა? არავინ!|კარგი.".replace(". ", ".|").replace("? ", "?|")),
    ("bo", "ཉི་མ་ཤར།|ཆར་པ་བབས་སོང་།|ཁྱེད་རང་ག་པར་འགྲོ་གི་ཡོད།"),
    ("bo", "དེབ་འདི་ངའི་རེད། །|དེབ་དེ་ཁོའི་རེད། །|ང་འགྲོ་གི་ཡིན༎"),
    ("bo", "༄༅། །ཉི་མ་ཤར།|ཟླ་བ་ནུབ།"),
    ("mr", "पाऊस आला आहे.|आम्ही घरी होतो.|डॉ. जोशी व प्रा. काळे आले.|तो मोठा आहे."),
    ("my", "နေသာသည်။|ဆရာ၊ ကျောင်းသား၊ မိဘများ လာကြသည်။|ပြန်သွားသည်။"),
    ("hy", "Արևը ծագեց:|Մենք դուրս եկանք:|Ժամը 10:30 է, գնանք:|1990 թվականին էր:|(Այո):|Լավ է։"),
    ("am", "ዝናብ ነበር::|ቤት ነበርን፡፡|መቼ ነው?|ነገ ነው።|ሰዓቱ 10:30 ነው።"),
    ("am", "ቤት፡ሰው፡ነው፡፡|ነገ፡ነው።"),
    ("ti", "ጽቡቕ እዩ::|ንሕና ኣብ ገዛ ኣለና።"),
    ("sa", "गुरुः वदति ॥ १ ॥|शिष्यः शृणोति ॥ २ ॥|इति ।"),
    ("hi", "बारिश हुई।।|हम घर पर थे। ।|सब ठीक है॥"),
    ("ko", "시험은 2021. 3. 9. 학교에서 보았다.|모두 왔다.|결과는 2021. 12. 25.에 나온다.|끝."),
    ("ko", "사람이 20명 왔다.|3명은 갔다."),
    ("hu", "A vizsga 2021. 3. 9. napján volt.|Mindenki eljött.|Az eredmény 2021. 12. 25-én jön."),
    (
        "tr",
        "Dr. Aylin Su ve Prof. Can Er geldi.|Bkz. Şekil 3. Sonra devam ettik.|Av. Nil de oradaydı.".replace(
            "3. S", "3.|S"
        ),
    ),
    ("tr", "Kitap 2. Baskı olarak çıktı.|Ekmek, peynir vb. aldık."),
    ("vi", "Cô ấy sống ở TP. Huế từ năm 2001.|GS.TS. Lê Hoa và ThS. Phạm Minh dạy ở đó.|Họ bán cam, táo, v.v. ở chợ."),
    ("de", "Es steht in Tabelle 2.|Danach kam nichts.|Am 2. Oktober kam er."),
    ("th", "ฝนตกหนักมากตลอดทั้งคืนที่ผ่านมา|พวกเราอยู่บ้านกันทั้งวันไม่ได้ไปไหน|เด็กๆ นั่งอ่านหนังสือกันอยู่ในห้อง"),
    ("th", "วันนี้อากาศดีมากจริงๆ ครับ"),
    ("lo", "ຝົນຕົກໜັກຫຼາຍຕະຫຼອດຄືນທີ່ຜ່ານມາ|ພວກເຮົາຢູ່ເຮືອນກັນໝົດມື້ບໍ່ໄດ້ໄປໃສ"),
    ("km", "ភ្លៀងធ្លាក់ខ្លាំងណាស់កាលពីយប់មិញ|យើងនៅផ្ទះពេញមួយថ្ងៃមិនបានទៅណាទេ"),
    ("km", "ភ្លៀងធ្លាក់ខ្លាំងណាស់ កាលពីយប់មិញយើងនៅផ្ទះ។|យើងមិនបានទៅណាទេ។"),
    ("km", "គាត់ទិញចេក ក្រូច ស្វាយ ។ល។|រួចគាត់ទៅផ្ទះ។|គាត់ទិញបាយ ។បេ។"),  # and so on
    ("th", "นายสมชายเดินทางมาถึงเมื่อ พ.ศ. 2550 แล้วก็กลับไปบ้านของเขาทันที"),
]

# one paragraph per language of typical text: statements, a question, speech, a title, a date
PARAGRAPHS = [
    ("ti", 'እቲ ቆልዓ ናብ ቤት ትምህርቲ ከይዱ።|ወላዲኡ ግን ኣብ ገዛ ነይሩ፧|እወ፡ ኣብኡ ነይሩ።|"ኣበይ ኣለኻ፧"|ኢሉ ሓተተ።|ዶ/ር ሃይለ መጺኡ!'),
    ("am", "ልጁ ወደ ትምህርት ቤት ሄደ።|አባቱ ቤት ነበር፧|አዎ፣ እዚያ ነበር።|ዶ/ር ኃይሉ መጣ።|እንዴት ነው፡፡|ደህና ነው፡፡"),
    ("my", "ကောင်လေးသည် ကျောင်းသို့ သွားသည်။|သူ၏ဖခင်သည် အိမ်၌ ရှိသည်။|“ဘယ်မှာလဲ။”|ဟု မေးသည်။"),
    ("shn", "ၵူၼ်းၼၼ်ႉ ၵႂႃႇႁူင်းႁဵၼ်းယဝ်ႉ။|ပေႃႈမၼ်း ယူႇတီႈႁိူၼ်းယဝ်ႉ။"),
    ("km", "ក្មេងប្រុសបានទៅសាលារៀន។|«តើអ្នកនៅឯណា?»|គាត់សួរ។|គាត់ឆ្លើយថា បាទ ៕|បន្ទាប់មក គាត់ដើរចេញ។"),
    ("bo", "བུ་དེ་སློབ་གྲྭར་སོང་།|ཁོའི་ཕ་ཁྱིམ་ལ་ཡོད།|ཁྱེད་རང་ག་པར་ཡོད་ཅེས་དྲིས་སོ། །|ང་འདིར་ཡོད།།|དེ་ནས་ཕྱིར་སོང་ངོ༎"),
    (
        "ur",
        "لڑکا اسکول گیا۔|جی ہاں، وہ وہیں تھا۔|’’تم کہاں ہو؟‘‘|اس نے پوچھا۔|اس نے کہا: ”میں آ رہا ہوں۔“|پھر وہ چلا گیا۔",
    ),
    ("hy", "Տղան գնաց դպրոց։|Որտե՞ղ ես։|«Արի՛ այստեղ։»|Նա գնաց:|Հետո եկավ 1990 թ. ամռանը։|Ա. Խաչատրյանը ժպտաց։"),
    ("nqo", "ߞߊ߬ߘߋ߲ ߕߊ߯ߘߊ߫ ߞߊ߬ߙߊ߲߬ߕߊ ߟߊ߫߸ ߊ߬ ߝߊ߬ ߦߋ߫ ߟߎ ߞߣߐ߫.|ߌ ߦߋ߫ ߡߌ߲؟|ߊ߬ ߞߊ߬ ߢߌ߬߹|ߊ߬ ߣߊ߬ߘߊ߫."),
    ("ka", "ბიჭი სკოლაში წავიდა.|მამა სახლში იყო?|1990 წ. ზაფხულში ის დაბრუნდა.|პროფ. ნინო ბერიძე მოვიდა."),
    ("or", 'ପିଲାଟି ସ୍କୁଲ ଗଲା।|ତାହାର ବାପା ଘରେ ଥିଲେ?|"ତୁମେ କେଉଁଠି ଅଛ।"|ସେ ପଚାରିଲା।|ଡ. ଦାସ ଆସିଲେ।'),
    ("bn", "ছেলেটি স্কুলে গেল।|“তুমি কোথায়।”|সে জিজ্ঞাসা করল।|ড. রহমান এলেন।|‘আমি আসছি।’|তারপর সে গেল।"),
    ("hi", 'लड़का स्कूल गया।|“तुम कहाँ हो।”|उसने पूछा।|डॉ. शर्मा आए।|"मैं आ रहा हूँ।"|फिर वह चला गया॥|अंत।'),
    ("ug", "بالا مەكتەپكە باردى.|دادىسى ئۆيدە ئىدى؟|«سەن قەيەردە؟»|دەپ سورىدى ئۇ."),
    ("yi", "דער ייִנגל איז געגאַנגען אין שול.|„וווּ ביסטו?“|האָט ער געפֿרעגט.|ד״ר ראָזען איז געקומען."),
    ("mni", "ꯅꯨꯄꯥꯃꯆꯥ ꯑꯗꯨ ꯁ꯭ꯀꯨꯜ ꯆꯠꯂꯦ꯫|ꯃꯍꯥꯛꯀꯤ ꯃꯄꯥ ꯌꯨꯝꯗ ꯂꯩ꯫"),
    # initials of names, spelt like the names of the Latin letters
    ("te", "ఎన్. టి. రామారావు వచ్చారు.|ఎం. ఎస్. రాజు వెళ్ళాడు."),
    ("kn", "ಎಚ್. ಡಿ. ದೇವೇಗೌಡ ಬಂದರು.|ಬಿ. ಎಂ. ಶ್ರೀ ಬಂದರು."),
    ("ml", "എം. ടി. വാസുദേവൻ എഴുതി.|എസ്. കെ. പൊറ്റെക്കാട്ട് വന്നു."),
    ("gu", "એમ. કે. ગાંધી આવ્યા.|એસ. પી. પટેલ આવ્યા."),
    ("mr", "एम. के. गांधी आले.|एस. आर. पाटील आले."),
    ("si", "එ. ආර්. පෙරේරා පැමිණියේය.|ඩී. එස්. සේනානායක පැමිණියේය."),
    ("ta", "ஏ. பி. ஜெ. அப்துல் கலாம் வந்தார்.|கே. எல். ராகுல் வந்தார்."),
]


def test_a_paragraph_of_every_script_is_split_at_its_marks() -> None:
    marked = [text for _, text in PARAGRAPHS]
    found = split(pa.array([text.replace("|", " ") for text in marked]), pa.array([code for code, _ in PARAGRAPHS]))
    assert found.to_pylist() == [text.split("|") for text in marked]


@pytest.mark.parametrize(("language", "marked"), EXAMPLES)
def test_examples(language: str, marked: str) -> None:
    check(marked, language)


def test_tibetan_needs_no_space_after_a_shad() -> None:
    check("ཉི་མ་ཤར།|ཆར་པ་བབས་སོང་།|ང་འགྲོ།", "bo", glue="")


def test_clauses_of_a_line_are_cut_where_nothing_else_cuts_it() -> None:
    clause = "ฝนตกหนักมากตลอดทั้งคืน"
    text = f"{clause} {clause}\n{clause} {clause}! {clause} {clause}\n{clause} 12 {clause}"
    assert sentences(text, "th") == [
        *[clause, clause],
        *[f"{clause} {clause}!", f"{clause} {clause}"],
        f"{clause} 12 {clause}",
    ]
    assert sentences(text, "en")[0] == f"{clause} {clause}"


def test_the_terminals_are_in_order_and_apart() -> None:
    points = [point for pair in SENTENCE_TERMINALS for point in pair]
    assert points == sorted(points)
