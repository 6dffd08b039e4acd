"""Extract plain text from text fields that contain HTML, in any format, and titles from whole pages."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...core import schema
from ..text_fields import END
from . import page

TAGS = r"</?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|table|tr|td|h[1-6])(?:\s[^<>]*)?/?>"
BREAK = r"(?i)<br\s*/?>"
FEW = 0.1  # tags per document; fewer may be text about HTML


def without_markup(batch: pa.RecordBatch, counters: dict[str, int]) -> pa.RecordBatch:
    """Replace HTML by plain text; a page's title is used if there is no other. Pages without text are counted by reason."""
    pages = [_page_of(text) for text in batch.column("text").to_pylist()]
    for found in pages:
        if found.damage:
            counters[found.damage] = counters.get(found.damage, 0) + 1
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns["text"] = pa.array([found.text for found in pages], pa.string())
    columns["paragraph_lines"] = pa.array([True] * len(batch))
    columns["title"] = pc.coalesce(columns["title"], pa.array([found.title for found in pages], pa.string()))
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=schema.DOCUMENTS)


def _page_of(text: str) -> page.HtmlPage:
    """The page in a text; for several fields, their pages combined as sections."""
    if END not in text:
        return page.of_field(text)
    found = [page.of_field(field) for field in text.split(END)]
    title, damage = (
        next(filter(None, each), None) for each in zip(*((one.title, one.damage) for one in found), strict=True)
    )
    return page.HtmlPage("\n\n".join(filter(None, (one.text for one in found))), title, damage=damage)


def break_lines(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Replace `<br />` by line ends: texts in tables, such as reviews, may contain it without being HTML otherwise."""
    place = batch.schema.get_field_index("text")
    texts = batch.column(place)
    if not pc.any(pc.match_substring(texts, "<br", ignore_case=True)).as_py():
        return batch
    return batch.set_column(place, batch.schema.field(place), pc.replace_substring_regex(texts, BREAK, "\n"))


def count_tags(batch: pa.RecordBatch, counters: dict[str, int]) -> None:
    """Count the documents whose texts contain HTML tags, unless there are only a few."""
    texts = batch.column("text")
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return
    first, last = np.frombuffer(offsets, np.int32)[[texts.offset, texts.offset + len(texts)]].tolist()
    if bytes(memoryview(data)[first:last]).count(b"<") <= FEW * len(texts):
        return
    if count := pc.sum(pc.match_substring_regex(texts, TAGS, ignore_case=True)).as_py():
        counters["documents_with_tags"] = counters.get("documents_with_tags", 0) + count
