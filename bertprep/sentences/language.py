"""The language of each text: by its script, and among languages of one script by their commonest words.

Looks at a bounded prefix of each text only. Light on purpose: it chooses rules and lists for splitting sentences and
keeps random pairs within a language; who knows the language should say so instead. Says `und` when it cannot tell.

Axes: N texts, B bytes of all prefixes, S scripts, W words of all prefixes, L languages.
"""

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PREFIX_CHARACTERS = 1000  # about 160 words of English, of which some 60 are in the table below
UNKNOWN = "und"

# Words that join and point rather than name things. They tell languages apart here, and in `split` a capital one after
# an abbreviation begins a sentence: hence no word that is often a name or a title.
FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": """the a an and or but if so of to in on at by for from with without as is are was were be been being it its
            this that these those he she they we you his her their our your my there here what which who whom whose when
            where why how not no all any some each every both many much most more other another such than then thus while
            during after before since until although though because however therefore moreover furthermore meanwhile
            nevertheless also only just even now once one two three i i'm i'll i've it's that's he's she's let's don't
            did do does have has had can could would should may might must will shall let please yes well perhaps
            according among under over between through about into onto against despite instead finally first second
            third later today yesterday tomorrow still yet our another several few nobody everyone someone nothing
            something thanks mr mrs ms dr earlier recently towards
            originally initially additionally following prior unlike currently eventually subsequently throughout upon within
            like finally usually sometimes often never always maybe hence neither either nor""",
        "de": """der die das den dem des ein eine einen einem einer eines und oder aber doch sondern denn wenn als wie so
            auch nur noch schon nicht kein keine ich du er sie es wir ihr mich mir ihn ihm uns euch mein dein sein seine
            seiner seinem seinen unser dieser diese dieses diesem diesen jeder jede jedes hier dort da dann nun jetzt
            heute gestern morgen in im an am auf aus bei beim mit nach vor von vom zu zum zur über unter durch für gegen
            ohne um bis seit während wegen trotz obwohl weil dass daß damit ob was wer wo wann warum welche welcher alle
            alles viele manche einige man sich ist sind war waren wird werden wurde wurden hat haben hatte hatten kann
            können könnte muss soll sollte nachdem außerdem jedoch dabei dazu danach daher darum deshalb trotzdem
            insgesamt dennoch bereits zudem später laut neben zwischen ja nein""",
        "fr": """le la les l' un une des du de d' et ou mais donc or ni car que qui quoi dont où il elle ils elles on je
            tu nous vous ce cet cette ces c' c'est ça cela ceci son sa ses leur leurs mon ma mes ton ta tes notre nos votre
            vos dans en au aux à par pour sur sous avec sans chez vers entre depuis pendant après avant contre comme si
            quand lorsque puis alors ainsi aussi toutefois cependant néanmoins pourtant enfin ensuite est sont était
            étaient a ont avait avaient sera seront être avoir fait ne pas plus très tout tous toute toutes même autre
            autres chaque plusieurs certains certaines quelques aucun aucune malgré selon parmi outre grâce bien il's
            j'ai d'autres l'année qu' s' n' j'""",
        "es": """el la los las lo un una unos unas de del al y e o u pero sino que quien quienes cual cuales cuyo donde
            cuando como porque pues si no sí se su sus mi mis tu tus nuestro nuestra este esta estos estas ese esa esos
            esas aquel aquella esto eso él ella ellos ellas yo nosotros usted ustedes me te le les nos en con sin por
            para sobre entre hasta desde hacia según durante tras contra ante bajo es son era eran fue fueron ser está
            están estaba estaban ha han había habían hay también además sin embargo aunque mientras entonces después
            antes ahora hoy ya más muy todo todos toda todas otro otra otros otras cada algunos algunas muchos muchas
            así luego finalmente actualmente posteriormente""",
        "it": """il lo la i gli le l' un uno una un' di del dello della dei degli delle a al allo alla ai agli alle da dal
            dalla dai dalle in nel nella nei nelle su sul sulla sui sulle con per tra fra e ed o ma però che chi cui
            quando come dove perché se non si è sono era erano fu furono essere ha hanno aveva avevano questo questa
            questi queste quello quella quelli quelle egli lui lei loro io noi voi suo sua suoi sue mio tuo anche più
            molto tutto tutti tutte ogni alcuni alcune altro altri dopo prima durante inoltre infatti tuttavia quindi
            così poi già ancora dell' all' nell' dall' c'è""",
        "pt": """o a os as um uma uns umas de do da dos das em no na nos nas ao aos à às por pelo pela pelos pelas para
            com sem sobre entre até desde após e ou mas porém que quem qual quando como onde porque se não sim é são era
            eram foi foram ser está estão estava há tem têm tinha havia seu sua seus suas meu minha este esta estes estas
            esse essa isso isto aquele aquela ele ela eles elas eu nós você vocês também além disso ainda mais muito
            todo todos toda todas outro outra outros outras cada alguns algumas durante depois antes então já assim""",
        "nl": """de het een en of maar want dus als dan dat die dit deze er hier daar wat wie waar wanneer waarom hoe ik
            jij je hij zij ze wij we jullie u hem haar hen hun mijn zijn ons onze niet geen ook nog al wel van in op aan
            uit bij met na naar voor door over onder tussen tot tegen zonder om is was waren wordt worden werd werden
            heeft hebben had hadden kan kunnen moet zal zou omdat hoewel terwijl toen nu echter bovendien daarom
            daarnaast alle veel sommige elke andere volgens sinds tijdens""",
        "pl": """i a w z na do o u od po za przez przy dla bez pod nad przed między ze we oraz lub albo ale lecz więc że
            żeby aby jak gdy kiedy gdzie który która które którzy co kto się nie tak jest są był była było były będzie
            być ma mają miał to ten ta te tego tej tym tych on ona ono oni one ja ty my wy jego jej ich mój nasz także
            również jednak ponieważ jeśli jeżeli już jeszcze tylko bardzo wszystkie każdy inne inny po potem później
            następnie obecnie""",
        "sv": """och att det som en ett den de på är av för med till i om inte har var han hon vi jag du ni så men eller
            från vid kan ska skulle hade efter under över mellan när där här detta denna dessa också bara mycket alla
            sin sitt sina deras blev bli hans hennes""",
        "da": """og at det som en et den de på er af for med til i om ikke har var han hun vi jeg du så men eller fra ved
            kan skal skulle havde efter under over mellem når hvor her dette denne disse også kun meget alle sin sit
            sine deres blev bliver hans hendes""",
        "no": """og at det som en ei et den de på er av for med til i om ikke har var han hun vi jeg du så men eller fra
            ved kan skal skulle hadde etter under over mellom når hvor her dette denne disse også bare mye alle sin sitt
            sine deres ble blir hans hennes""",
        "fi": """ja on ei se että hän oli joka mutta myös kun niin kuin ovat olla sen ne he minä sinä me te tämä tämän
            mukaan jälkeen vuonna sekä tai jos sitten vain ollut""",
        "tr": """ve bir bu da de için ile olarak olan daha çok gibi kadar sonra ise ancak ama o onun onlar ben sen biz
            siz ne değil var yok her en veya tarafından""",
        "cs": """a i v ve z ze na do o u od po za před při pro bez pod nad mezi ale nebo že aby jak když kde který která
            které co kdo se si ne je jsou byl byla bylo byli bude být má to ten ta tato tento on ona oni já ty my jeho
            její jejich také však protože jestli už ještě jen""",
        "ro": """și în de la cu pe din pentru un o este sunt a fost al ale ai care ce că nu se sau dar mai după prin
            între până acest această aceste lui ei el ea lor fi era au""",
        "hu": """a az és hogy nem is egy volt de ez azt ha csak már még mint meg van el ki fel vagy aki ami mert minden
            után alatt között""",
        "id": """yang dan di dari untuk dengan pada ini itu adalah ke dalam tidak oleh sebagai juga akan telah atau
            mereka dia kami saya anda bisa karena tersebut lebih""",
        "vi": """và của là các có cho không được một trong những với người này đã đến từ khi cũng tại ra như về để""",
        "ru": """и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было
            вот от меня еще ещё нет о из ему теперь когда даже ну если уже или ни быть был него до вас вам ведь там потом
            себя ничего ей они тут где есть для мы их чем была сам без чего тоже под будет кто этот того потому этого
            какой совсем здесь этом один почти мой тем чтобы сейчас были куда зачем всех можно при об другой хоть после
            над больше через эти нас про всего них какая много разве три эту моя впрочем свою этой перед иногда лучше
            чуть том нельзя такой им более всегда конечно всю между также однако кроме поэтому затем это эта именно во
            несмотря среди согласно позже позднее сегодня""",
        "uk": """і й в у та не що він на я з із зі як а то все вона так його але ти до же ви за по тільки її мені було
            від ще ні о коли навіть якщо вже або бути був них там потім вони де є для ми їх чим була без тут це цей ця
            який яка які під між також через після при про""",
        "bg": """и в във на не че той с със за от се да е са по това като но ще към до при или тя те си беше бяха има
            няма само след преди между който която които когато където както този тази тези""",
        "ar": "", "fa": "", "ur": "", "hi": "", "zh": "", "ja": "", "ko": "",
    }.items()
    if words
}  # fmt: skip

