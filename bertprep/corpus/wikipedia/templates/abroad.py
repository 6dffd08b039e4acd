"""Templates of other languages' Wikipedias that carry words of the prose, over the English ones; a line each.

Numbers are parted as each language does, and `{{lang-en|...}}` is labelled in it, where the table has the words; else the
text stands alone.
"""

import functools
import re
from collections.abc import Callable

from .arguments import SUPERSCRIPTS, Arguments, Handler, pairs
from .names import FUNCTIONS, HANDLERS, first, in_marks, literal, second
from .words import fraction, language_handler, nihongo, quote

# what parts thousands, and what decimals
SEPARATORS = dict.fromkeys(("de", "it", "nl", "pt", "da", "id", "tr", "el"), (".", ","))
SEPARATORS |= dict.fromkeys(("fr", "es", "ru", "uk", "pl", "cs", "sv", "no", "fi", "hu", "bg"), (" ", ","))

# text -> label and text; code -> name of a language
LABELS: dict[str, tuple[str, dict[str, str]]] = {
    "de": ("{} {}", pairs(
        "en=englisch;fr=französisch;es=spanisch;it=italienisch;ru=russisch;la=lateinisch;el=griechisch"
        ";grc=altgriechisch;ja=japanisch;zh=chinesisch;ar=arabisch;he=hebräisch;tr=türkisch;pl=polnisch"
        ";cs=tschechisch;nl=niederländisch;pt=portugiesisch;uk=ukrainisch;hu=ungarisch;fa=persisch"
        ";ko=koreanisch;sv=schwedisch;da=dänisch;ro=rumänisch;sr=serbisch;hr=kroatisch;sl=slowenisch"
    )),
    "fr": ("en {} : {}", pairs(
        "en=anglais;de=allemand;es=espagnol;it=italien;ru=russe;la=latin;el=grec;grc=grec ancien"
        ";ja=japonais;zh=chinois;ar=arabe;he=hébreu;tr=turc;pl=polonais;nl=néerlandais;pt=portugais"
        ";uk=ukrainien;fa=persan;ko=coréen"
    )),
    "es": ("en {}: {}", pairs(
        "en=inglés;de=alemán;fr=francés;it=italiano;ru=ruso;la=latín;el=griego;grc=griego antiguo"
        ";ja=japonés;zh=chino;ar=árabe;he=hebreo;tr=turco;pl=polaco;nl=neerlandés;pt=portugués"
        ";eu=euskera;ca=catalán;gl=gallego;ko=coreano"
    )),
    "ru": ("{} {}", pairs(
        "en=англ.;de=нем.;fr=фр.;es=исп.;it=итал.;la=лат.;el=греч.;grc=др.-греч.;ja=яп.;zh=кит.;ar=араб."
        ";he=ивр.;tr=тур.;pl=польск.;uk=укр.;be=белор.;nl=нид.;pt=порт.;fa=перс.;ko=кор.;cs=чеш."
        ";sv=швед.;fi=фин.;hu=венг.;tt=тат.;kk=каз.;hy=арм.;ka=груз."
    )),
    "zh": ("{}：{}", pairs(
        "en=英语;de=德语;fr=法语;es=西班牙语;it=意大利语;ru=俄语;la=拉丁语;el=希腊语;grc=古希腊语;ja=日语;ko=韩语;ar=阿拉伯语;he=希伯来语"
        ";vi=越南语;pt=葡萄牙语;nl=荷兰语;th=泰语;fa=波斯语;tr=土耳其语"
    )),
    "ja": ("{}: {}", pairs(
        "en=英語;de=ドイツ語;fr=フランス語;es=スペイン語;it=イタリア語;ru=ロシア語;la=ラテン語;el=ギリシア語;grc=古代ギリシア語;zh=中国語;ko=朝鮮語"
        ";ar=アラビア語;he=ヘブライ語;pt=ポルトガル語;nl=オランダ語;fa=ペルシア語;tr=トルコ語"
    )),
}  # fmt: skip
MONTHS = {
    "es": list(pairs("enero;febrero;marzo;abril;mayo;junio;julio;agosto;septiembre;octubre;noviembre;diciembre")),
    "fr": list(pairs("janvier;février;mars;avril;mai;juin;juillet;août;septembre;octobre;novembre;décembre")),
    "ru": list(pairs("января;февраля;марта;апреля;мая;июня;июля;августа;сентября;октября;ноября;декабря")),
}
CENTURY = re.compile(r"([ivxlc]{1,6})(er|e) siècle( av\.? ?j\.?-?c\.?)?")


