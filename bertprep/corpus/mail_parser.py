"""Parse ordinary messages without Python's `email` looking at every line; it parses all others.

    Received: from mail.example.org              header fields that are not used are skipped
    Content-Type: multipart/mixed; boundary=b    the body is cut at its boundaries; of a part that is neither a multipart
                                                 nor a message, everything after the blank line is the content
    --b
    Content-Type: text/plain

    Cats sleep.
    --b--

An ordinary message has a blank line after its header fields in every part, no line end but LF and CR LF there, and a closing
boundary in every multipart. The result has the same used header fields and contents as that of `email`; it has no other fields,
preambles, epilogues and defects.
"""

import email
import re
from collections.abc import Iterator
from email.message import Message
from email.policy import compat32

USED = frozenset(
    (
        b"subject",
        b"message-id",
        b"content-type",
        b"content-language",
        b"content-transfer-encoding",
        b"content-disposition",
    )
)
FIELD = re.compile(rb"([!-9;-~]+):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*+")
BLANK = re.compile(rb"\r?\n")
BEHIND_BOUNDARY = re.compile(rb"(--)?[ \t]*(?=\r?\n|\Z)")
MOST_LEVELS = 20  # of nested multiparts


def message_of(data: bytes) -> Message:
    """Parse the bytes of a message, which begin with its first header field; `RecursionError` if it is nested too deeply."""
    message = _ordinary(data, 0)
    return email.message_from_bytes(data) if message is None else message


def _ordinary(data: bytes, level: int) -> Message | None:
    """An ordinary message or part; None for others."""
    message, start = Message(), 0
    while field := FIELD.match(data, start):
        if field[1].lower() in USED:
            first, end, rest = field[0].decode("ascii", "surrogateescape").partition("\n")
            message.set_raw(*compat32.header_source_parse([first + end, rest] if rest else [first + end]))
        start = field.end()
    blank = BLANK.match(data, start)
    if not blank:
        return None
    kind = message.get_content_type()
    if kind.startswith("multipart/"):
        return None if kind == "multipart/digest" else _with_parts(message, data[blank.end() :], level)
    if kind.startswith("message/"):
        return None
    message.set_payload(data[blank.end() :].decode("ascii", "surrogateescape"))
    return message


def _with_parts(message: Message, body: bytes, level: int) -> Message | None:
    """The message with the parts of its body; None if it is not ordinary."""
    boundary = message.get_boundary()
    if not boundary or not boundary.isascii() or level > MOST_LEVELS or body.count(b"\r") != body.count(b"\r\n"):
        return None
    parts: list[Message] = []
    for content in _contents(b"\n" + body, b"\n--" + boundary.encode()):
        part = None if content is None else _ordinary(content, level + 1)
        if part is None:
            return None
        parts.append(part)
    message.set_payload([*parts])
    return message if parts else None


def _contents(body: bytes, separator: bytes) -> Iterator[bytes | None]:
    """The bytes between boundaries; None for an empty part, or after the last boundary if it is not the closing one."""
    start, at = None, body.find(separator)
    while at >= 0:
        if found := BEHIND_BOUNDARY.match(body, at + len(separator)):
            if start is not None:
                yield body[start:at].removesuffix(b"\r") if start <= at else None
            if found[1]:
                return
            start = body.find(b"\n", found.end()) + 1 or len(body)
        at = body.find(separator, at + 1)
    yield None
