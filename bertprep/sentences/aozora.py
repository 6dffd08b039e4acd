"""Remove the notation of Aozora Bunko, a Japanese library of works in the public domain, from its texts.

    桃太郎                                                kept
    楠山正雄
    -------------------------------------------------------
    【テキスト中に現れる記号について】                         explanation of the notation, dropped
    ...
    -------------------------------------------------------
    ［＃７字下げ］一［＃「一」は中見出し］                      一
    山へしば刈《か》りに、｜この子《ぼうや》と。               　山へしば刈りに、この子と。
    ※［＃「てへん＋劣」、第3水準1-84-77］                     挘, by its code in JIS X 0213, or in Unicode (U+6318)
    〔cafe'〕、いよ／＼                                      café、いよ〳〵
    底本：「日本の神話と十大昔話」講談社                         the colophon, dropped with everything after it
    ...

A text is recognized by the explanation between two rules, or by a colophon that names the library (青空文庫); all have one.
A character given only by a description becomes a hole, and the sentence is dropped.
"""

import re
import unicodedata

import pyarrow as pa

from ..core.literals import changed_where, holding
from ..corpus.documents import HOLE

READINGS, ANNOTATIONS, NOTICES = "aozora_readings", "aozora_annotations", "aozora_notices"
COUNTERS = (READINGS, ANNOTATIONS, NOTICES)

LIBRARY, HEADING = "青空文庫", "【テキスト中に現れる記号について】"
EXPLANATION = re.compile(
    rf"^-{{20,}}[ 　]*\n+{HEADING}[^\n]*\n(?:(?!-{{20}})[^\n]*\n){{0,100}}-{{20,}}[ 　]*(?:\n|\Z)", re.M
)
COLOPHON = re.compile(r"^(?:翻訳の)?底本[：:]", re.M)
COLOPHON_CHARACTERS = 6000  # at most
EXTERNAL = re.compile(r"※?［＃[^［］\n]*?(?:、|水準)(?:(\d)-(\d{1,2})-(\d{1,2})|U\+([0-9A-Fa-f]{4,6}))[^［］\n]*］")
DESCRIBED = re.compile(r"※［＃[^［］\n]*］")
ANNOTATION = re.compile(r"［＃[^［］]*］")
READING = re.compile(r"《[^《》\n]*》")
BASE = re.compile(r"｜(?=[^《｜\n]*《)")
FOREIGN = re.compile(r"〔([\x20-\x7e\u00a0-\u024f]+)〕")
ACCENTED = {"'": "aeiouy", "`": "aeiou", "^": "aeiou", ":": "aeiouy", "~": "ano", ",": "cs", "_": "aeiou", "&": "a"}
ACCENT = re.compile(
    "|".join(f"[{letters}]{re.escape(sign)}" for sign, letters in ACCENTED.items()) + "|[oOdDlLhH]/|s&", re.I
)
MARKS = dict(zip("'`^:~,_&", "\u0301\u0300\u0302\u0308\u0303\u0327\u0304\u030a", strict=True))
OTHERS = {"o/": "ø", "O/": "Ø", "d/": "đ", "D/": "Đ", "l/": "ł", "L/": "Ł", "s&": "ß", "h/": "ħ", "H/": "Ħ"}
LIGATURES = (("ae&", "æ"), ("AE&", "Æ"), ("oe&", "œ"), ("OE&", "Œ"))
REPEATED = (("／″＼", "〴〵"), ("／＼", "〳〵"))


def plain(texts: pa.Array, counters: dict[str, int]) -> pa.Array:
    """Remove notation and notices from the texts of Aozora Bunko; what is removed is counted."""
    signed_N = holding(texts, LIBRARY) | holding(texts, HEADING)
    return changed_where(texts, signed_N, lambda text: work(text, counters))


def work(text: str, counters: dict[str, int]) -> str:
    """A text without what the library added; unchanged if it is not one of the library's."""
    lines = text.replace("\r\n", "\n")
    explanation, colophon = EXPLANATION.search(lines), _colophon(lines)
    if explanation is None and colophon is None:
        return text
    for name in COUNTERS:  # added here so that other corpora do not have these counters
        counters.setdefault(name, 0)
    counters[NOTICES] += (explanation is not None) + (colophon is not None)
    lines = lines[:colophon]
    has_readings = explanation is not None and "《" in explanation[0]
    if explanation is not None:
        lines = lines[: explanation.start()] + lines[explanation.end() :]
    return _without_signs(lines, has_readings, counters)


def _colophon(text: str) -> int | None:
    """The start of the colophon that names the library; None if there is none."""
    found = COLOPHON.search(text, max(len(text) - COLOPHON_CHARACTERS, 0))
    return found.start() if found and LIBRARY in text[found.start() :] else None


def _without_signs(text: str, has_readings: bool, counters: dict[str, int]) -> str:
    for pattern, instead in ((EXTERNAL, _character), (DESCRIBED, HOLE), (ANNOTATION, ""), (ANNOTATION, "")):
        text, count = pattern.subn(instead, text)
        counters[ANNOTATIONS] += count
    if has_readings:
        text, count = READING.subn("", BASE.sub("", text))
        counters[READINGS] += count
    for sign, character in REPEATED:
        text = text.replace(sign, character)
    return FOREIGN.sub(_foreign, text)


def _character(found: re.Match[str]) -> str:
    """The character that an annotation gives by plane, row and cell of JIS X 0213, or by code point."""
    if not found[0].startswith("※"):
        return ""
    try:
        if found[4]:
            return chr(int(found[4], 16))
        plane, row, cell = (int(number) for number in found.group(1, 2, 3))
        return (b"\x8f" * (plane - 1) + bytes((0xA0 + row, 0xA0 + cell))).decode("euc_jis_2004")
    except (ValueError, OverflowError):
        return HOLE


def _foreign(found: re.Match[str]) -> str:
    """Compose letters and the accents written after them in words within brackets."""
    words = found[1]
    for sign, character in LIGATURES:
        words = words.replace(sign, character)
    written = ACCENT.sub(lambda pair: OTHERS.get(pair[0]) or _accented(pair[0]), words)
    return written if written != found[1] else found[0]


def _accented(pair: str) -> str:
    return unicodedata.normalize("NFC", pair[0] + MARKS.get(pair[1], pair[1]))
