"""Hostile pages and archives: HTML in any order, nested very deeply or repeated very often; responses and records of any kind."""

import gzip
import json
import random
import sys
from pathlib import Path

from mutate import damaged

sys.path.insert(0, str(Path(__file__).parent.parent))
import books
from archives import answer, by_record, page, plain, record, wet

Case = tuple[list[list[object]], Path]

TAGS = (
    *("<p>", "</p>", "<br>", "<div>", "</div>", "<ul><li>", "</ul>", "<ol>", "<table><tr><td>", "</table>", "<pre>"),
    *("<b>", "</b>", "<a href=x>", "</a>", "<article>", "</article>", "<footer>", "<nav>", "<h1>", "</h1>", "<title>"),
    *("<script>", "</script>", "<style>", "<!--", "-->", "<![CDATA[", "<svg>", "<math>", "<template>", "<iframe>"),
    *("<noscript>", "<textarea>", "<select>", "<option>", "<body>", "</body>", "</html>", "<head>", "<plaintext>"),
    *(
        "<frameset>",
        "<ruby>",
        "<rt>",
        '<div class="',
        '<p id="',
        "<p hidden>",
        "<p style='display:none'>",
        "<base href=x>",
    ),
    *("&lt;", "&#0;", "&#x110000;", "&#xd800;", "&amp;amp;", "&nosuch;", "<", ">", "&", "<meta charset=utf-16>"),
    *(
        "\0",
        "\ufffd",
        "\u2060",
        "\u00ad",
        "\U0001f600",
        "我",
        "\x85",
        "A sentence of words. ",
        "第一句话。",
        "\n",
        "\t",
        " ",
    ),
)
CHARSETS = ("utf-8", "iso-8859-1", "gbk", "shift_jis", "utf-16", "utf-7", "iso-2022-jp", "x-user-defined", "nosuch", "")
ENCODINGS = ("", "gzip", "deflate", "br", "zstd", "gzip, gzip", "identity", "nosuch")


def _body(draw: random.Random) -> str:
    pieces = draw.choices(TAGS, k=draw.randint(1, 200))
    if draw.random() < 0.4:
        pieces.insert(draw.randint(0, len(pieces)), draw.choice(TAGS) * draw.choice((10, 1000, 50_000)))
    return "".join(pieces)


def _page(draw: random.Random) -> bytes:
    head = f"<meta charset={draw.choice(CHARSETS)}>" if draw.random() < 0.5 else ""
    html = page("The mill opens in May.", _body(draw), title=draw.choice(TAGS), head=head)
    data = html.encode(draw.choice(("utf-8", "utf-8", "utf-16", "gb18030", "cp1252")), "replace")
    return damaged(draw, data) if draw.random() < 0.5 else data


def _segment(around: Path, name: str, data: bytes, *options: object) -> Case:
    (around / name).write_bytes(data)
    return [["segment", around / name, "-o", around / "out", "--workers", 1, "--quiet", *options]], around / "out"


def html(draw: random.Random, around: Path, _: Path) -> Case:
    return _segment(around, draw.choice(("a.html", "a.htm", "a")), _page(draw), "--format", "html")


def html_fields(draw: random.Random, around: Path, _: Path) -> Case:
    texts = [draw.choice((_body, lambda draw: _page(draw).decode("utf-8", "replace")))(draw) for _ in range(3)]
    data = "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()
    return _segment(around, "a.jsonl", data, "--html")


def _answer(draw: random.Random) -> bytes:
    body = _page(draw)
    if draw.random() < 0.3:
        body = gzip.compress(body)
    if draw.random() < 0.3:
        body = (
            b"%x\r\n" % draw.choice((len(body), len(body) + 1, 0, 1 << 31))
            + body
            + draw.choice((b"\r\n0\r\n\r\n", b"\r\n", b""))
        )
    kind = draw.choice(
        ("text/html", f"text/html; charset={draw.choice(CHARSETS)}", "", "image/png", "text/html;charset=")
    )
    transfer = draw.choice(("", "chunked"))
    data = answer(body, kind, Content_Encoding=draw.choice(ENCODINGS), Transfer_Encoding=transfer)
    return damaged(draw, data) if draw.random() < 0.3 else data