def parted(text: str, language: str) -> str:
    """A number with the separators of a language; other text unchanged.

    >>> parted("-12500.25", "de")
    '−12.500,25'
    """
    match = re.fullmatch(r"([-−+]?)(\d{1,30})(?:[.,](\d+))?", text.replace(" ", "").replace("\xa0", ""))
    if not match:
        return text
    thousands, point = SEPARATORS.get(language, (",", "."))
    whole = f"{int(match[2]):,}".replace(",", thousands)
    return match[1].replace("-", "−") + whole + (point + match[3] if match[3] else "")


def measure(language: str) -> Handler:
    """{{unité|12500|km|2}} -> 12 500 km²: a number, then units, each with its power."""

    def handler(arguments: Arguments) -> str:
        words = arguments.filled()[:8]
        powers = re.compile(r"[-−]?\d")
        units = "".join(
            word.translate(SUPERSCRIPTS) if powers.fullmatch(word) else "⋅" * (place > 0) + word
            for place, word in enumerate(words[1:])
        )
        return f"{parted(words[0], language)} {units}".strip() if words else ""

    return handler


def day(language: str, glue: str, first_day: str = "1") -> Handler:
    """{{date|1|1|2000}} -> 1er janvier 2000; a month may be a number or a word."""

    def handler(arguments: Arguments) -> str:
        number, month, year = (arguments.at(place) for place in range(3))
        if month.isascii() and month.isdecimal() and 1 <= int(month[:3]) <= 12:
            month = MONTHS[language][int(month[:3]) - 1]
        number = number.lstrip("0")
        return glue.join(word for word in (first_day if number == "1" else number, month, year) if word)

    return handler


def french_century(after: str) -> Handler:
    """{{s|XIX|e}} -> XIXe siècle."""

    def handler(arguments: Arguments) -> str:
        number = arguments.at(0)
        return f"{number}{arguments.at(1) or ('er' if number == 'I' else 'e')} siècle{after}" if number else ""

    return handler


def french_centuries(arguments: Arguments) -> str:
    """{{sp|XIX|e|au|XX|e}} -> XIXe au XXe siècle."""
    one, ending, word, other, other_ending = (arguments.at(place) for place in range(5))
    return f"{one}{ending} {word} {other}{other_ending} siècle"


def spanish_century(arguments: Arguments) -> str:
    era = {"a": " a. C.", "d": " d. C."}.get(arguments.at(1), "")
    return f"siglo {arguments.at(0)}{era}"


def life(arguments: Arguments) -> str:
    """{{bd|1900年|1月1日|1980年|2月2日}} -> （1900年1月1日－1980年2月2日）."""
    words = ["".join(arguments.list[start : start + 2]) for start in (0, 2)]
    return f"（{words[0]}－{words[1]}）" if words[0] else ""


def shown_link(*places: int) -> Handler:
    """The first numbered argument that is there, of some in order."""
    return lambda arguments: arguments.get("label", "lt") or next(filter(None, map(arguments.at, places)), "")


def with_reading(arguments: Arguments) -> str:
    """{{読み仮名|漢字|かな}} -> 漢字（かな）."""
    return f"{arguments.at(0)}（{arguments.at(1)}）" if arguments.at(1) else arguments.at(0)


def spaced(before: str = "", count: int = 3) -> Handler:
    return lambda arguments: " ".join([before] * bool(before) + arguments.filled()[:count])


