"""Extract the author's text, subject and id from the bytes of a message, with Python's `email`.

    From: A <a@example.org>                  not text: the headers
    Subject: =?utf-8?q?Re=3A_Mills?=         title  Re: Mills

    On Monday B wrote:                       not text: the quotation, with the line that introduces it
    > Do they turn in winter?
    They do, unless the river freezes.       They do, unless the river freezes.
    --
    A, miller                                not text: a signature, or the footer of a mailing list

In multipart messages the plain text is used, else the HTML, which is read like a web page; attachments and forwarded messages
are skipped.
"""

import contextlib
import copy
import dataclasses
import email
import email.errors
import email.header
import itertools
import re
from email.message import Message

from .documents import language_code

PLAIN, HTML = "text/plain", "text/html"
MOST_PARTS = 1000  # messages with more or deeper nested parts are malicious
MOST_REPLACED = 0.01  # share of a text's characters that may be invalid in the declared encoding
WESTERN = (
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "cp1252",
)  # declared or default encodings of text that is really windows-1252
LONG_RUN = re.compile(r"[^\x00-\x7f]{3,}")  # of characters that occur one by one in Western text
MOST_IN_RUNS = 0.3  # share of the non-ASCII characters
BASE64 = re.compile(r"\s*[A-Za-z0-9+/]*={0,2}\s*")  # one line
STILL_BASE64 = re.compile(r"^[A-Za-z0-9+/]{40}", re.M)  # left undecoded, so it was damaged
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "ks_c_5601-1987": "cp949"}

QUOTED = re.compile(r"[ \t]?>")
ESCAPED = re.compile(r"^>(>*From )", re.M)  # how mailboxes write a line that begins with From
SIGNATURE = re.compile(r"--[ \t]?")
BARE_SIGNATURE_LINES, NOTICE_LINES = 12, 10  # at most, for signatures and footers without the standard mark
NOTICE = re.compile(r"[_=]{30,}")
HEADING = re.compile(r"[_=]{30,}|-{2,}[^-].*-{2,}")  # above the headers of a message that is quoted as a whole
FORWARDED = re.compile(
    r"-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original) ?-{2,}", re.I
)
# the headers of a message that Outlook and others quote as a whole, without a mark
QUOTED_HEADERS = re.compile(
    r"\*?(?:From|Von|De|Da|Van|Från|Fra|Od|От|发件人|差出人)\*?\s?[:：].*\n(?:\*?[^\W\d_][^:：\n]{1,20}[:：].*\n){2}"
)
INTRODUCTION_LINES = 3  # at most, before a quotation
SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+:.*\n)*\n?", re.M)
PGP = re.compile(r"^-----BEGIN PGP [A-Z ]+-----\n(?:(?!-----BEGIN PGP ).*\n)*?-----END PGP [A-Z ]+-----\n?", re.M)
SCRUBBED = re.compile(  # Mailman's replacement for an attachment
    r"^-+ next part -+\n(?:An? [^\n]*attachment was scrubbed\.\.\.\n(?:(?:Name|Type|Size|Desc|URL)[ \t]*:[^\n]*\n)*)?",
    re.M | re.I,
)
GAP = "\n"  # marks a removed quotation; no line equals it
HTML_NOT_WRITTEN = (
    "blockquote[type=cite], .gmail_quote, .gmail_signature, .moz-signature, .moz-cite-prefix, .yahoo_quoted, "
    "#divRplyFwdMsg, #appendonsend, script, style"
)


@dataclasses.dataclass(frozen=True)
class Letter:
    """The parts of a message that are used. `reason` is the counter for why its text is empty, or None."""

    text: str
    title: str | None
    id: str | None
    language: str | None
    is_html: bool = False
    reason: str | None = None
    quoted: int = 0  # quoted lines left out, including their introductions
    signed: int = 0  # lines of signatures and footers left out


