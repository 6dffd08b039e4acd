"""The formats of corpora: each is a module and an entry in the table `FORMATS`.

The module is the format's reader, with two functions (`corpus.reader`):

    pieces(source, piece_bytes, settings)    divides a source into pieces for tasks, usually `boundaries.byte_pieces` or `whole`
    read(reader, settings, counters)         the documents of a piece in order, as record batches (`corpus.documents`)

An `InputError` that these modules document for bad lines, rows or files is raised with `--bad-input refuse`; `skip` counts most
of them instead (`bad_input`).

The entry holds everything else that other code needs: the choices and help of `--format`, detection of a file's format
(`corpus.detection`), and an estimate of its text. Readers are imported when first used, so the help stays fast.
"""

import dataclasses
import re

HTML = re.compile(rb"(?:<!--.{0,1000}?-->\s*)*+<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
EPUB = re.compile(rb"PK\x03\x04.{26}mimetypeapplication/epub\+zip", re.DOTALL)
DOCX = re.compile(
    rb"PK\x03\x04.{26}(?:word/|(?=\[Content_Types\]|_rels/|docProps/|customXml/).*?PK\x03\x04.{26}word/)", re.DOTALL
)
ODT = re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", re.DOTALL)
JATS = re.compile(
    rb"(?:<\?[^>]{0,300}\?>\s*|<!--.{0,1000}?-->\s*)*+(?:<!DOCTYPE\s+(?:article|pmc-articleset)\b|<pmc-articleset\b|"
    rb"<article\b[^>]*>\s*(?:<processing-meta\b.{0,1000}?)?<front\b)",
    re.DOTALL,
)
_HEADER = rb"[A-Za-z][\w-]*:[^\n]*\n(?:[ \t]+[^\s][^\n]*\n)*"  # a message header with its continuation lines
_SENT = (  # headers written by programs, in forms that do not occur in prose
    rb"(?i:Received:\s+(?:from|by|\()\s*\S|Return-Path:\s*<|MIME-Version:\s*\d\.\d|Message-ID:\s*<[^\s>]+>|Delivered-To:\s*\S+@"
    rb"|DKIM-Signature:\s*\w+=|Content-Transfer-Encoding:\s*(?:[78]bit|base64|quoted-printable|binary)\s*\n)"
)
_FROM, _ABOUT = rb"(?i:From):[^\n]*\S(?:@| at )\w", rb"(?i:Subject|Date|Newsgroups):"
MAIL = re.compile(
    rb"From [^\n]*\d\d:\d\d:\d\d[^\n]*\n>?[\w-]+:\s"
    rb"|(?:From [^\n]*\n)?(?=%b%b)(?:%b)*?%b"
    % (_HEADER, _HEADER, _HEADER, _SENT)
    # an author with an address, a subject or a date, and only headers up to a blank line
    + rb"|(?=(?:%b)*?%b)(?=(?:%b)*?%b)(?:%b){2,}(?:[ \t]*\r?\n|[^\n]*\Z)" % (_HEADER, _FROM, _HEADER, _ABOUT, _HEADER)
)
PUBMED = re.compile(
    rb"(?:<\?[^>]{0,300}\?>\s*|<!--.{0,1000}?-->\s*)*+(?:<!DOCTYPE\s+PubmedArticleSet\b|<Pubmed(?:Book)?Article(?:Set)?[\s>])",
    re.DOTALL,
)
FIELDS = ("text_field", "id_field", "title_field", "source_field", "html")
OF_LINES = ("encoding", "bad_input")
SKIPPABLE = ("bad_input",)


@dataclasses.dataclass(frozen=True)
class Format:
    """A corpus format."""

    reader: str  # name of its module
    help: str  # description of its files, for `--format`
    endings: tuple[str, ...] = ()  # file name extensions, in lower case, without that of a compression
    names: re.Pattern[str] | None = None  # pattern of file names, for formats without a typical extension
    begins: re.Pattern[bytes] | None = None  # how the content begins, after a byte order mark and white space
    text_share: float = 1.0  # bytes of text per byte of content, roughly; only affects the number of partitions
    options: tuple[str, ...] = ()  # settings that affect how it is read
    is_zip: bool = False  # whether its files are zip archives
    paragraph_lines: bool = False  # its reader yields one paragraph per line; other text is checked for wrapped lines

    def fits(self, head: bytes, start: bytes) -> bool:
        """Whether content begins like this format: `head` are its first bytes, `start` as UTF-8 without mark and white space."""
        return bool(self.begins and (self.begins.match(start) or self.begins.match(head)))


FORMATS: dict[str, Format] = {
    "text": Format("text", "plain text", endings=(".txt", ".text"), options=("document_separator", "html", *OF_LINES)),
    "jsonl": Format(
        *("jsonl", "JSON lines, or one JSON array of objects"),
        endings=(".jsonl", ".ndjson", ".json"),
        begins=re.compile(rb'\{|\[\s*\{\s*"'),
        options=FIELDS + OF_LINES,
    ),
    "csv": Format(
        *("separated", "CSV or TSV with a header"),
        endings=(".csv", ".tsv", ".tab"),
        options=(*FIELDS, *OF_LINES, "quoting"),
    ),
    "parquet": Format(
        *("parquet", "Parquet"),
        endings=(".parquet", ".pq"),
        begins=re.compile(b"PAR1"),
        text_share=1.8,
        options=FIELDS + SKIPPABLE,
    ),
    "arrow": Format(
        *("arrow", "Arrow files, as saved by datasets"),
        endings=(".arrow", ".ipc", ".feather"),
        begins=re.compile(rb"ARROW1|\xff{4}"),  # a file with a footer, or a stream
        options=FIELDS + SKIPPABLE,
    ),
    "wikipedia": Format(
        *("wikipedia", "a pages-articles dump in XML"),
        endings=(".xml",),
        names=re.compile(r".*\.xml-p\d+p\d+(\.\w+)?"),  # partial dumps: ...-articles1.xml-p1p41242
        begins=re.compile(rb".{,990}<mediawiki", re.DOTALL),
        options=("templates", *SKIPPABLE),
        text_share=0.3,
        paragraph_lines=True,
    ),
    "wikiextractor": Format(
        *("wikiextractor", "output of WikiExtractor"),
        names=re.compile(r"wiki_\d+"),  # in folders AA, AB, ...
        begins=re.compile(rb'<doc [a-z_]+="[^\n>]*"'),
        options=OF_LINES,
        paragraph_lines=True,
    ),
    "html": Format(
        *("html", "saved web pages, one document per page"),
        endings=(".html", ".htm", ".xhtml", ".xht"),
        begins=HTML,
        options=SKIPPABLE,
        text_share=0.05,
        paragraph_lines=True,
    ),
    "markdown": Format(
        *("markdown", "Markdown, one document per file"),
        endings=(".md", ".markdown"),
        options=OF_LINES,
        text_share=0.8,
        paragraph_lines=True,
    ),
    "epub": Format(
        *("epub", "EPUB books, one document per chapter"),
        endings=(".epub",),
        begins=EPUB,
        options=SKIPPABLE,
        is_zip=True,
        paragraph_lines=True,
    ),
    "docx": Format(
        *("docx", "Word documents (.docx), one document per file"),
        endings=(".docx", ".docm"),
        begins=DOCX,
        options=SKIPPABLE,
        text_share=0.5,
        paragraph_lines=True,
        is_zip=True,
    ),
    "odt": Format(
        *("odt", "OpenDocument text of LibreOffice (.odt), one document per file"),
        endings=(".odt", ".ott"),
        begins=ODT,
        options=SKIPPABLE,
        text_share=0.5,
        paragraph_lines=True,
        is_zip=True,
    ),
    "jats": Format(
        *("jats", "journal articles in XML (PubMed Central), one document per article"),
        endings=(".nxml",),
        begins=JATS,  # in .xml files too
        options=SKIPPABLE,
        text_share=0.4,
        paragraph_lines=True,
    ),
    "pubmed": Format(
        *("pubmed", "PubMed's own XML (pubmed24n0001.xml.gz), one document per abstract"),
        begins=PUBMED,  # in .xml files
        options=SKIPPABLE,
        text_share=0.12,
        paragraph_lines=True,
    ),
    "subtitles": Format(
        *("subtitles", "SRT and WebVTT, one document per file"),
        endings=(".srt", ".vtt"),
        begins=re.compile(rb"WEBVTT\b|\d{1,6}[ \t]*\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->"),
        text_share=0.5,
        options=OF_LINES,
        paragraph_lines=True,
    ),
    "mail": Format(
        *("mail", "e-mail (.eml, .mbox), one document per message"),
        endings=(".eml", ".mbox", ".mbx"),
        names=re.compile("mbox"),
        begins=MAIL,
        options=SKIPPABLE,
        text_share=0.4,
    ),
    "warc": Format(
        *("warc", "web archives (WARC, or WET with extracted text)"),
        endings=(".warc", ".wet"),
        begins=re.compile(rb"WARC/\d"),
        text_share=0.1,
        options=SKIPPABLE,
        paragraph_lines=True,  # except for text in WET
    ),
}