def chapter_and_verse(arguments: Arguments) -> str:
    return f"{arguments.at(0)} {','.join(arguments.filled()[1:3])}".strip()


def labelled(language: str, code: str) -> Handler:
    """{{lang-en|word}} in another language's Wikipedia: англ. word."""
    form, known = LABELS.get(language, ("", {}))
    name = known.get(code) or known.get(code.split("-")[0], "")

    def handler(arguments: Arguments) -> str:
        text = arguments.at(0)
        return form.format(name, text) if text and name else text

    return handler


TABLES: dict[str, list[tuple[Handler, str]]] = {
    "de": [
        (in_marks("„", "“"), '";zitat-de;anführungszeichen'),
        (quote, "zitat;zitat2"),
        (first, "polytonisch;latein;s;schriftgröße;kapitälchen;versal"),
        (lambda arguments: f"{parted(arguments.at(0), 'de')} m", "höhe"),
        (spaced("§", 2), "§"),
        (spaced("Art.", 2), "art."),
        (chapter_and_verse, "bibel"),
        (fraction, "bruch"),
    ],
    "fr": [
        (measure("fr"), "unité;nombre;nb;unite"),
        (day("fr", " ", "1er"), "date;date-;date de naissance;date de décès;date de naissance-;date-naissance;naissance"),
        (french_century(""), "s;s-;siècle;siècle2"),
        (french_century(" av. J.-C."), "-s;-s-;s av. j.-c."),
        (french_centuries, "sp;sp-;s2;s2-"),
        (literal("av. J.-C."), "av jc;av. j.-c.;avjc;av j.-c.;avant jc;-jc"),
        (literal("apr. J.-C."), "ap jc;ap. j.-c.;apr. j.-c.;apjc"),
        (in_marks("« ", " »"), "citation;cita;guil;\";citation nécessaire;«"),
        (quote, "citation bloc;bloc citation;début citation bloc"),
        (in_marks("– ", " –"), "incise"),
        (second, "langue;lang"),
        (first, "petites capitales;petite capitale;pc;sc;sc2;abréviation;abréviation discrète;abrd;lnobr;terme défini;sp-num"),
        (first, "heure-"),
        (spaced("no"), "n°;numéro;no;nº;n;numero"),
        (spaced("nos"), "nos;n° d"),
        (spaced("M."), "m.;m"),
        (spaced("Mme"), "mme"),
        (spaced("Mlle"), "mlle"),
        (spaced("Dr"), "dr"),
        (spaced("vol."), "vol.;vol"),
        (spaced("p."), "p.;page"),
        (lambda arguments: " h ".join(arguments.list[:2]).strip(), "heure"),
        (lambda arguments: arguments.at(0).translate(SUPERSCRIPTS), "exp;exposant"),
        (first, "ind;indice"),
        (lambda arguments: "×10" + arguments.at(0).translate(SUPERSCRIPTS), "x10"),
        (nihongo, "japonais;coréen;chinois"),
        (lambda arguments: arguments.get("texte") or arguments.at(0), "lien"),
        *((literal(word), word) for word in ("1er", "1re", "2e", "3e", "4e", "5e", "er", "e", "re", "ère", "es", "nd", "nde")),
    ],
    "es": [
        (measure("es"), "unidad;número;esd-unidad"),
        (day("es", " de "), "fecha;fecha de inicio;fecha de nacimiento;fecha de fallecimiento"),
        (spanish_century, "siglo"),
        (literal("a. C."), "ac;a. c.;a.c."),
        (literal("d. C."), "dc;d. c.;d.c."),
        (in_marks("«", "»"), "cita;comillas"),
        (quote, "cita bloque;cita destacada"),
        (first, "esd;versalita;versalitas;ene;sin cortes"),
        (lambda arguments: f"{arguments.at(0)}.{'ª' if arguments.at(1) == 'a' else 'º'}", "ord;ordinal"),
        (lambda arguments: arguments.at(0).translate(SUPERSCRIPTS), "exp"),
        (shown_link(2, 0), "enlace interlingüístico;enlace interlingüe"),
    ],
    "ru": [
        (first, "s;comment;кратко;тк;не переводить;unicode;лупа;сокр;подсказка;начало скрытого"),
        (shown_link(1, 0), "iw;iw2;не переведено;нп;" + ";".join(f"нп{n};не переведено {n}" for n in range(1, 6))),
        (lambda arguments: parted(arguments.at(0), "ru"), "число;num;formatnum"),
        (day("ru", " "), "дата;дата рождения;дата смерти"),
        (spaced("", 2), "oldstyledate;старый стиль"),
        (quote, "цитата;начало цитаты;врезка-цитата"),
        (in_marks("«", "»"), "кавычки;qq"),
        (literal("руб."), "руб;рубль"),
        (literal("—"), "тире"),
        (literal("до н. э."), "до н. э.;до н.э."),
    ],
    "zh": [
        (life, "bd"),
        (shown_link(2, 0), "le;internal link helper"),
        (shown_link(3, 2, 1), "tsl;translink"),
        (first, "ruby;ruby-ja;僻字;專名;专名;書名;书名;漢字;誤字;黑幕;heimu"),
        (spaced("", 2), "年号;年號"),
        (lambda arguments: f"新臺幣{parted(arguments.at(0), 'zh')}元", "ntd;nt$;nt;twd"),
        (lambda arguments: f"港幣{parted(arguments.at(0), 'zh')}元", "hkd;hk$"),
        (lambda arguments: f"人民币{parted(arguments.at(0), 'zh')}元", "cny;rmb"),
    ],
    "ja": [
        (shown_link(0), "仮リンク"),
        (with_reading, "読み仮名;読み仮名 ruby不使用;よみがな;ふりがな"),
        (first, "ruby;ルビ;要出典範囲;要説明範囲;by;by2;機種依存文字;拡張漢字;補助漢字フォント;jis2004フォント;jis90フォント"),
        (first, "cp932フォント;旧字体;新字体;縦書き;和暦;要検証範囲;独自研究範囲"),
        (lambda arguments: "{}年{}月{}日".format(*(arguments.at(place) for place in range(3))), "生年月日と年齢;生年月日"),
    ],
}  # fmt: skip
# names that begin like this are links to an article that another Wikipedia has
LINKS: dict[str, tuple[str, Handler]] = {
    "zh": ("link-", shown_link(2, 0)),
    "ja": ("link-", shown_link(2, 0)),
}