def letter_of(data: bytes) -> Letter:
    """Parse the bytes of a message, which begin with its first header."""
    try:
        message = email.message_from_bytes(data)
    except RecursionError:
        return Letter("", None, None, None, reason="messages_nested_too_deep")
    title, name = header(message, "Subject"), header(message, "Message-ID")
    language = language_code(header(message, "Content-Language"))
    name = name.strip("<> ") if name else None
    part = _body(message)
    if part is None:
        return Letter("", title, name, language, reason="messages_without_text")
    data, rest = _bytes(part)
    text = _characters(data, (part.get_content_charset() or "utf-8").lower())
    if text is None or STILL_BASE64.search(rest):
        return Letter("", title, name, language, reason="messages_not_decodable")
    is_html, reason = part.get_content_type() == HTML, None
    if is_html:
        text, reason = _html_text(text)
    text, quoted, signed = written(f"{text if is_html else unwrapped(part, text)}{rest}")
    return Letter(text, title, name, language, is_html, reason or (None if text else "messages_empty"), quoted, signed)


def header(message: Message, name: str) -> str | None:
    """A header as text on one line; None if it is missing or empty."""
    value = message.get(name)
    if value is None:
        return None
    if isinstance(value, email.header.Header):  # bytes in an undeclared encoding
        raw = next(each for key, each in message.raw_items() if key.lower() == name.lower())
        data = raw.encode("utf-8", "surrogateescape")
        value = _characters(data, (message.get_content_charset() or "utf-8").lower()) or value
    try:
        text = str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, ValueError, email.errors.MessageError):  # an unknown encoding, or invalid bytes
        text = str(value)
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\ufffd", "")
    return " ".join(text.split()) or None


def _body(message: Message) -> Message | None:
    """The part that contains the text: plain, else HTML."""
    found: dict[str, Message] = {}
    waiting, count = [message], 0
    while waiting and count < MOST_PARTS:
        part = waiting.pop()
        count += 1
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" and part is not message:
            continue
        if kind.startswith("multipart/") and part.is_multipart():
            waiting += [each for each in reversed(list(part.get_payload())) if isinstance(each, Message)]
        elif kind in (PLAIN, HTML) and not part.is_multipart() and kind not in found and _is_filled(part):
            found[kind] = part
    return found.get(PLAIN, found.get(HTML))


def _is_filled(part: Message) -> bool:
    return any(content.strip() for content in _bytes(part))


def _bytes(part: Message) -> tuple[bytes, str]:
    """The decoded content of a part, and any text after its base64, where mailing lists append their footer."""
    rest = ""
    if str(part.get("Content-Transfer-Encoding")).strip().lower() == "base64":
        lines = str(part.get_payload()).splitlines(keepends=True)
        encoded = list(itertools.takewhile(BASE64.fullmatch, lines))
        rest = "".join(lines[len(encoded) :])
        if rest:
            rest = f"\n{rest}"
            part = copy.copy(part)
            part.set_payload("".join(encoded))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b"", rest


def _characters(data: bytes, declared: str) -> str | None:
    """The text of a part: as UTF-8 if valid, in its declared encoding, or as windows-1252; None if none of them fits."""
    if not declared.startswith(("iso-2022", "utf-7", "hz")):
        with contextlib.suppress(ValueError):
            return data.decode("utf-8")
    if declared in WESTERN:
        text = data.decode("cp1252", "replace")
        in_runs = sum(map(len, LONG_RUN.findall(text)))
        if in_runs > MOST_IN_RUNS * sum(not character.isascii() for character in text):
            return None  # such as Chinese or Russian with a missing or wrong declaration
    else:
        try:
            text = data.decode(WIDER.get(declared, declared), "replace")
        except (LookupError, ValueError):
            text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return None if wrong > MOST_REPLACED * len(text) else text.replace("\ufffd", "")


