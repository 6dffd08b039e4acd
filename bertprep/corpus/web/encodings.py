"""Decode the bytes of a page, by what the bytes are, or else by what the page and its server declare.

Some declared names mean other encodings today (WHATWG Encoding Standard): "latin1" is Windows-1252, "shift_jis" includes
Windows' additions. The library resiliparse knows these names, and guesses if none is declared.
"""

import codecs
import re

HEAD_BYTES = 1 << 14  # of a page, within which its encoding is declared
MOST_REPLACED = 0.01  # share of invalid characters above which a page is not text

DECLARED = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml\b[^>]{0,100}?\bencoding\s*=\s*["']([\w.:-]+)""",
    re.I,
)
# WHATWG Encoding Standard: declared encodings and their actual meaning
MEANT = {"shift_jis": "cp932", "euc_kr": "cp949", "gbk": "gb18030", "iso8859-11": "cp874", "big5": "big5hkscs"}
MEANT |= {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "utf-7": "utf-8"}
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decoded(data: bytes, charset: str | None) -> str | None:
    """Decode a page; None if it is not text.

    By its byte order mark; as UTF-8 if it is valid; as the page or the server declares; by a guess. Servers often declare
    something wrong, and text in another encoding is never valid UTF-8 by chance.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").replace("\ufffd", "")
    declared = _declared(data, charset)
    if declared is None or not declared.startswith(("iso2022", "utf-16")):
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            if error.start > len(data) - 4 and error.reason == "unexpected end of data":
                return data[: error.start].decode()
    encoding = declared or _guessed(data)
    text = data.decode(encoding, "replace")
    wrong = text.count("\ufffd")
    if wrong > MOST_REPLACED * len(text):
        return None
    return text.replace("\ufffd", "") if wrong else text


def _declared(data: bytes, charset: str | None) -> str | None:
    """The encoding that the server or the page declares, by Python's name."""
    found = DECLARED.search(data, 0, HEAD_BYTES)
    in_page = (found[1] or found[2]).decode("ascii", "replace") if found else None
    for label in (charset, in_page):
        if label and (encoding := _known(label)) and not (label is in_page and encoding.startswith("utf-16")):
            return encoding
    return None


def _known(label: str) -> str | None:
    from resiliparse.parse.encoding import map_encoding_to_html5

    name = map_encoding_to_html5(label.strip(), False) or label.strip()
    try:
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return MEANT.get(name, name)


def _guessed(data: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    return _known(detect_encoding(data) or "windows-1252") or "cp1252"
