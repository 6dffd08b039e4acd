"""Text in other encodings than UTF-8: told by a mark or by the user, read as UTF-8, and guessed at in advice.

    UTF-16 and UTF-32 with a byte order mark    are read as what the mark says
    any other that Python knows                 is read when `--encoding` says so; nothing is ever read on a guess
    what is none of these                       is refused, and its bytes are looked at for the advice

Refuses, with `InputError`: bytes that are not of the encoding, with their line; UTF-16 or UTF-32 without a mark.
"""

import codecs
import itertools
import re
from collections.abc import Iterator

from ..core.errors import InputError

MARKS = {  # UTF-32's first: in UTF-16 they would be a mark and a zero
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
HEAD_BYTES = 1 << 12
# what files are in that are not UTF-8, roughly the commonest first: for `likely`
KNOWN = (
    *("cp1252", "cp1251", "gb18030", "cp932", "big5", "cp949", "euc_jp", "cp1250", "cp1254", "cp1256", "cp1255"),
    *("cp1253", "cp1257", "cp1258", "cp874", "koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7"),
    *("iso8859_8", "iso8859_9", "iso8859_15", "mac_roman", "mac_cyrillic", "cp866", "cp850", "cp437", "iso2022_jp"),
    *("utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"),
)
MOST_GUESSES = 3
AS_GOOD = 0.05  # difference in disorder that tells nothing
SHOWN = 16  # characters
# a letter that is not ASCII, another sign than a closing one behind a letter, and many signs in a row
NOT_WESTERN = re.compile(r"(?![\x00-\x7fµ¹²³¼½¾])[^\W\d_]|(?<=[A-Za-z])[^\x00-\x7f’”–—…·®™©»\xa0]|[^\x00-\x7f]{3}")


def is_text_encoding(name: str) -> bool:
    """Whether Python knows an encoding of text by this name."""
    try:
        b"a".decode(name)
    except UnicodeError:  # known, but one letter is too little for it
        return True
    except (LookupError, ValueError):
        return False
    return True


def is_utf8(name: str | None) -> bool:
    """Whether nothing has to be done to bytes in this encoding; None stands for the default."""
    return name is None or codecs.lookup(name).name == "utf-8"


def marked(head: bytes) -> str | None:
    """The encoding that the byte order mark of a file's first bytes tells, if it is not UTF-8."""
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), None)


def beginning(head: bytes, encoding: str | None) -> bytes:
    """How a file begins as UTF-8, behind a mark and white space."""
    if encoding is None:
        return head.removeprefix(codecs.BOM_UTF8).lstrip()
    return head.decode(encoding, "ignore").removeprefix("\ufeff").lstrip().encode("utf-8", "ignore")


def _marked(error: UnicodeError) -> tuple[str, int]:
    """A half surrogate in place of what cannot be decoded: it cannot be written as UTF-8 that is right."""
    if isinstance(error, UnicodeDecodeError):
        return "\udcff", error.end
    raise error


codecs.register_error("bertprep-mark", _marked)


def recoded(blocks: Iterator[bytes], encoding: str, path: str, marks: bool = False) -> Iterator[bytes]:
    """Blocks of text in an encoding as blocks of UTF-8; what is not of the encoding is refused, or marked as no UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("bertprep-mark" if marks else "strict")
    line = 1
    for block in itertools.chain(blocks, [b""]):  # nothing more to come is told by an empty one
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
    """`InputError` for UTF-16 or UTF-32 that has no mark: as UTF-8 it would be letters with zeros between them."""
    if _has_wide_letters(head) and (guess := next((name for name, _ in likely(head) if name.startswith("utf-")), None)):
        raise InputError(
            f"{path}: not UTF-8 but {guess} without a byte order mark, as its zero bytes show; use --encoding {guess}"
        )


def _has_wide_letters(head: bytes) -> bool:
    """Whether zeros are more than a few that got into UTF-8: of letters of 16 bits every second byte may be one."""
    if head.count(0) > len(head) // 8:
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return b"\0" in head
    return False


def likely(sample: bytes) -> list[tuple[str, str]]:
    """The encodings that some bytes are most likely in, best first, and a few of their characters in each."""
    from charset_normalizer import from_bytes

    found: dict[str, tuple[float, float, int, str]] = {}
    for match in from_bytes(sample, cp_isolation=list(KNOWN)):
        alike = {match.encoding, *match.could_be_from_charset} & set(KNOWN)  # all in which these bytes say the same
        if not alike:  # UTF-8, of which nothing is to be said here
            continue
        name = min(alike, key=KNOWN.index)
        order = (round(match.chaos / AS_GOOD), -round(match.coherence, 2), KNOWN.index(name))
        found.setdefault(name, (*order, str(match)))
    texts = {name: found[name][-1] for name in sorted(found, key=lambda name: found[name])}
    if western := _with_western_signs(sample):  # no letters tell the encoding: the commonest one
        texts = {KNOWN[0]: western, **texts}
    return [(_usual_name(name), _excerpt(text)) for name, text in itertools.islice(texts.items(), MOST_GUESSES)]


def _with_western_signs(sample: bytes) -> str | None:
    """The text as windows-1252, where all that is not ASCII are signs that stand where Western text has them, or None.

    >>> _with_western_signs("107.4±30.0".encode("cp1252")), _with_western_signs("Oni s± mali.".encode("cp1252"))
    ('107.4±30.0', None)
    """
    try:
        text = sample.decode(KNOWN[0])
    except UnicodeDecodeError:
        return None
    return None if text.isascii() or "\0" in text or NOT_WESTERN.search(text) else text


def advice(sample: bytes, another: str = "") -> str:
    """What to do about bytes that are not what they should be: the encodings that they may be in."""
    guesses = likely(sample)
    if not guesses:
        return f"name {another or 'its '}encoding with --encoding, or convert the file to UTF-8"
    shown = " or ".join(f"{name} ({excerpt!r})" for name, excerpt in guesses)
    return f"it may be {shown}; name the right one, as in --encoding {guesses[0][0]}"


def _usual_name(name: str) -> str:
    """As documents and browsers call it; Python knows it by that name too."""
    if name.startswith("cp125"):
        return f"windows-{name[2:]}"
    return name.replace("_", "-")


def _excerpt(text: str) -> str:
    """Some characters around the first that is not ASCII."""
    first = next((number for number, character in enumerate(text) if ord(character) > 0x7F), 0)
    start = max(0, first - SHOWN // 2)
    return " ".join(text[start : start + SHOWN].split())
