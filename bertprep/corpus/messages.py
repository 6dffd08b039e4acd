"""Extract the author's text, subject and id from the bytes of a message.

    From: A <a@example.org>                  not text: the headers
    Subject: =?utf-8?q?Re=3A_Mills?=         title  Re: Mills

    They do, unless the river freezes.       of the text, what the author wrote (`authored`)

In multipart messages the plain text is used, else the HTML, which is read like a web page; attachments and forwarded messages
are skipped.
"""

import contextlib
import copy
import dataclasses
import email.errors
import email.header
import itertools
import re
from email.message import Message

from .authored import written
from .documents import language_code
from .mail_parser import message_of

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
ALL_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]*+={0,2}\s*")  # all lines, which is quicker to see
STILL_BASE64 = re.compile(r"^[A-Za-z0-9+/]{40}", re.M)  # left undecoded, so it was damaged
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "ks_c_5601-1987": "cp949"}

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
    attached: int = 0  # lines of pasted files and patches left out


def letter_of(data: bytes) -> Letter:
    """Parse the bytes of a message, which begin with its first header."""
    try:
        message = message_of(data)
    except RecursionError:
        return Letter("", None, None, None, reason="messages_nested_too_deep")
    title, name = header(message, "Subject"), header(message, "Message-ID")
    language = language_code(header(message, "Content-Language"))
    name = name.strip("<> ") if name else None
    body = _body(message)
    if body is None:
        return Letter("", title, name, language, reason="messages_without_text")
    part, data, rest = body
    text = _characters(data, (part.get_content_charset() or "utf-8").lower())
    if text is None or STILL_BASE64.search(rest):
        return Letter("", title, name, language, reason="messages_not_decodable")
    is_html, reason = part.get_content_type() == HTML, None
    if is_html:
        text, reason = _html_text(text)
    text, *left_out = written(f"{text if is_html else unwrapped(part, text)}{rest}")
    return Letter(text, title, name, language, is_html, reason or (None if text else "messages_empty"), *left_out)


def header(message: Message, name: str) -> str | None:
    """A header as text on one line; None if it is missing or empty."""
    value = message.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and "=?" not in value:
        return " ".join(value.split()) or None
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


def _body(message: Message) -> tuple[Message, bytes, str] | None:
    """The part that contains the text, plain, else HTML, and its content (`_bytes`)."""
    found: dict[str, tuple[Message, bytes, str]] = {}
    waiting, count = [message], 0
    while waiting and count < MOST_PARTS:
        part = waiting.pop()
        count += 1
        kind = part.get_content_type()
        if part is not message and part.get_content_disposition() == "attachment":
            continue
        if kind.startswith("multipart/") and part.is_multipart():
            waiting += [each for each in reversed(list(part.get_payload())) if isinstance(each, Message)]
        elif kind in (PLAIN, HTML) and not part.is_multipart() and kind not in found:
            data, rest = _bytes(part)
            if data.strip() or rest.strip():
                found[kind] = part, data, rest
        if PLAIN in found:
            break
    return found.get(PLAIN, found.get(HTML))


def _bytes(part: Message) -> tuple[bytes, str]:
    """The decoded content of a part, and any text after its base64, where mailing lists append their footer."""
    rest = ""
    is_base64 = str(part.get("Content-Transfer-Encoding")).strip().lower() == "base64"
    if is_base64 and not ALL_BASE64.fullmatch(str(part.get_payload())):
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
