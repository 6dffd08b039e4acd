"""PubMed citations, as in the baseline and update files (`pubmed24n0001.xml.gz`): one document per abstract.

    <PubmedArticle>...<PMID Version="1">12</PMID>...                      12
    <ArticleTitle>[On <i>mice</i>].</ArticleTitle>...                     On mice.
    <Abstract><AbstractText Label="METHODS">We count.</AbstractText>      METHODS
    <CopyrightInformation>(c) Hill</CopyrightInformation></Abstract>      We count.

Title, labels and paragraphs of the abstract are one line each, and inline markup is handled as in other articles (`papers`).
The brackets of translated titles and the notes about truncated abstracts are removed. Only PMID, title and abstract are parsed;
citations, comments and retractions of other articles are not. Articles without an abstract are counted, and so are abstracts
in other languages (`OtherAbstract`).

Raises `InputError` for articles that do not end, are not UTF-8 or not well-formed, and for sets that do not end.
"""

import itertools
import re
from collections.abc import Iterator

import pyarrow as pa

from .. import boundaries, papers
from ..bad_input import ARTICLE_DAMAGED, FILE_DAMAGED, BadInputError
from ..documents import Row, batches
from ..pieces import PieceReader
from ..settings import ReadSettings
from ..xml_tree import Element, XmlError, find_all, of_other_kind, parse, root_name

WITHOUT_ABSTRACT, OTHER_ABSTRACTS = "articles_without_abstract", "abstracts_in_other_languages"
TAIL_BYTES = 1 << 12
SET_BEGINS, SET_ENDS = b"<PubmedArticleSet", b"</PubmedArticleSet"
ARTICLE = re.compile(rb"<Pubmed(?:Book)?Article[\s>]")
ARTICLE_ENDS = re.compile(rb"</Pubmed(?:Book)?Article\s*>")
PMID = re.compile(rb"<PMID\b[^<>]*>\s*(\d+)")
ABSTRACT, *TITLES = (
    (re.compile(rb"<%b(?:\s[^<>]*)?(?<!/)>" % name), re.compile(rb"</%b\s*>" % name))
    for name in (b"Abstract", b"ArticleTitle", b"BookTitle")
)
TRANSLATED = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](\.?)")
NO_TITLE = ("not available", "in process citation")
NO_LABEL = ("", "unlabelled", "unassigned", "abstract")
CUT = re.compile(r"\s*\(ABSTRACT TRUNCATED(?: AT \d+ WORDS)?\)\.?$")

pieces = boundaries.byte_pieces


def find_article(data: bytes, ended: bool) -> int | None:
    """The start of the first article after index 0 (`boundaries.Rule`)."""
    found = ARTICLE.search(data, 1)
    return found.start() if found else None


RULE = boundaries.Rule(find_article, divisible=False, document="article")


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; those without an abstract are counted."""
    counters.setdefault(WITHOUT_ABSTRACT, 0)
    counters.setdefault(OTHER_ABSTRACTS, 0)
    yield from batches(reader.piece.source.name, _rows(reader, counters))


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    piece, window, is_set = reader.piece, b"", bool(reader.piece.start)
    for number, window in enumerate(boundaries.windows(reader, RULE)):
        starts = [found.start() for found in ARTICLE.finditer(window)]
        if number == 0 and not piece.start:
            is_set = SET_BEGINS in window[: starts[0] if starts else None]
            if not is_set and not starts:
                reader.settle(of_other_kind(piece.source.path, root_name(window)), None, window)
                return
        for start, stop in itertools.pairwise([*starts, len(window)]):
            try:
                if row := _row(window[start:stop], piece.source.path, counters):
                    yield row
            except BadInputError as bad:
                reader.settle(bad, None, window[start:stop])
    if is_set and piece.stop == piece.source.size and FILE_DAMAGED not in reader.skipped.counts:
        tail = boundaries.last_bytes(reader, TAIL_BYTES) if piece.start else window
        if SET_ENDS not in tail[-TAIL_BYTES:]:
            message = f"{piece.source.path}: truncated: it ends without {SET_ENDS.decode()}>; download it again"
            reader.settle(BadInputError(FILE_DAMAGED, lambda: message), None, b"")


def _row(article: bytes, path: str, counters: dict[str, int]) -> Row | None:
    """The document of an article, or None if it has no abstract."""
    name = found[1].decode() if (found := PMID.search(article)) else None
    where = f"{path}: article {name or 'without PMID'}"
    if not ARTICLE_ENDS.search(article):
        raise BadInputError(ARTICLE_DAMAGED, lambda: f"{where} does not end: the file is cut off there, or damaged")
    try:
        abstract = _element(article, *ABSTRACT)
        lines = _lines(parse(_utf8(abstract))) if abstract else []
        title = _title(next((data for each in TITLES if (data := _element(article, *each))), None))
    except (XmlError, UnicodeDecodeError) as error:
        problem = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise BadInputError(ARTICLE_DAMAGED, lambda: f"{where}: {problem}; download the file again") from error
    counters[OTHER_ABSTRACTS] += len(re.findall(rb"<OtherAbstract[\s>]", article))
    if not lines:
        counters[WITHOUT_ABSTRACT] += 1
        return None
    return Row(None, name, title, "\n".join([title, *lines] if title else lines))


def _element(article: bytes, begins: re.Pattern[bytes], ends: re.Pattern[bytes]) -> bytes | None:
    """The first element with this name, or None; `XmlError` if it does not end."""
    if (begin := begins.search(article)) is None:
        return None
    if (end := ends.search(article, begin.end())) is None:
        raise XmlError(f"not well-formed ({begin[0].decode()} does not end)")
    return article[begin.start() : end.end()]


def _utf8(data: bytes) -> bytes:
    data.decode()
    return data


def _title(data: bytes | None) -> str | None:
    """The title in its element, without the brackets of a translated one."""
    title = " ".join(papers.paragraphs(parse(_utf8(data)))) if data else ""
    if found := TRANSLATED.fullmatch(title):
        title = found[1].strip() + (found[2] if found[1].strip()[-1:] not in ".?!" else "")
    return None if title.strip(".").lower() in ("", *NO_TITLE) else title


def _lines(abstract: Element) -> list[str]:
    """The labels and paragraphs of an abstract."""
    lines = []
    for each in find_all(abstract, "AbstractText"):
        texts = [CUT.sub("", line) for line in papers.paragraphs(each)]
        if any(texts):
            label = " ".join(each.get("Label", "").split())
            lines += [*([] if label.lower() in NO_LABEL else [label]), *filter(None, texts)]
    return lines