@functools.cache
def finder(language: str) -> Callable[[str], Handler | None]:
    """How a template is found by its name, in lower case, in the Wikipedia of a language."""
    language = language.split("-")[0]
    if language == "en" or not (language in SEPARATORS or language in TABLES):
        return find_english
    own = {name: handler for handler, names in TABLES.get(language, ()) for name in names.split(";")}
    if language == "de":  # {{enS|word}}
        own |= {f"{code}s": labelled("de", code) for code in LABELS["de"][1]}
    handlers = HANDLERS | own
    functions = FUNCTIONS | {"formatnum": lambda arguments: parted(arguments.at(0), language)}
    handlers["formatnum"] = functions["formatnum"]
    prefix, link = LINKS.get(language, ("\0", first))

    def find(name: str) -> Handler | None:
        if handler := handlers.get(name):
            return handler
        if name.startswith("lang-"):
            return labelled(language, name[5:].removesuffix("-short"))
        if name.startswith(prefix):
            return link
        if language == "fr" and (match := CENTURY.fullmatch(name)):
            return literal(f"{match[1].upper()}{match[2]} siècle{' av. J.-C.' * bool(match[3])}")
        return functions.get(name.partition(":")[0]) if ":" in name else None

    return find


def find_english(name: str) -> Handler | None:
    """How a template of the English Wikipedia is shown."""
    handler = HANDLERS.get(name)
    if handler is None and name.startswith("lang-"):
        handler = language_handler(name[5:])
    if handler is None and ":" in name:
        handler = FUNCTIONS.get(name.partition(":")[0])
    return handler