# Languages told by their words, by script
LATIN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "no", "fi", "tr", "cs", "ro", "hu", "id", "vi")
CYRILLIC = ("ru", "uk", "bg")

# Letters that tell languages of one script apart where the words do not; each weighs a tenth of a word
TELLING_LETTERS = {"ru": "[ыэёЫЭЁ]", "uk": "[іїєґІЇЄҐ]", "bg": "[ъЪѝ]"}

# Script -> ranges of code points; the first name of a script is its language unless its words decide
SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF)),
    "cyrillic": ((0x400, 0x52F),),
    "zh": ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF)),
    "ja": ((0x3041, 0x30FA), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)),
    "ko": ((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3130, 0x318F)),
    "ar": ((0x620, 0x6D3), (0x750, 0x77F)),
    "hi": ((0x900, 0x963), (0x966, 0x97F)),
    "el": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "he": ((0x590, 0x5FF),),
    "hy": ((0x530, 0x588),),
    "ka": ((0x10A0, 0x10FF),),
    "bn": ((0x980, 0x9FF),),
    "pa": ((0xA00, 0xA7F),),
    "gu": ((0xA80, 0xAFF),),
    "ta": ((0xB80, 0xBFF),),
    "te": ((0xC00, 0xC7F),),
    "kn": ((0xC80, 0xCFF),),
    "ml": ((0xD00, 0xD7F),),
    "si": ((0xD80, 0xDFF),),
    "th": ((0xE00, 0xE7F),),
    "lo": ((0xE80, 0xEFF),),
    "my": ((0x1000, 0x109F),),
    "am": ((0x1200, 0x139F),),
    "km": ((0x1780, 0x17FF),),
}
PERSIAN, URDU = (0x67E, 0x686, 0x698, 0x6AF, 0x6CC), (0x679, 0x688, 0x691, 0x6D2, 0x6BA)


