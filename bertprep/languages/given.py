"""Recognize the language that a user's code or name means.

deu ger DE de-AT de_DE.UTF-8    de    by ISO 639-2 and 639-3 and by BCP 47; likewise iw, the former code of Hebrew
jp german deutsch                     not standard: the error suggests the likely code
"""

import difflib
import re
import reprlib
from collections.abc import Sequence

from ..core.errors import UsageError
from . import LONGEST_CODE, codes, load

STANDARD = {  # language -> its three-letter codes, and former ones
    "af": "afr", "am": "amh", "ar": "ara arb", "as": "asm", "az": "aze", "ba": "bak", "be": "bel", "bg": "bul",
    "bi": "bis", "bn": "ben", "bo": "bod tib", "br": "bre", "bs": "bos", "ca": "cat", "ce": "che", "cs": "ces cze",
    "cv": "chv", "cy": "cym wel", "da": "dan", "de": "deu ger", "dv": "div", "dz": "dzo", "el": "ell gre",
    "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "eus baq", "fa": "fas per pes", "fi": "fin",
    "fo": "fao", "fr": "fra fre", "fy": "fry", "ga": "gle", "gd": "gla", "gl": "glg", "gu": "guj", "he": "heb iw",
    "hi": "hin", "hr": "hrv", "ht": "hat", "hu": "hun", "hy": "hye arm", "ia": "ina", "id": "ind", "io": "ido",
    "is": "isl ice", "it": "ita", "ja": "jpn", "jv": "jav jw", "ka": "kat geo", "kk": "kaz", "km": "khm", "kn": "kan",
    "ko": "kor", "ku": "kur kmr", "ky": "kir", "la": "lat", "lb": "ltz", "lo": "lao", "lt": "lit", "lv": "lav",
    "mg": "mlg", "mk": "mkd mac", "ml": "mal", "mn": "mon khk", "mr": "mar", "ms": "msa may zsm", "mt": "mlt",
    "my": "mya bur", "nb": "nob", "ne": "nep", "nl": "nld dut", "nn": "nno", "no": "nor", "nr": "nbl", "oc": "oci",
    "or": "ori ory", "os": "oss", "pa": "pan", "pl": "pol", "ps": "pus pbt", "pt": "por", "qu": "que", "rm": "roh",
    "rn": "run", "ro": "ron rum mo", "ru": "rus", "rw": "kin", "sa": "san", "sd": "snd", "si": "sin", "sk": "slk slo",
    "sl": "slv", "sq": "sqi alb", "sr": "srp", "ss": "ssw", "st": "sot", "su": "sun", "sv": "swe", "sw": "swa swh",
    "ta": "tam", "te": "tel", "tg": "tgk", "th": "tha", "ti": "tir", "tk": "tuk", "tl": "tgl fil", "tn": "tsn",
    "tr": "tur", "tt": "tat", "ug": "uig", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "xh": "xho",
    "yi": "yid ji", "zh": "zho chi cmn", "zu": "zul",
}  # fmt: skip
OTHERS = {  # language -> country codes, and names other than the English one
    "ar": "eg sy iq jo ae arabi العربية عربي", "be": "by", "bg": "български", "bn": "bd bangla বাংলা", "ca": "català",
    "cs": "cz čeština cesky", "da": "dk dansk", "de": "at deutsch", "el": "gr ελληνικά", "en": "us gb inglés anglais",
    "es": "sp mx español espanol castellano castilian", "et": "ee", "fa": "ir farsi فارسی", "fi": "suomi",
    "fr": "français francais", "ga": "ie", "he": "il עברית", "hi": "in हिन्दी हिंदी", "hr": "hrvatski",
    "hu": "magyar", "id": "in bahasa", "it": "italiano", "ja": "jp 日本語 nihongo", "ka": "ge", "kk": "kz", "km": "kh",
    "ko": "kr 한국어 hangul", "ky": "kg", "lb": "lu", "ms": "melayu", "my": "mm", "ne": "np", "nl": "nederlands flemish",
    "no": "norsk", "pa": "pj", "pl": "polski", "pt": "português portugues", "rn": "kirundi", "ro": "md română romana",
    "ru": "русский", "si": "lk", "sr": "rs српски srpski", "ss": "swazi siswati", "sv": "se svenska",
    "sw": "kiswahili", "ta": "தமிழ்", "te": "తెలుగు", "tg": "tj", "th": "ไทย", "tk": "tm", "tl": "ph pilipino",
    "tr": "türkçe turkce", "uk": "ua українська", "ur": "pk اردو", "vi": "vn",
    "zh": "cn tw hk 中文 汉语 漢語 mandarin putonghua 普通话",
}  # fmt: skip
CODES = {given: code for code, all_given in STANDARD.items() for given in all_given.split()}
# country codes that are also language codes: Avestan, Ewe, Interlingue, Kongo, Kanuri, Luba, Northern Sami, Twi
LANGUAGES_TOO = frozenset(["ae", "ee", "ie", "kg", "kr", "lu", "se", "tw"])
CODE = re.compile("[a-z]{2,3}")
TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*(?:[.@][\w.@-]*)?")
SIMILAR, LONGEST_NAME = 0.8, 30  # cutoff for difflib, and length in letters
MOST_NAMED = 5


def standard(given: str) -> str:
    """Convert a standard code or tag to the code used here; anything else is returned as it is.

    >>> [standard(given) for given in ("ger", "zh-Hans", "pt_BR", "iw", "jp", "german")]
    ['de', 'zh', 'pt', 'he', 'jp', 'german']
    """
    tag = TAG.fullmatch(given.strip())
    code = tag[1].lower() if tag else given.strip()
    return code if code in codes() else CODES.get(code, code)


def meant(given: str) -> list[str]:
    """The languages that were probably meant by a nonstandard code or name.

    >>> [meant(given) for given in ("jp", "German", "englsh", "in", "zz", "de")]
    [['ja'], ['de'], ['en'], ['hi', 'id'], [], []]
    """
    word = given.lower()
    if word in codes():
        return []
    if found := [code for code, others in OTHERS.items() if word in others.split()]:
        return found
    if not LONGEST_CODE < len(word) <= LONGEST_NAME:
        return []
    names = {load(code).name.lower(): code for code in codes()}
    return [names[name] for name in difflib.get_close_matches(word, names, 1, SIMILAR)]


def question(given: Sequence[str]) -> str:
    """A suggestion for the user, or an empty string if there is none.

    >>> question(["jp"]), question(["in", "cn"]), question(["zz"])
    ('did you mean ja (Japanese)?', 'did you mean hi (Hindi) or id (Indonesian), zh (Chinese)?', '')
    """
    named = [" or ".join(f"{code} ({load(code).name})" for code in meant(each)) for each in given]
    return f"did you mean {', '.join(filter(None, named))}?" if any(named) else ""


def is_code(code: str) -> bool:
    """Whether this can be a language code: it has the form of one, and is not only a country code."""
    return bool(CODE.fullmatch(code)) and (code in LANGUAGES_TOO or not meant(code))


def language_codes(given: Sequence[str], option: str, takes: str) -> list[str]:
    """The language codes in an option's value (`--lang is`); `UsageError` if one is invalid."""
    found = [standard(each) for each in given]
    if all(map(is_code, found)):
        return found
    doubted = [code for code in found if not is_code(code) or meant(code)][:MOST_NAMED]
    suggestion = question(doubted)
    problem = f"{option} {', '.join(map(reprlib.repr, doubted))}"
    raise UsageError(f"{problem}; {suggestion} It {takes}" if suggestion else f"{problem}; it {takes}")
