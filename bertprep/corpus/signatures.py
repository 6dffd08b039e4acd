"""Recognize files that are not text by their first bytes: other formats, archives, office documents, images, tables.

Read as text, such a file would give thousands of useless sentences. So text readers refuse it, naming its kind and what to do
instead. Files that consist of characters (mail, markup, columns) are read as plain text with `--format text`; binary files are
refused even then.
"""

import re

from ..core.errors import InputError
from .formats import FORMATS

UNPACK = "unpack it first"
CONVERT = "convert it to plain text first"
TREEBANK = "a treebank in columns (CoNLL-U); write its `# text =` lines to a text file"
SUBTITLES = "subtitles in an unsupported format; convert them to .srt first, for example with pysubs2 or ffmpeg"
# matched after a byte order mark and white space, and at the start of the file
BINARY = {
    rb".{257}ustar": f"a tar archive; {UNPACK}",
    rb"PK[\x03\x05]": f"a zip archive (or an office document); {UNPACK}, or {CONVERT}",
    rb"7z\xbc\xaf'\x1c": f"a 7z archive; {UNPACK}",
    rb"Rar!\x1a\x07": f"a rar archive; {UNPACK}",
    rb"\x04\"M\x18": f"lz4 data; {UNPACK}",
    rb"\xd0\xcf\x11\xe0": f"an office document; {CONVERT}",
    rb"%PDF-": f"a PDF file; {CONVERT}, for example with pdftotext",
    rb"%!PS": f"a PostScript file; {CONVERT}",
    rb"\{\\rtf": f"an RTF document; {CONVERT}",
    rb"AT&TFORM": f"a DjVu file; {CONVERT}, for example with djvutxt",
    rb".{60}BOOKMOBI": f"a Mobipocket book; {CONVERT}",
    rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF.{4}WEBP": "an image; its text has to be recognised first (OCR)",
    rb"ID3|OggS|fLaC|RIFF.{4}(WAVE|AVI )|.{4}ftyp": "audio or video",
    rb"SQLite format 3\0": "a database; write its texts to JSON lines first",
    rb"\x93NUMPY|\x89HDF|\x80[\x02-\x05]": "data of a program; write its texts to JSON lines first",
}
TEXTUAL = {
    rb"\[Script Info\]|\{\d+\}\{\d+\}|(?:\d+:\d\d:\d\d\.\d{3},?){2}\r?\n": SUBTITLES,  # SubStation, MicroDVD, SubViewer
    rb"(?:#[^\n]*\n)*1\t[^\t\n]+\t[^\n]*\n2\t[^\t\n]+\t": TREEBANK,
    rb"<\?xml\b": "XML in an unsupported format; extract its text first",
}
NOT_TEXT = [(re.compile(begins, re.DOTALL), what) for begins, what in BINARY.items()]
MARKED_TEXT = [(re.compile(begins, re.DOTALL), what) for begins, what in TEXTUAL.items()]
AS_TEXT = "--format text reads it as plain text, with all that it holds"
MOST_NULS, MOST_NULS_SHARE = 8, 0.01  # in the first bytes; a few stray ones are removed as control characters

MAY_BE_TEXT = ("jsonl", "wikiextractor")  # plain text may begin like these
NEVER_TEXT = ("parquet", "arrow", *(name for name, each in FORMATS.items() if each.is_zip))
WIKIEXTRACTOR = re.compile(rb'<doc (?=[^\n]*\bid=")(?=[^\n]*\btitle=")[^\n]*">[ \r]*\n')  # never in plain text
TEXT_FORMATS = tuple(name for name, each in FORMATS.items() if "encoding" in each.options)

# files in corpus folders that are not part of the corpus
BESIDE = re.compile(
    r"~\$.*"  # lock files of Word
    r"|_(SUCCESS|metadata|common_metadata|committed_\w+|started_\w+)|.*\.(crc|md5|sha1|sha256|sha512)|(MD5|SHA\d+)SUMS?(\.txt)?"
    r"|(README|LICEN[CS]E|CHANGELOG|NOTICE|CITATION)(\.\w+)?"
    r"|.*-multistream-index\d*\.txt(-p\d+p\d+)?(\.\w+)?"  # the index of a dump
    r"|(dataset_info|dataset_dict|dataset_infos|state)\.json|cache-.*\.arrow",  # notes and caches of `datasets`
    re.IGNORECASE,
)


def problem_of(head: bytes, start: bytes, wanted: str, holds_html: bool = False, is_said: bool = False) -> str | None:
    """Describe a file by its beginning, with advice, if it is not text of the wanted format; else None.

    `start` is `head` as UTF-8 without byte order mark and white space. A file that can be read as plain text is accepted if
    the user asked for that (`is_said`).
    """
    is_plain = wanted == "text" and is_said
    or_text = f"; {AS_TEXT}" if wanted == "text" else ""
    for name, each in FORMATS.items():
        is_other = name not in (wanted, *MAY_BE_TEXT) and not (name == "html" and holds_html)
        if is_other and each.fits(head, start) and not (is_plain and name not in NEVER_TEXT):
            return f"{each.help}; use --format {name}{or_text if name not in NEVER_TEXT else ''}"
    if wanted == "text" and not is_said and WIKIEXTRACTOR.match(start):
        return f"output of WikiExtractor; use --format wikiextractor{or_text}"
    found = next((what for begins, what in NOT_TEXT if begins.match(head) or begins.match(start)), None)
    if found is None and not is_plain:
        marked = (f"{what}{or_text}" for begins, what in MARKED_TEXT if begins.match(head) or begins.match(start))
        found = next(marked, None)
    return found


def refuse(head: bytes, start: bytes, path: str, wanted: str, holds_html: bool = False, is_said: bool = False) -> None:
    """`InputError` for a file that is not text but would be read by a text format; `is_said`: chosen by the user."""
    if wanted in TEXT_FORMATS and (problem := problem_of(head, start, wanted, holds_html, is_said)):
        raise InputError(f"{path}: contains {problem}")
    if wanted in TEXT_FORMATS and start.count(b"\0") > max(MOST_NULS, MOST_NULS_SHARE * len(start)):
        raise InputError(f"{path}: binary data of unknown format; specify it with --format")
