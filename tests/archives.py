"""Web archives for tests: records, answers of servers, and files of them."""

import gzip
from collections.abc import Iterable


def answer(body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK", **more: str) -> bytes:
    """An HTTP response; `more` are headers, with _ instead of -."""
    headers = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in more.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def record(
    block: bytes,
    uri: str = "http://mill.example/",
    kind: str = "response",
    content: str = "application/http; msgtype=response",
    **more: str,
) -> bytes:
    """A WARC record; `more` are fields, with _ instead of -."""
    fields = {"WARC-Type": kind, "WARC-Record-ID": "<urn:uuid:1>", "WARC-Target-URI": uri, "Content-Type": content}
    fields |= {name.replace("_", "-"): value for name, value in more.items()} | {"Content-Length": str(len(block))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def wet(text: str, uri: str = "http://mill.example/") -> bytes:
    """A record with the text of a page."""
    return record(text.encode(), uri, "conversion", "text/plain")


def plain(records: Iterable[bytes]) -> bytes:
    return b"".join(records)


def by_record(records: Iterable[bytes], level: int = 6) -> bytes:
    """Compressed as archives are: a gzip member for each record."""
    return b"".join(gzip.compress(each, level, mtime=0) for each in records)


def page(*paragraphs: str, title: str = "", head: str = "") -> str:
    """A page with typical content around its text."""
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title>{head}<style>p {{ color: red }}</style></head><body>"
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav>'
        f"<main><article><h1>{title}</h1>\n{body}</article></main>"
        '<script>var clicked = "Not text.";</script><footer><p>All rights reserved.</p></footer></body></html>'
    )