def warc(draw: random.Random, around: Path, _: Path) -> Case:
    makers = (
        lambda: record(_answer(draw), draw.choice(("http://a.example/", "", "<x>", "\u202e", "a" * 70_000))),
        lambda: wet(_body(draw)),
        lambda: record(_page(draw), kind="resource", content="text/html"),
        lambda: record(plain([record(_answer(draw)), wet("Inner.")]), kind=draw.choice(("response", "resource", "x"))),
    )
    records = [draw.choice(makers)() for _ in range(draw.randint(1, 6))]
    records = [damaged(draw, one) if draw.random() < 0.2 else one for one in records]
    name = draw.choice(("a.warc", "a.warc.gz", "a.wet", "a.warc.wet.gz", "a"))
    data = by_record(records, draw.choice((0, 6))) if name.endswith(".gz") else plain(records)
    return _segment(around, name, damaged(draw, data) if draw.random() < 0.5 else data, "--format", "warc")


def _chapter(draw: random.Random) -> bytes:
    html = books.page(_body(draw), draw.choice(("", 'epub:type="endnotes"', "class='", 'epub:type="', "role=doc-toc")))
    data = html.encode(draw.choice(("utf-8", "utf-8", "utf-16", "gb18030")), "replace")
    return damaged(draw, data) if draw.random() < 0.5 else data


def epub(draw: random.Random, around: Path, _: Path) -> Case:
    names = ["a.xhtml", "text/b.html"]
    if draw.random() < 0.3:
        names.append(draw.choice(("../c.xhtml", "%2e%2e/d", "/e", "f#g", "http://h/", "i\0", "[", "")))
    order = dict.fromkeys(names, draw.choice(("", 'linear="no"', "linear")))
    spine = books.package(order, language=draw.choice(("en", "en", "", "&x;", "<x>")))
    files: dict[str, str | bytes] = {
        "META-INF/container.xml": books.CONTAINER.replace("OEBPS", draw.choice(("OEBPS",) * 8 + ("..", ""))),
        "OEBPS/content.opf": damaged(draw, spine.encode()) if draw.random() < 0.3 else spine,
        "META-INF/encryption.xml": draw.choice(("<encryption/>", "<encryption><EncryptedData/></encryption>", "<")),
        "OEBPS/a.xhtml": _chapter(draw),
        "OEBPS/text/b.html": _chapter(draw),
    }
    if draw.random() < 0.9:
        del files["META-INF/encryption.xml"]
    data = books.archive(files, draw.random() < 0.8)
    return _segment(around, draw.choice(("a.epub", "a")), damaged(draw, data) if draw.random() < 0.2 else data)


JATS = (
    *(
        "<p>",
        "</p>",
        "<sec>",
        "</sec>",
        "<title>",
        "</title>",
        "<list><list-item>",
        "</list-item></list>",
        "<fig>",
        "</fig>",
    ),
    *(
        "<sup>",
        "</sup>",
        '<xref ref-type="bibr">',
        "</xref>",
        "<inline-formula><math>",
        "</math></inline-formula>",
        "<table>",
    ),
    *(
        "[",
        "]",
        "(",
        ")",
        ",",
        "1",
        "1-3",
        "\ue000",
        "\ue001",
        "A sentence of words. ",
        "&amp;",
        "&nbsp;",
        "&x;",
        "<!--",
        "-->",
    ),
)
BOMB = '<!DOCTYPE article [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>'


