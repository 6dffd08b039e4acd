"""Codes that are given for a language by mistake: of its country, of ISO 639-2 and 639-3, and old ones."""

from . import codes

GIVEN_FOR = {  # language -> codes of countries that are not codes of languages known here; old codes; codes of three letters
    "af": "afr", "am": "amh", "ar": "ara arb eg sy iq jo ae", "as": "asm", "az": "aze", "ba": "bak",
    "be": "bel by", "bg": "bul", "bi": "bis", "bn": "ben bd", "bo": "bod tib", "br": "bre", "bs": "bos", "ca": "cat",
    "ce": "che", "cs": "ces cze cz", "cv": "chv", "cy": "cym wel", "da": "dan dk", "de": "deu ger at",
    "dv": "div", "dz": "dzo", "el": "ell gre gr", "en": "eng us gb", "eo": "epo", "es": "spa sp mx",
    "et": "est ee", "eu": "eus baq", "fa": "fas per pes ir", "fi": "fin", "fo": "fao", "fr": "fra fre", "fy": "fry",
    "ga": "gle ie", "gd": "gla", "gl": "glg", "gu": "guj", "he": "heb iw il", "hi": "hin in", "hr": "hrv",
    "ht": "hat", "hu": "hun", "hy": "hye arm", "ia": "ina", "id": "ind", "io": "ido", "is": "isl ice", "it": "ita",
    "ja": "jpn jp", "jv": "jav jw", "ka": "kat geo ge", "kk": "kaz kz", "km": "khm kh", "kn": "kan",
    "ko": "kor kr", "ku": "kur kmr", "ky": "kir kg", "la": "lat", "lb": "ltz lu", "lo": "lao", "lt": "lit", "lv": "lav",
    "mg": "mlg", "mk": "mkd mac", "ml": "mal", "mn": "mon khk", "mr": "mar", "ms": "msa may zsm", "mt": "mlt",
    "my": "mya bur mm", "nb": "nob", "ne": "nep np", "nl": "nld dut", "nn": "nno", "no": "nor", "nr": "nbl", "oc": "oci",
    "or": "ori ory", "os": "oss", "pa": "pan pj", "pl": "pol", "ps": "pus pbt", "pt": "por", "qu": "que",
    "rm": "roh", "rn": "run", "ro": "ron rum mo md", "ru": "rus", "rw": "kin", "sa": "san", "sd": "snd",
    "si": "sin lk", "sk": "slk slo", "sl": "slv", "sq": "sqi alb", "sr": "srp rs", "ss": "ssw", "st": "sot",
    "su": "sun", "sv": "swe se", "sw": "swa swh", "ta": "tam", "te": "tel", "tg": "tgk tj", "th": "tha",
    "ti": "tir", "tk": "tuk tm", "tl": "tgl fil ph", "tn": "tsn", "tr": "tur", "tt": "tat", "ug": "uig",
    "uk": "ukr ua", "ur": "urd pk", "uz": "uzb", "vi": "vie vn", "xh": "xho", "yi": "yid ji",
    "zh": "zho chi cmn cn tw hk", "zu": "zul",
}  # fmt: skip
MEANT = {given: code for code, all_given in GIVEN_FOR.items() for given in all_given.split()}


def meant(code: str) -> str | None:
    """The language that was probably meant by a code that has no rules here, or None.

    >>> meant("jp"), meant("ger"), meant("zz")
    ('ja', 'de', None)
    """
    return None if code in codes() else MEANT.get(code)
