"""The ids equal those of `tokenizers` for many sentences in twelve languages, with tokenizers trained on them."""

import itertools
import random

import made_tokenizers
import pyarrow as pa
import pytest
from tokenizers import Tokenizer

from bertprep.vocab.vocabulary import Vocabulary
from bertprep.vocab.wordpiece import Encoder

pytestmark = pytest.mark.slow
SAMPLES = {
    "en": "The old harbour was quiet, and nobody (not even the ferryman's dog) had seen the ships leave at 5:30.",
    "de": "Über den Dächern lag Nebel; »größer als je zuvor«, sagte die Lehrerin, die 1.250 Bücher besaß.",
    "fr": "L’été dernier, quelqu’un m’a demandé : « Où vas-tu ? » — à l’île d’Oléron, bien sûr !",
    "es": "¿Cuántos años tenía el niño? Según su abuela, que lo sabía todo, cumplió once en señal de paz.",
    "pl": "Zażółć gęślą jaźń, powiedział źrebak; świętość łąk nie była mu obojętna w roku 1978.",
    "ru": "Вчера вечером мы ехали через лес, и ёж перебежал дорогу — это было в 19:45, «кажется».",
    "el": "Οι ψαράδες γύρισαν αργά, όμως η θάλασσα ήταν ήρεμη· «καλημέρα», είπε ο καπετάνιος.",
    "ar": "كان الطقسُ جميلاً في المدينة، وقالت المعلّمة: «هل قرأتم الكتاب؟» ثم عدنا في الساعة ٥.",
    "hi": "किसान ने कहा कि बारिश अच्छी हुई है; उसकी बेटी ने १२ पेड़ लगाए और सब खुश थे।",
    "ko": '어제 저녁에 우리는 바닷가를 걸었고, 할머니는 "참 좋다"라고 말씀하셨다. 3시였다.',
    "ja": "昨日、彼は東京で新しい本を買った。「とても面白い」と友だちに言ったそうだ。 １２月 のこと。",
    "th": "เมื่อวานนี้ เด็ก ๆ ไปเที่ยวทะเล และ แม่บอกว่า น้ำใสมาก เพราะฝนไม่ตก 7 วัน",
}
SENTENCES = 500  # per language


def sentences():
    draw = random.Random(7)
    for text in SAMPLES.values():
        words = text.split(" ")
        pieces = [
            *words,
            *(
                word[: len(word) // 2] + other[len(other) // 2 :]
                for word, other in zip(words, words[::-1], strict=True)
            ),
        ]
        for _ in range(SENTENCES):
            chosen = draw.choices(pieces, k=draw.randint(3, 18))
            yield draw.choice([" ", " ", " ", "  ", "\u00a0", "-", ""]).join(chosen) + draw.choice([".", "!", "", " …"])


def test_ids_are_those_of_tokenizers_in_twelve_languages(monkeypatch, tmp_path):
    texts = list(sentences())
    monkeypatch.setattr(made_tokenizers, "lines", lambda: texts[::4])
    make = made_tokenizers.trained
    monkeypatch.setattr(
        made_tokenizers, "trained", lambda model, special, size=0, **how: make(model, special, 2000, **how)
    )
    for name in ("roberta", "llama3", "xlm_roberta", "albert", "t5", "llama", "xlm", "wordpiece"):
        folder = made_tokenizers.write(tmp_path / name, made_tokenizers.MADE[name]())
        encoder = Encoder(Vocabulary.load(folder))
        assert encoder._given._chunks is not None, f"{name} is encoded whole"
        ids, offsets = encoder.encode(pa.array(texts))
        theirs = Tokenizer.from_file(str(folder / "tokenizer.json")).encode_batch_fast(texts, add_special_tokens=False)
        rows = [ids[first:stop].tolist() for first, stop in itertools.pairwise(offsets)]
        different = [text for text, row, each in zip(texts, rows, theirs, strict=True) if row != each.ids]
        assert not different, (name, len(different), different[:3])
