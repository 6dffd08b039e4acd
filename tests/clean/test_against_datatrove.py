"""The rules of Gopher and FineWeb agree with datatrove's on ten thousand documents.

    pip install datatrove loguru humanize

Both get the same end marks (datatrove's do not include quotation marks) and the same words, separated by white space: its own
tokenizers split off punctuation, which changes verdicts near a threshold. A lone bullet (•) counts as a word there and not here;
these documents have none. Runs of words are not compared for documents under fifty words: datatrove counts the most frequent
run as repeated even if it occurs once, which can then be a sixth of the text.

Not compared: the ratio of line ends to words (`list_ratio`), which does not apply to sentences; and C4, whose filter rewrites
lines where ours are two kinds of rules.
"""

import importlib

import numpy as np
import pyarrow as pa
import pytest

from bertprep.clean import judge
from bertprep.clean.rules import names_of
from bertprep.clean.settings import CleanSettings
from bertprep.clean.text import ELLIPSES, TERMINAL
from bertprep.core import schema

FILTERS = "datatrove.pipeline.filters."
DOCUMENTS = 10_000
JUNK = ("Buy now", "# top #", "- one two three", "- item", "12 34 56", "read more...", "Home", "a b c d e f", "x" * 60)


def documents(sentences):
    """Runs of 1 to 30 sentences of a text, a third of them with inserted garbage or repeated sentences and words."""
    draw = np.random.Generator(np.random.PCG64(0))
    for _ in range(DOCUMENTS):
        start = int(draw.integers(len(sentences) - 30))
        found = sentences[start : start + int(draw.integers(1, 31))]
        kind = int(draw.integers(9))
        if kind == 0:
            found = found + [JUNK[int(draw.integers(len(JUNK)))]] * int(draw.integers(1, 40))
        elif kind == 1:
            found = found + found[: int(draw.integers(1, 4))]
        elif kind == 2:
            words = found[0].split()[:6]
            found = [f"{' '.join(words)} {text}" for text in found]
        yield found


@pytest.mark.slow
def test_verdicts_are_those_of_datatrove(road, monkeypatch):
    pytest.importorskip("datatrove", reason="datatrove is not installed")
    from bertprep import store

    rows = [
        row
        for path, _ in store.read_manifest(str(road / "sentences")).parts("train")
        for row in store.read_part(path).to_pylist()
    ]
    prose = [text for row in rows if row["language"] == "en" for text in row["sentences"]]
    lists = list(documents(prose))
    table = pa.table({name: ["en"] * len(lists) for name in schema.SENTENCES.names if name != "sentences"})
    table = table.append_column("sentences", pa.array(lists, pa.list_(pa.string()))).select(schema.SENTENCES.names)
    long = [sum(len(text.split()) for text in each) >= 50 for each in lists]
    document = importlib.import_module("datatrove.data").Document
    for module, name, options, rules in (
        ("gopher_quality_filter", "GopherQualityFilter", {}, set(names_of("gopher")) - {"gopher-repetition"}),
        ("gopher_repetition_filter", "GopherRepetitionFilter", {}, {"gopher-repetition"}),
        (
            "fineweb_quality_filter",
            "FineWebQualityFilter",
            {"new_line_ratio": 9, "exclusion_writer": None, "stop_chars": tuple(TERMINAL + ELLIPSES)},
            {"fineweb"},
        ),
    ):
        filters = importlib.import_module(FILTERS + module)
        monkeypatch.setattr(filters, "split_into_words", lambda text, language: text.split())
        judged = getattr(filters, name)(**options)
        theirs = [judged.filter(document(text="\n".join(each), id="")) is not True for each in lists]
        ours = judge.judge(table, CleanSettings(rules=",".join(rules))).document_D > 0
        assert 200 < sum(theirs) < DOCUMENTS - 200, name
        compared = [place for place in range(DOCUMENTS) if name != "GopherRepetitionFilter" or long[place]]
        differ = [place for place in compared if bool(ours[place]) != theirs[place]]
        assert not differ, (name, len(differ), [lists[place] for place in differ[:3]])
