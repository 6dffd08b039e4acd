"""Text in encodings other than UTF-8: declared by a byte order mark or by the user, converted to UTF-8; guesses for messages.

    UTF-16 and UTF-32 with a byte order mark    read as the mark says
    any other that Python knows                 read if `--encoding` says so; never on a guess
    anything else                               refused, with guesses from its bytes in the message

Raises `InputError` for bytes that are invalid in the encoding, with their line, and for UTF-16 or UTF-32 without a mark.
"""

import codecs
import itertools
import re
from collections.abc import Iterator

from ..core.errors import InputError

MARKS = {  # UTF-32 first, since its marks begin with those of UTF-16
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
HEAD_BYTES = 1 << 12
# common encodings other than UTF-8, roughly by frequency: for `likely`
KNOWN = (
    *("cp1252", "cp1251", "gb18030", "cp932", "big5", "cp949", "euc_jp", "cp1250", "cp1254", "cp1256", "cp1255"),
    *("cp1253", "cp1257", "cp1258", "cp874", "koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7"),
    *("iso8859_8", "iso8859_9", "iso8859_15", "mac_roman", "mac_cyrillic", "cp866", "cp850", "cp437", "iso2022_jp"),
    *("utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"),
)
MOST_GUESSES = 3
AS_GOOD = 0.05  # difference in charset_normalizer's disorder that is not significant
SHOWN = 16  # characters
# a non-ASCII letter, a symbol other than a closing one after a letter, or several symbols in a row
NOT_WESTERN = re.compile(r"(?![\x00-\x7fµ¹²³¼½¾])[^\W\d_]|(?<=[A-Za-z])[^\x00-\x7f’”–—…·®™©»\xa0]|[^\x00-\x7f]{3}")


def is_text_encoding(name: str) -> bool:
    """Whether Python knows a text encoding by this name."""
    try:
        b"a".decode(name)
    except UnicodeError:  # known, but a single letter is not valid input
        return True
    except (LookupError, ValueError):
        return False
    return True


def is_utf8(name: str | None) -> bool:
    """Whether bytes in this encoding need no conversion; None is the default, UTF-8."""
    return name is None or codecs.lookup(name).name == "utf-8"


def marked(head: bytes) -> str | None:
    """The encoding given by a byte order mark in a file's first bytes, unless it is UTF-8."""
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), None)


def beginning(head: bytes, encoding: str | None) -> bytes:
    """The beginning of a file as UTF-8, without byte order mark and leading white space."""
    if encoding is None:
        return head.removeprefix(codecs.BOM_UTF8).lstrip()
    return head.decode(encoding, "ignore").removeprefix("\ufeff").lstrip().encode("utf-8", "ignore")


def _replace_undecodable(error: UnicodeError) -> tuple[str, int]:
    """Replace undecodable bytes by a lone surrogate, which becomes invalid UTF-8 and is found later."""
    if isinstance(error, UnicodeDecodeError):
        return "\udcff", error.end
    raise error


codecs.register_error("bertprep-mark", _replace_undecodable)


def recoded(blocks: Iterator[bytes], encoding: str, path: str, marks: bool = False) -> Iterator[bytes]:
    """Convert blocks of text to UTF-8; with `marks`, undecodable bytes become invalid UTF-8, else they raise `InputError`."""
    decoder = codecs.getincrementaldecoder(encoding)("bertprep-mark" if marks else "strict")
    line = 1
    for block in itertools.chain(blocks, [b""]):  # an empty block marks the end
        try:
            content = decoder.decode(block, not block).encode(errors="surrogatepass" if marks else "strict")
        except UnicodeDecodeError as error:
            raise _undecodable(error, encoding, line, path) from None
        except UnicodeError as error:
            raise InputError(f"{path}, after line {line}: not {encoding} ({error}); give another --encoding") from None
        yield content
        line += content.count(b"\n")


def _undecodable(error: UnicodeDecodeError, encoding: str, line: int, path: str) -> InputError:
    before = error.object[: error.start].decode(encoding, "ignore")
    byte = f"byte 0x{error.object[error.start]:02x}" if error.start < len(error.object) else "unexpected end"
    return InputError(
        f"{path}, line {line + before.count(chr(10))}: not {encoding} ({byte}); {advice(error.object, 'another ')}"
    )


def refuse_unmarked(head: bytes, path: str) -> None:
    """`InputError` for UTF-16 or UTF-32 without a mark, which as UTF-8 would be letters with null bytes between them."""
    if _has_wide_letters(head) and (guess := next((name for name, _ in likely(head) if name.startswith("utf-")), None)):
        raise InputError(
            f"{path}: not UTF-8 but {guess} without a byte order mark, as its zero bytes show; use --encoding {guess}"
        )


def _has_wide_letters(head: bytes) -> bool:
    """Whether there are more null bytes than a few strays: in letters of 16 bits, every second byte may be one."""
    if head.count(0) > len(head) // 8:
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be incomplete
    except UnicodeDecodeError:
        return b"\0" in head
    return False


def likely(sample: bytes) -> list[tuple[str, str]]:
    """The most likely encodings of some bytes, best first, with an excerpt of the text in each."""
    from charset_normalizer import from_bytes

    found: dict[str, tuple[float, float, int, str]] = {}
    for match in from_bytes(sample, cp_isolation=list(KNOWN)):
        alike = {match.encoding, *match.could_be_from_charset} & set(KNOWN)  # all that decode these bytes alike
        if not alike:  # UTF-8
            continue
        name = min(alike, key=KNOWN.index)
        order = (round(match.chaos / AS_GOOD), -round(match.coherence, 2), KNOWN.index(name))
        found.setdefault(name, (*order, str(match)))
    texts = {name: found[name][-1] for name in sorted(found, key=lambda name: found[name])}
    if western := _with_western_signs(sample):  # without letters as evidence, the most common encoding
        texts = {KNOWN[0]: western, **texts}
    return [(_usual_name(name), _excerpt(text)) for name, text in itertools.islice(texts.items(), MOST_GUESSES)]


def _with_western_signs(sample: bytes) -> str | None:
    """The text as windows-1252, if all non-ASCII characters are symbols in positions usual in Western text, or None.

    >>> _with_western_signs("107.4±30.0".encode("cp1252")), _with_western_signs("Oni s± mali.".encode("cp1252"))
    ('107.4±30.0', None)
    """
    try:
        text = sample.decode(KNOWN[0])
    except UnicodeDecodeError:
        return None
    return None if text.isascii() or "\0" in text or NOT_WESTERN.search(text) else text


def advice(sample: bytes, another: str = "") -> str:
    """Advice for bytes that are not in the expected encoding: the encodings that they may be in."""
    guesses = likely(sample)
    if not guesses:
        return f"name {another or 'its '}encoding with --encoding, or convert the file to UTF-8"
    shown = " or ".join(f"{name} ({excerpt!r})" for name, excerpt in guesses)
    return f"it may be {shown}; name the right one, as in --encoding {guesses[0][0]}"


def _usual_name(name: str) -> str:
    """The name used in documentation and by browsers, which Python also knows."""
    if name.startswith("cp125"):
        return f"windows-{name[2:]}"
    return name.replace("_", "-")


def _excerpt(text: str) -> str:
    """Some characters around the first non-ASCII one."""
    first = next((number for number, character in enumerate(text) if ord(character) > 0x7F), 0)
    start = max(0, first - SHOWN // 2)
    return " ".join(text[start : start + SHOWN].split())