def detect(texts: pa.Array) -> pa.Array:
    """The ISO 639-1 code of each text's language, or `und`; never null."""
    prefixes = pc.utf8_slice_codeunits(pc.fill_null(texts, ""), 0, PREFIX_CHARACTERS)
    counts_NS = script_counts(prefixes)
    names = np.array([*SCRIPTS, UNKNOWN], object)
    best_N = counts_NS[:, : len(SCRIPTS)].argmax(axis=1)
    best_N[counts_NS[:, : len(SCRIPTS)].max(axis=1, initial=0) == 0] = len(SCRIPTS)
    codes_N = names[best_N]
    position = {name: number for number, name in enumerate(SCRIPTS)}
    # Japanese mixes kana into Han; a tenth of kana is far above what Chinese quotes of it
    kana_N, han_N = counts_NS[:, position["ja"]], counts_NS[:, position["zh"]]
    codes_N[(codes_N == "zh") & (kana_N * 10 >= han_N) & (kana_N > 0)] = "ja"
    arabic = codes_N == "ar"
    persian_N, urdu_N = counts_NS[:, -2], counts_NS[:, -1]
    codes_N[arabic & (persian_N * 50 > counts_NS[:, position["ar"]])] = "fa"
    codes_N[arabic & (urdu_N * 50 > counts_NS[:, position["ar"]])] = "ur"
    for script, languages in (("latin", LATIN), ("cyrillic", CYRILLIC)):
        members = np.flatnonzero(codes_N == script)
        if len(members):
            codes_N[members] = by_words(prefixes.take(pa.array(members)), languages)
    return pa.array(codes_N, pa.string())


