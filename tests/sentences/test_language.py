"""The language of a text: by script, words and n-grams, or `und`; bounded, and independent of other texts."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import LanguageIdentifier

from bertprep.sentences import ngrams
from bertprep.sentences.language import PREFIX_CHARACTERS, detect
from bertprep.sentences.ngram_model import CODES, model

SAMPLES = {
    "en": "The cat sat on the mat because it was tired, and nobody told it that it should not.",
    "de": "Die Katze saß auf der Matte, weil sie müde war, und niemand hat es ihr verboten.",
    "fr": "Le chat était assis sur le tapis parce qu'il était fatigué, et personne ne le lui a interdit.",
    "es": "El gato estaba sentado en la alfombra porque estaba cansado y nadie se lo había prohibido.",
    "it": "Il gatto era seduto sul tappeto perché era stanco e nessuno glielo aveva vietato, ma non dormiva.",
    "pt": "O gato estava sentado no tapete porque estava cansado e ninguém lhe disse que não podia.",
    "nl": "De kat zat op de mat omdat hij moe was en niemand had hem gezegd dat het niet mocht.",
    "pl": "Kot siedział na macie, bo był zmęczony, i nikt mu nie powiedział, że nie może tam być.",
    "sv": "Katten satt på mattan för att den var trött, och ingen hade sagt att den inte fick det.",
    "tr": "Kedi yorgun olduğu için bir minderin üzerinde oturdu ve kimse ona bunun yasak olduğunu söylemedi.",
    "ru": "Кошка сидела на ковре, потому что она устала, и никто ей этого не запрещал.",
    "uk": "Кішка сиділа на килимі, тому що вона втомилася, і ніхто їй цього не забороняв.",
    "bg": "Котката седеше на килима, защото беше уморена, и никой не ѝ беше забранил това.",
    "zh": "猫坐在垫子上，因为它累了，没有人告诉它不可以。",
    "ja": "猫は疲れていたので、マットの上に座っていました。",
    "ko": "고양이는 피곤해서 매트 위에 앉아 있었다.",
    "ar": "جلست القطة على السجادة لأنها كانت متعبة.",
    "fa": "گربه روی فرش نشست چون خسته بود و هیچ کس چیزی نگفت.",
    "hi": "बिल्ली चटाई पर बैठी थी क्योंकि वह थकी हुई थी।",
    "el": "Η γάτα κάθισε στο χαλί γιατί ήταν κουρασμένη.",
    "he": "החתול ישב על השטיח כי הוא היה עייף.",
    "th": "แมวนั่งบนเสื่อเพราะมันเหนื่อย",
}


MORE_SAMPLES = {
    "af": "Die kat het op die mat gesit omdat hy moeg was, en niemand het vir hom gesê dat dit nie mag nie.",
    "ast": "El gatu taba sentáu na alfombra porque yera vieyu y tamién porque naide nun lu quería na so casa.",
    "az": "Pişik xalçanın üstündə oturmuşdu, çünki o yorulmuşdu və heç kim ona bunun qadağan olduğunu deməmişdi.",
    "be": "Кошка сядзела на дыване, таму што яна стамілася, і ніхто ёй гэтага не забараняў.",
    "bo": "ཁང་པ་འདི་ནི་ཆེན་པོ་ཡིན་ལ། མི་རྣམས་ཀྱིས་ཁང་པའི་ནང་དུ་དེབ་དང་ཡི་གེ་མང་པོ་བཞག་ཡོད།",
    "ca": "El gat seia a l'estora perquè estava cansat i ningú no li havia dit que no es podia fer.",
    "ceb": "Ang iring milingkod sa banig kay gikapoy kini, ug walay usa nga miingon kaniya nga dili mahimo kini.",
    "ckb": "پشیلەکە لەسەر فەرشەکە دانیشت چونکە ماندوو بوو و هیچ کەس پێی نەگوت کە ئەوە نابێت.",
    "cs": "Kočka seděla na koberci, protože byla unavená, a nikdo jí neřekl, že tam nesmí být.",
    "cv": "Кушак кавир ҫинче ларнӑ, мӗншӗн тесен вӑл ывӑннӑ, анчах та никам та ӑна ку ҫинчен каламан.",
    "cy": "Eisteddodd y gath ar y mat am ei bod wedi blino, ac nid oedd neb wedi dweud wrthi am beidio.",
    "eo": "La kato sidis sur la mato ĉar ĝi estis laca, kaj neniu diris al ĝi ke tio ne estas permesata.",
    "et": "Kass istus vaibal, sest ta oli väsinud, ja keegi ei olnud talle öelnud, et see on keelatud.",
    "eu": "Katua alfonbran eserita zegoen nekatuta zegoelako, eta inork ez zion esan hori debekatuta zegoela.",
    "fi": "Kissa istui matolla, koska se oli väsynyt, eikä kukaan ollut sanonut sille, että se on kielletty.",
    "ga": "Shuigh an cat ar an mata mar bhí sé tuirseach, agus ní dúirt aon duine leis nach raibh cead aige.",
    "gl": "O gato estaba sentado na alfombra porque estaba canso e ninguén lle dixera que non se podía facer.",
    "hr": "Mačka je sjedila na tepihu jer je bila umorna, a nitko joj nije rekao da to nije dopušteno.",
    "hu": "A macska a szőnyegen ült, mert fáradt volt, és senki sem mondta neki, hogy ezt nem szabad.",
    "hy": "Կատուն նստած էր գորգի վրա, որովհետև հոգնած էր։",
    "id": "Kucing itu duduk di atas tikar karena lelah, dan tidak seorang pun mengatakan bahwa itu dilarang.",
    "io": "La kato sidis sur la tapiso pro ke ol esis fatigita, ed nulu dicis ad ol ke to ne esas permisata.",
    "is": "Kötturinn sat á mottunni af því að hann var þreyttur og enginn hafði sagt honum að það mætti ekki.",
    "ka": "კატა ხალიჩაზე იჯდა, რადგან დაღლილი იყო.",
    "kk": "Мысық кілемнің үстінде отырды, өйткені ол шаршаған еді және ешкім оған тыйым салған жоқ.",
    "lt": "Katė sėdėjo ant kilimėlio, nes buvo pavargusi, ir niekas jai nebuvo sakęs, kad to negalima.",
    "lv": "Kaķis sēdēja uz paklāja, jo bija noguris, un neviens viņam nebija teicis, ka to nedrīkst.",
    "mk": "Мачката седеше на тепихот затоа што беше уморна и никој не ѝ рекол дека тоа не е дозволено.",
    "mr": "मांजर चटईवर बसले होते कारण ते थकले होते आणि कोणीही त्याला काही सांगितले नाही.",
    "ms": "Kucing itu duduk di atas tikar kerana ia penat, dan tiada sesiapa memberitahunya bahawa ia dilarang.",
    "my": "ကြောင်သည် ဖျာပေါ်တွင် ထိုင်နေသည်။",
    "nds": "De Katt hett op de Matt seten, wieldat se mööd weer, un keen een hett ehr seggt, dat se dat nich dröff.",
    "ne": "बिरालो गुन्द्रीमा बसेको थियो किनभने त्यो थाकेको थियो र कसैले पनि केही भनेको थिएन।",
    "nn": "Katten sat på matta fordi han var trøytt, og ikkje nokon hadde sagt at dei andre ikkje fekk lov til det.",
    "ps": "پیشو په غالۍ ناسته وه ځکه چې ستړې وه او هیچا هغې ته نه وو ویلي چې دا کار مه کوه.",
    "ro": "Pisica stătea pe covor pentru că era obosită și nimeni nu îi spusese că nu este voie.",
    "sah": "Куоска көбүөргэ олорбут, тоҕо диэтэххэ сылайбыт этэ, уонна ким да киниэхэ туох да бобботох.",
    "sk": "Mačka sedela na koberci, pretože bola unavená, a nikto jej nepovedal, že tam nesmie byť.",
    "sl": "Mačka je sedela na preprogi, ker je bila utrujena, in nihče ji ni rekel, da tega ne sme.",
    "sq": "Macja ishte ulur mbi qilim sepse ishte e lodhur dhe askush nuk i kishte thënë se nuk lejohej.",
    "sr": "Мачка је седела на тепиху јер је била уморна, а нико јој није рекао да то није дозвољено.",
    "su": "Ucing téh diuk dina samak sabab manéhna capé, jeung teu aya saurang ogé anu nyaram ka manéhna.",
    "sw": "Paka alikuwa amekaa juu ya mkeka kwa sababu alikuwa amechoka, na hakuna mtu aliyemwambia hapana.",
    "tg": "Гурба дар болои қолин нишаста буд, зеро ки ӯ хаста буд ва ҳеҷ кас ба ӯ чизе нагуфта буд.",
    "tl": "Umupo ang pusa sa banig dahil ito ay pagod na, at walang nagsabi sa kanya na hindi ito maaari.",
    "tt": "Песи келәм өстендә утырган, чөнки ул арыган булган һәм аңа беркем дә ярамый дип әйтмәгән.",
    "ur": "بلی چٹائی پر بیٹھی تھی کیونکہ وہ تھکی ہوئی تھی اور کسی نے اس سے کچھ نہیں کہا تھا۔",
    "vi": "Con mèo ngồi trên tấm thảm vì nó mệt, và không có ai nói với nó rằng điều đó bị cấm.",
    "war": "An misay lumingkod ha banig kay gintikapoy ini, ngan waray usa nga nagsiring ha iya nga diri ini puydi.",
    "yi": "די קאַץ איז געזעסן אויף דער טעפּעך ווייל זי איז געווען מיד, און קיינער האָט איר ניט געזאָגט אַז מען טאָר ניט.",
}
# languages with neither a list here nor a place in the n-gram model, or with a similar language that has one
STRANGERS = {
    "Papiamento": "E pushi tabata sinta riba e tapeta pasobra e tabata kansa, i ningun hende no a bis'e ku no por.",
    "Friulian": "Il gjat al jere sentât sul tapêt parcè che al jere strac, e nissun no i veve dit che no si podeve.",
    "Sardinian": "Su gatu fiat sètzidu in su tapete ca fiat istracu, e nemos l'aiat nadu chi non si podiat.",
    "Hawaiian": "Ua noho ka pōpoki ma luna o ka moena no ka mea ua luhi, ʻaʻole naʻe i ʻōlelo kekahi iā ia.",
    "Kituba": "Niawu vwanda na zulu ya kiti samu na yandi lembaka, muntu mosi ve tubaka nde yau kele mbi.",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_language_of_one_sentence(code: str) -> None:
    assert detect(pa.array([SAMPLES[code]])).to_pylist() == [code]


@pytest.mark.parametrize("text", [None, "", "   \n", "12345 67.8", "!!! ???", "😀😀", "xyzzy plugh qwrt"])
def test_nothing_to_tell_by_is_unknown(text: str | None) -> None:
    assert detect(pa.array([text], pa.string())).to_pylist() == ["und"]


@pytest.mark.parametrize("code", MORE_SAMPLES)
def test_language_of_one_sentence_of_others(code: str) -> None:
    assert detect(pa.array([MORE_SAMPLES[code]])).to_pylist() == [code]


@pytest.mark.parametrize("name", STRANGERS)
def test_a_language_that_is_not_known_gets_no_other_ones_code(name: str) -> None:
    assert detect(pa.array([STRANGERS[name]])).to_pylist() == ["und"]


NEIGHBOURS = [  # sentences in languages with better known related languages
    ("rn", "Igihugu kiriko kironka ibindi bikoresho kuko abanyagihugu bafise nkenerwa, ariko ingene bizogenda ntibiramenyekana."),
    ("rn", "Yaravuze ko bategerezwa kuja kuraba ivyo bintu, canke bakareka bikagenda."),
    ("rw", "Injangwe yari yicaye ku kirago kuko yari inaniwe cyane, kandi nta muntu wigeze ayibwira ko bitemewe."),
    ("ss", "Bantfwana baya esikolweni ngesikhatsi lesitsite, kepha lomunye usele ekhaya. Batsi utfole kugula."),
    ("zu", "Izitolo eziningi zivaliwe kuleli sonto, nakuba abantu abaningi bebefuna ukuthenga."),
    ("xh", "Uluntu malunga nale ngxaki luthi kufuneka kwenziwe into ngoko nangoko."),
    ("tn", "Ntse re tswa gae, jaanong ga re itse kwa re yang teng."),
    ("ti", "እዞም ቆልዑ ናብ ቤት ትምህርቲ ከይዶም ኣለዉ።"),
    ("am", "ድመቷ ምንጣፉ ላይ ተቀመጠች፣ ደክሟት ነበርና፣ ነገር ግን ማንም ሰው ምንም አላለም።"),
    ("yi", "איך האב נישט געוואוסט אז זי וועט קומען."),
    ("he", "החתול ישב על השטיח כי הוא היה עייף."),
    ("pam", "Alá ku pang salapi, ustung éku balu."),
    ("rm", "Ils uffants van en scola mintga di, e la saira fan els lur lavurs."),
    ("bho", "हमरा त कवनो बात मालूम नइखे।"),
    ("mag", "ओकरा कोइयो काम न होए, आउर ऊ घरे गेल हइ।"),
    ("bo", "ཁང་པ༌འདི༌ནི༌ཆེན་པོ༌ཡིན༌ལ།"),  # with the non-breaking tsheg
    ("zu", "UPeter Smith wase-Liverpool ukhulume noDaniel Brown we-Sainsbury's mayelana ne-Marks & Spencer, kodwa akekho owathi "
           "uJohn Fitzgerald uzoya e-Washington, futhi i-Chelsea ne-Manchester United azivumanga nakuba ngempela zazikwazi."),
    ("shn", "မႂ်ႇသုင်ၶႃႈ ၵႂၢမ်းတႆး"),
    ("mnw", "မၞိဟ်ဂမၠိုၚ် ကေုာံ မၞိဟ်ဂမၠိုၚ်"),
    ("my", "ကြောင်သည် ဖျာပေါ်တွင် ထိုင်နေသည်။"),
]  # fmt: skip


def test_languages_with_better_known_neighbours_are_told_from_them() -> None:
    codes, texts = zip(*NEIGHBOURS, strict=True)
    assert detect(pa.array(texts)).to_pylist() == list(codes)


def test_letters_of_no_language_of_the_script_are_no_language() -> None:
    assert detect(pa.array(["ၾကိဳးဆြဲရာကသည့္ ရုပ္ေသးရုပ္"])).to_pylist() == ["und"]  # the encoding Zawgyi


@pytest.mark.parametrize(
    "text", ["Good. Sit down.", "Let us go. The men are on a hill.", "No problem. I am in Paris.", "Log in to comment."]
)
def test_a_few_words_of_english_are_not_taken_for_another_language(text: str) -> None:
    assert detect(pa.array([text])).to_pylist()[0] in ("en", "und")


def test_letters_that_a_language_does_not_use_speak_against_it() -> None:
    kazakh = MORE_SAMPLES["kk"]
    assert detect(pa.array([kazakh, kazakh.replace("ү", "ӱ").replace("о", "ӧ")])).to_pylist() == ["kk", "und"]


def test_chinese_with_a_japanese_title_stays_chinese() -> None:
    text = "这部电影的日文名字叫做となりのトトロ，" + "是一部很有名的动画电影，讲述了两个女孩在乡下的生活。" * 5
    assert detect(pa.array([text])).to_pylist() == ["zh"]


def test_empty_column() -> None:
    found = detect(pa.array([], pa.string()))
    assert (len(found), found.type) == (0, pa.string())


def test_only_a_prefix_counts() -> None:
    beginning = (SAMPLES["en"] + " ") * 20
    assert len(beginning) > PREFIX_CHARACTERS
    assert detect(pa.array([beginning + SAMPLES["ja"] * 1000])).to_pylist() == ["en"]


def test_slices_of_a_column() -> None:
    texts = pa.array([*SAMPLES.values(), None])
    assert detect(texts.slice(3, 5)).to_pylist() == list(SAMPLES)[3:8]


def test_ngrams_say_what_py3langid_says() -> None:
    texts = [*SAMPLES.values(), *MORE_SAMPLES.values(), *STRANGERS.values(), "NOTHING BUT CAPITALS HERE", "x", "12"]
    codes_N, sure_N, _ = ngrams.classify(pa.array(texts))
    theirs = LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
    for text, code, sure in zip(texts, codes_N, sure_N, strict=True):
        expected, probability = theirs.classify(text[: ngrams.CHARACTERS])
        if len(text) > 9 and expected not in CODES and expected not in CODES.values():  # merged codes differ
            assert (code, sure) == (expected, pytest.approx(probability, abs=0.01))


def test_ngrams_of_many_texts_say_what_those_of_each_say(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text[:length] for text in {**SAMPLES, **MORE_SAMPLES, **STRANGERS}.values() for length in (5, 30, 90)]
    together = ngrams.classify(pa.array(texts))
    each = [ngrams.classify(pa.array([text])) for text in texts]
    for many, single in zip(together, zip(*each, strict=True), strict=True):
        assert many.tolist() == [values[0] for values in single]
    monkeypatch.setattr(ngrams, "TEXTS_AT_ONCE", 3)
    for many, few in zip(together, ngrams.classify(pa.array(texts)), strict=True):
        assert many.tolist() == few.tolist()


def test_ngrams_score_what_a_plain_sum_scores() -> None:
    known, texts = model(), pa.array([*SAMPLES.values()])
    _, sure_N, typical_N = ngrams.classify(texts)
    prefixes = ngrams.prepared(texts)
    text_E, ngram_E, count_E = ngrams.entries(prefixes, pc.binary_length(prefixes).to_numpy())
    for number, prefix in enumerate(prefixes.to_pylist()):
        logs_EL, counts_E = known.logs_FL[ngram_E[text_E == number]].astype(float), count_E[text_E == number]
        score_L = (np.log1p(counts_E) @ logs_EL + known.prior_L) / len(prefix.encode()) ** 0.5
        share_L = np.exp(score_L - score_L.max()) / np.exp(score_L - score_L.max()).sum()
        best = score_L.argmax()
        assert sure_N[number] == pytest.approx(share_L[known.codes_L == known.codes_L[best]].sum(), abs=1e-3)
        average = counts_E @ logs_EL[:, best] / counts_E.sum() - known.average_L[best]
        assert typical_N[number] == pytest.approx(average, abs=1e-5)


def test_text_of_a_language_is_typical_of_it_and_that_of_strangers_of_none() -> None:
    known = ngrams.classify(pa.array([MORE_SAMPLES[code] for code in ("fi", "hr", "kk", "mr", "cy", "et")]))[2]
    strange = ngrams.classify(pa.array(list(STRANGERS.values())))[2]
    assert strange.max() < -0.2 < known.min()


@given(
    st.lists(
        st.one_of(
            st.none(), st.text(max_size=60), st.sampled_from(sorted({**SAMPLES, **MORE_SAMPLES, **STRANGERS}.values()))
        ),
        max_size=6,
    )
)
def test_each_text_by_itself_gives_the_same(texts: list[str | None]) -> None:
    together = detect(pa.array(texts, pa.string())).to_pylist()
    assert together == [detect(pa.array([text], pa.string()))[0].as_py() for text in texts]
