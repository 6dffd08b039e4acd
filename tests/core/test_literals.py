"""`holding` finds strings in columns of texts like Python's `in`."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from bertprep.core.literals import holding

TEXTS = st.lists(st.none() | st.text(" =@-.*(é\n\x00", max_size=6), max_size=5)


@given(TEXTS, st.text(" =@-.*(é", min_size=1, max_size=2), st.integers(0, 2))
def test_a_column_holds_what_its_texts_hold(texts, sign, start):
    column = pa.array(texts, pa.string()).slice(start)
    assert holding(column, sign).tolist() == [text is not None and sign in text for text in texts[start:]]