def jats(draw: random.Random, around: Path, _: Path) -> Case:
    body = (
        "".join(draw.choices(JATS, k=draw.randint(1, 60))) if draw.random() < 0.5 else "<p>A word (<xref>1</xref>).</p>"
    )
    if draw.random() < 0.3:
        body = "<p>Words.</p>" + draw.choice(JATS) * draw.choice((10, 1000, 50_000)) + body
    content = f"<article><front/><body>{body}</body></article>"
    content = f"<pmc-articleset>{content * draw.randint(0, 3)}</pmc-articleset>" if draw.random() < 0.2 else content
    head = draw.choice(
        ("", '<?xml version="1.0"?>', "<!DOCTYPE article>", BOMB, f'<?xml encoding="{draw.choice(CHARSETS)}"?>')
    )
    data = (head + content).encode(draw.choice(("utf-8", "utf-8", "utf-16", "gb18030")))
    return _segment(around, draw.choice(("a.nxml", "a.xml", "a")), damaged(draw, data) if draw.random() < 0.3 else data)


def pubmed(draw: random.Random, around: Path, _: Path) -> Case:
    texts = ("A <i>word</i> (5).", "Two &amp; &lt; &nosuch; &#x3b2;", "[Three].", "", draw.choice(JATS))
    records = ""
    for number in range(draw.randint(0, 4)):
        text = draw.choice(texts) * draw.choice((1, 1, 1000))
        abstract = f"<Abstract><AbstractText Label='{draw.choice(('A', ''))}'>{text}</AbstractText></Abstract>"
        title = f"<ArticleTitle>{draw.choice(texts)}</ArticleTitle>"
        records += f"<PubmedArticle><PMID Version='1'>{number}</PMID>{title}{abstract}</PubmedArticle>"
    head = draw.choice(("", '<?xml version="1.0"?>', "<!DOCTYPE PubmedArticleSet>", BOMB))
    content = f"{head}<PubmedArticleSet>{records}</PubmedArticleSet>"
    data = content.encode(draw.choice(("utf-8", "utf-8", "utf-8", "utf-16")))
    return _segment(around, draw.choice(("a.xml", "a")), damaged(draw, data) if draw.random() < 0.5 else data)


def mail(draw: random.Random, around: Path, _: Path) -> Case:
    fields = (
        "From: A <a@b.example>",
        "Subject: =?gbk?b?xOO6ww==?=",
        "Subject: =?x?q?=ff?=",
        "Message-ID: <>",
        "\tfolded",
    )
    kinds = (
        "text/plain",
        "text/html",
        "multipart/mixed; boundary=b",
        "multipart/mixed",
        "message/rfc822",
        "x/y; charset*=",
        "",
    )

    def part(depth: int) -> str:
        kind, inner = (
            draw.choice(kinds),
            "".join(f"--b\n{part(depth - 1)}\n" for _ in range(depth and draw.randint(0, 3))),
        )
        head = f"Content-Type: {kind}; charset={draw.choice(CHARSETS)}\nContent-Transfer-Encoding: "
        head += draw.choice(("base64", "quoted-printable", "8bit", "x-uuencode", "")) + "\n\n"
        return head + draw.choice(("> no\nB wrote:\n> no\n\nYes.\n-- \nA\n", "Q2F0cw==", _body(draw), "")) + inner

    text = "\n".join(
        "\n".join(("From a@b.example Mon Jan  1 10:00:00 2001", *draw.choices(fields, k=3), part(2)))
        for _ in range(draw.randint(1, 4))
    )
    if draw.random() < 0.2:
        text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n" * draw.choice((10, 5000)) + text
    data = text.encode(draw.choice(("utf-8", "utf-8", "gb18030", "utf-16")))
    name = draw.choice(("a.mbox", "a.eml", "a"))
    return _segment(around, name, damaged(draw, data) if draw.random() < 0.5 else data, "--format", "mail")


PAGES = {function.__name__: function for function in (html, html_fields, warc, epub, jats, pubmed, mail)}
