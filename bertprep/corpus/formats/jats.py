"""Journal articles in JATS, from PubMed Central and publishers (.nxml, .xml): one document per article.

The id is the article's number in PubMed Central, else its DOI. A file is an article or a set of them (`pmc-articleset`);
`papers` extracts the text. Articles with only a title are counted.

Raises `InputError` for files that are not well-formed, declare entities or exceed 64 MiB, which no real article does, and for
archives, which must be unpacked first.
"""

from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries, papers
from ..documents import Row, batches, language_code
from ..pieces import PieceReader
from ..settings import ReadSettings
from ..xml_tree import XmlError, local, of_other_kind, parse

LONGEST_BYTES = 1 << 26
TOO_LONG = f"an article of more than {LONGEST_BYTES >> 20} MiB; split sets of articles first"

pieces = boundaries.whole


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a file in order; those without text are counted."""
    counters.setdefault("articles_empty", 0)
    yield from batches(reader.piece.source.name, _rows(reader, counters))


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    path = reader.piece.source.path
    try:
        root = parse(reader.held(LONGEST_BYTES, TOO_LONG))
    except (XmlError, InputError) as error:
        message = str(error) if isinstance(error, InputError) else f"{path}: {error}; expected a JATS article"
        reader.end_early(message)
        return
    found = False
    for article in papers.articles(root):
        found = True
        title = papers.title_of(article)
        if text := papers.text_of(article, title):
            yield Row(None, papers.id_of(article), title, text, language_code(article.get("xml:lang")))
        else:
            counters["articles_empty"] += 1
    if not found:
        reader.settle(of_other_kind(path, local(root)), None, f"<{root.tag}>")
