"""Wrapped lines are joined only in raw text: if a reader yields one paragraph per line, lines are never joined."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import answer, by_record, record, wet
from archives import page as web_page
from books import book, page

pytest.importorskip("resiliparse")

# verse with lines that begin in lower case and end within a sentence, like wrapped text
VERSE = [
    "the miller rode along the river bank",
    "and sang of corn and water all day long",
    "until the wheel began to turn for him",
    "and all the village came to hear the song",
    "that nobody had taught him in the town",
    "but that the river sang him every night.",
]
LINES = "\n".join(VERSE)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in VERSE)
HTML = web_page(*VERSE, title="The miller").encode()
DUMP = (
    '<mediawiki xml:lang="en"><siteinfo></siteinfo><page><title>A</title><ns>0</ns><id>1</id><revision><text>'
    + "\n\n".join(VERSE)
    + "</text></revision></page></mediawiki>"
)
ARTICLE = f"<article><front><article-meta></article-meta></front><body>{PARAGRAPHS}</body></article>"
KEPT = {
    "html.jsonl": json.dumps({"text": PARAGRAPHS}).encode(),
    "a.epub": book({"one.xhtml": page(PARAGRAPHS)}),
    "a.html": HTML,
    "a.warc.gz": by_record([record(answer(HTML))]),
    "a.nxml": ARTICLE.encode(),
    "a.xml": DUMP.encode(),
    "wiki_00": f'<doc id="1" url="u" title="A">\nA\n\n{LINES}\n</doc>\n'.encode(),
}
JOINED = {
    "a.txt": LINES.encode(),
    "a.jsonl": json.dumps({"text": LINES}).encode(),
    "a.csv": f'id,text\n1,"{LINES}"\n'.encode(),
    "a.wet.gz": gzip.compress(wet(LINES)),
}


def test_lines_of_formats_that_have_paragraphs_stay(tmp_path: Path, result) -> None:
    table = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": [LINES]}), table)
    for name, content in {**JOINED, "a.parquet": table.getvalue().to_pybytes(), **KEPT}.items():
        (tmp_path / name).write_bytes(content)
        line = ("segment", tmp_path / name, "--validation-share", 0, "--workers", 1)
        more = ["--html"] if name.startswith("html") else []
        found = result(*line, "-o", tmp_path / f"{name}-out", *more)["counters"]
        if name not in KEPT:
            assert (found["sentences"], found["documents_unwrapped"]) == (1, 1), name
            continue
        assert (found["documents"], found["sentences"], found["documents_unwrapped"]) == (1, len(VERSE), 0), name
    found = result(*line, "-o", tmp_path / "wrapped", "--line-breaks", "wrapped")["counters"]
    assert found["documents_unwrapped"] == 1