@functools.cache
def script_table() -> np.ndarray:
    """Script of every code point by its number in SCRIPTS, then one for none, uint8 [0x110000]."""
    table = np.full(0x110000, len(SCRIPTS), np.uint8)
    for number, ranges in enumerate(SCRIPTS.values()):
        for first, last in ranges:
            table[first : last + 1] = number
    return table


def script_counts(prefixes: pa.Array) -> np.ndarray:
    """Characters of each script, int64 [N, S + 3]: of no script, of Persian and of Urdu only come last."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(prefixes)], pa.int32()), prefixes)
    joined = pc.binary_join(whole, "")[0].as_py() or ""
    points = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    scripts = script_table()[points].astype(np.int64)
    width = len(SCRIPTS) + 3
    for offset, letters in ((1, PERSIAN), (2, URDU)):
        own = np.isin(points, letters) if (scripts == list(SCRIPTS).index("ar")).any() else np.zeros(len(points), bool)
        scripts[own] = len(SCRIPTS) + offset
    row_N = np.repeat(np.arange(len(prefixes)), pc.utf8_length(prefixes).to_numpy(zero_copy_only=False))
    counts = np.bincount(row_N * width + scripts, minlength=len(prefixes) * width)
    return counts.reshape(len(prefixes), width)


@functools.cache
def word_weights(languages: tuple[str, ...]) -> tuple[pa.Array, np.ndarray]:
    """All common words of some languages, and 1 / number of languages that share it where a language has it, [W, L]."""
    words = sorted(set().union(*(FUNCTION_WORDS[language] for language in languages)))
    has_WL = np.array([[word in FUNCTION_WORDS[language] for language in languages] for word in words], float)
    return pa.array(words), has_WL / has_WL.sum(axis=1, keepdims=True)


def by_words(prefixes: pa.Array, languages: tuple[str, ...]) -> np.ndarray:
    """The language whose common words weigh most in each text, `und` without a clear one, object [N]."""
    words = pc.split_pattern_regex(pc.utf8_lower(prefixes), r"[\s,.;:!?\"()«»“”„]+")
    known, weights_WL = word_weights(languages)
    index = pc.index_in(words.flatten(), known).fill_null(len(known)).to_numpy(zero_copy_only=False)
    counts_N = pc.list_value_length(words).to_numpy(zero_copy_only=False)
    row = np.repeat(np.arange(len(prefixes)), counts_N)
    scores_NL = np.zeros((len(prefixes), len(languages)))
    padded_WL = np.concatenate([weights_WL, np.zeros((1, len(languages)))])
    for number in range(len(languages)):
        scores_NL[:, number] = np.bincount(row, padded_WL[index, number], minlength=len(prefixes))
        if languages[number] in TELLING_LETTERS:
            letters = pc.count_substring_regex(prefixes, TELLING_LETTERS[languages[number]])
            scores_NL[:, number] += 0.1 * letters.to_numpy(zero_copy_only=False)
    order_NL = np.sort(scores_NL, axis=1)
    clear_N = (order_NL[:, -1] >= 0.5) & (order_NL[:, -1] > 1.1 * order_NL[:, -2])
    codes_N = np.array(languages, object)[scores_NL.argmax(axis=1)]
    codes_N[~clear_N] = UNKNOWN
    return codes_N