def _html_text(html: str) -> tuple[str, str | None]:
    """The text of HTML, one paragraph per line, without quotations and signatures that mail programs mark; and any problem."""
    from .web import page

    page.require()
    if damage := page.endless(html.encode("utf-8", "replace")):
        return "", damage
    tree = page.tree_of(html)
    if tree.body is None:
        return "", "messages_empty"
    for found in [*tree.body.query_selector_all(HTML_NOT_WRITTEN).values()]:
        if found.parent is not None:
            found.decompose()
    text = page.text_of(tree)
    return text, None if text else "messages_empty"


def unwrapped(part: Message, text: str) -> str:
    """The text with its lines joined where they are marked as flowed (`format=flowed`, RFC 3676)."""
    if str(part.get_param("format")).lower() != "flowed":
        return text
    drops_space = str(part.get_param("delsp")).lower() == "yes"
    paragraphs: list[list[str]] = []
    goes_on = False
    for line in re.sub(r"\r\n?", "\n", text).split("\n"):
        line = line.removeprefix(" ")
        is_apart = line.startswith(">") or line in ("", "-- ")  # never joined; a blank line ends a paragraph
        if not goes_on or is_apart:
            paragraphs.append([])
        goes_on = line.endswith(" ") and not is_apart
        paragraphs[-1].append(line[:-1] if goes_on and drops_space else line)
    return "\n".join("".join(parts) for parts in paragraphs)


def written(text: str) -> tuple[str, int, int]:
    """The author's part of a plain text, and the numbers of quoted lines and of signature lines left out."""
    text = re.sub(r"\r\n?", "\n", text).replace("\x00", "")
    text = PGP.sub("", SIGNED.sub("", text))
    scrubbed = sum(found[0].count("\n") for found in SCRUBBED.finditer(text))
    text = SCRUBBED.sub("\n", text)
    lines = ESCAPED.sub(r"\1", text).split("\n")
    end, is_quoted = _end(lines)
    kept = _without_quotes(lines[:end])
    at_end, quoted = _filled(lines[end:]), _filled(lines[:end]) - _filled(kept)
    quoted, signed = (quoted + at_end, 0) if is_quoted else (quoted, at_end)
    return "\n".join(kept).strip("\n"), quoted, signed + scrubbed


def _filled(lines: list[str]) -> int:
    return sum(bool(line.strip()) for line in lines)


def _end(lines: list[str]) -> tuple[int, bool]:
    """The end of a message's text: before a signature, a footer or, as the second value, a message quoted as a whole."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    for number, line in enumerate(lines):
        left = last - number
        if line == "-- " or (SIGNATURE.fullmatch(line) and left <= BARE_SIGNATURE_LINES):
            return number, False
        if left <= NOTICE_LINES and NOTICE.fullmatch(line.strip()) and not _is_quoted_whole(lines, number + 1):
            return number, False
        if FORWARDED.fullmatch(line.strip()):
            return number, True
        if _is_quoted_whole(lines, number):
            return number - bool(number and HEADING.fullmatch(lines[number - 1].strip())), True
    return len(lines), False


def _is_quoted_whole(lines: list[str], number: int) -> bool:
    """Whether the headers of another message begin at a line."""
    return bool(QUOTED_HEADERS.match("\n".join(lines[number : number + 4])))


def _without_quotes(lines: list[str]) -> list[str]:
    """The lines without quotations, and without a few lines before them that end with a colon: "B wrote:"."""
    kept: list[str] = []
    for line in lines:
        if not QUOTED.match(line):
            kept.append(line)
        elif kept and kept[-1] != GAP:
            _drop_introduction(kept)
            kept.append(GAP)
    return ["" if line == GAP else line for line in kept]


def _drop_introduction(kept: list[str]) -> None:
    """Remove a short paragraph at the end that ends with a colon, if no quotation came directly before it."""
    end = len(kept)
    while end and not kept[end - 1].strip() and kept[end - 1] != GAP:
        end -= 1
    start = end
    while start and kept[start - 1].strip() and end - start <= INTRODUCTION_LINES:
        start -= 1
    if end and kept[end - 1].rstrip().endswith((":", "：")) and end - start <= INTRODUCTION_LINES:
        del kept[start:]
