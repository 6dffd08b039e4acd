"""--plain-quotes replaces quotation marks and nothing else, in every language whose spaces distinguish opening marks."""

import re

import pyarrow as pa
from corpora import json_lines, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core import schema
from bertprep.languages import codes, load
from bertprep.sentences import documents, quotes
from bertprep.sentences.settings import SegmentSettings

SENTENCES = st.text(st.sampled_from("ab .,'\"-–—…ʻʼ׳′「好ありไท" + quotes.DOUBLE + quotes.SINGLE), min_size=1)
HAS_NO_SPACES = re.compile("[好ありไท]")

BY_HAND = [
    ("en", "“It’s late,” he said, ‘isn´t it?’", "\"It's late,\" he said, 'isn't it?'"),
    ("de", "Er sagte: „Ja, ‚gern‘“ und »Nein« – 5′ weit.", 'Er sagte: "Ja, \'gern\'" und "Nein" – 5′ weit.'),
    ("fr", "« Il est tard », dit-il ; l’heure.", '"Il est tard", dit-il ; l\'heure.'),
    ("ru", "Он сказал: «Да» — и “ушёл”…", 'Он сказал: "Да" — и "ушёл"…'),
    ("haw", "ʻO Hawaiʻi “nei”", 'ʻO Hawaiʻi "nei"'),
    ("und", "“Hm”", '"Hm"'),
    ("und", "他说：“好。”", "他说：“好。”"),
    ("zh", "他说：“好。”", "他说：“好。”"),
    ("ja", "「はい」と“彼”は言った。", "「はい」と“彼”は言った。"),
    ("th", "เขาพูดว่า “ดี”", "เขาพูดว่า “ดี”"),
]


def plain(texts, languages):
    counters = dict.fromkeys(quotes.COUNTERS, 0)
    result = quotes.plain(pa.array(texts, pa.list_(pa.string())), pa.array(languages, pa.string()), counters)
    return result.to_pylist(), counters["quotes_made_plain"]


def test_marks_by_hand():
    assert plain([[given] for _, given, _ in BY_HAND], [code for code, _, _ in BY_HAND])[0] == [
        [expected] for _, _, expected in BY_HAND
    ]
    assert plain([["No mark."], []], ["en", "en"]) == ([["No mark."], []], 0)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.lists(SENTENCES, max_size=3), st.sampled_from([*codes(), "und", "xx"])), max_size=4))
def test_marks_alone_are_replaced_and_counted(found):
    texts, languages = [texts for texts, _ in found], [code for _, code in found]
    after, count = plain(texts, languages)
    assert plain(after, languages) == (after, 0)  # nothing is left to do
    for before, now, code in zip(texts, after, languages, strict=True):
        keeps = set(load(code).scripts[:1]) & quotes.SCRIPTS_WITHOUT_SPACES
        for old, new in zip(before, now, strict=True):
            if keeps or (code == "und" and HAS_NO_SPACES.search(old)):
                assert new == old
            else:
                if code == "fr":  # the space between a mark and its word is removed with the mark
                    old = re.sub("([«‹])\\s+", r"\1", old)
                    old = re.sub("\\s+([»›])", r"\1", old)
                assert new == old.translate(str.maketrans(quotes.PLAIN))
    changed = sum(len(re.findall(quotes.MARK, "".join(each))) for each in texts)
    assert count == changed - sum(len(re.findall(quotes.MARK, "".join(each))) for each in after)


def test_sentences_end_where_they_do_without_it():
    text = "“Who is it?” she asked. He said: ‘Nobody.’ “I see.” It was Dr. Low’s. “Well, well. Go home.” Then he left."
    columns = {name: [None] for name in schema.DOCUMENTS.names} | {"source": ["a"], "text": [text]}
    table = pa.table(columns, schema=schema.DOCUMENTS)
    kept, plain_ones = (
        documents.segment(table, SegmentSettings(lang="en", plain_quotes=wanted))[0]["sentences"].to_pylist()[0]
        for wanted in (False, True)
    )
    assert plain_ones == [sentence.translate(str.maketrans(quotes.PLAIN)) for sentence in kept] and len(kept) > 4


def test_the_option_is_off_by_default_and_told_in_the_summary(command, tmp_path):
    write(
        tmp_path / "a.jsonl",
        json_lines(*({"text": f"“It’s the {n} of many,” she said. Then he left."} for n in range(4))),
    )
    line = ("segment", tmp_path / "a.jsonl", "--lang", "en", "--validation-share", "0", "--workers", "1")
    code, out, _ = command(*line, "-o", tmp_path / "kept")
    assert code == 0 and "quot" not in out
    code, out, _ = command(*line, "-o", tmp_path / "plain", "--plain-quotes")
    assert code == 0 and "12 typographic quotation marks and apostrophes replaced" in out
    code, _, err = command(*line, "-o", tmp_path / "kept", "--plain-quotes")
    assert code == 4 and "plain_quotes False -> True" in err
    assert command("verify", tmp_path / "plain")[0] == 0
