"""Settings: every field describes itself, and errors for wrong values name the command-line option."""

import dataclasses
import json

import pytest
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core import fields
from bertprep.core.errors import UsageError
from bertprep.core.records import parsed
from bertprep.pairs.settings import PairSettings
from bertprep.sentences.settings import SegmentSettings
from bertprep.shards.settings import MaskSettings
from bertprep.train.settings import TrainSettings
from bertprep.vocab.settings import VocabSettings

ALL = [SegmentSettings, VocabSettings, PairSettings, MaskSettings, TrainSettings]
WRONG = [
    (SegmentSettings, {"format": "pdf"}, "--format"),
    (SegmentSettings, {"validation_share": 0.9}, "--validation-share"),
    (SegmentSettings, {"validation_share": float("nan")}, "--validation-share"),
    (SegmentSettings, {"partitions": 0}, "--partitions"),
    (SegmentSettings, {"limit": 0}, "--limit"),
    (VocabSettings, {"size": 10}, "--size"),
    (VocabSettings, {"unused": -1}, "--unused"),
    (PairSettings, {"max_length": 15}, "--max-length"),
    (PairSettings, {"max_length": 8193}, "--max-length"),
    (PairSettings, {"pairing": "random"}, "--pairing"),
    (PairSettings, {"short_probability": 1.5}, "--short-probability"),
    (PairSettings, {"passes": 0}, "--passes"),
    (PairSettings, {"seed": -1}, "--seed"),
    (MaskSettings, {"mask_prob": -0.1}, "--mask-prob"),
    (MaskSettings, {"mask_replace_prob": 0.95}, "--random-replace-prob"),
    (MaskSettings, {"strategy": "words"}, "--strategy"),
    (MaskSettings, {"shards": 0}, "--shards"),
    (MaskSettings, {"compression": "gzip"}, "--compression"),
    (TrainSettings, {"model": "huge"}, "--model"),
    (TrainSettings, {"batch_size": 0}, "--batch-size"),
]


@pytest.mark.parametrize(("kind", "values", "option"), WRONG)
def test_wrong_values_are_refused_by_the_option_s_name(kind, values, option):
    with pytest.raises(UsageError, match=option):
        kind(**values)


example_count = settings(max_examples=100)
FIELDS = [(kind, field) for kind in ALL for field in dataclasses.fields(kind)]
NUMBERS = [(kind, field) for kind, field in FIELDS if any(word in str(field.type) for word in ("int", "float"))]
ENDLESS = [float("inf"), float("-inf"), float("nan"), 1e300, 10**400, -(10**400)]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*ENDLESS, "\ud800"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@each("value", [*ENDLESS, 10**5000])
@each("kind, field", NUMBERS)
def test_no_number_is_infinite_or_none_at_all(kind, field, value):
    with pytest.raises(UsageError, match=fields.option_name(field)):
        kind(**{field.name: value})


@example_count
@given(st.sampled_from(FIELDS), VALUES)
def test_what_is_accepted_is_accepted_again_from_a_record(kind_and_field, value):
    kind, field = kind_and_field
    try:
        made = kind(**{field.name: value})
    except UsageError as error:
        assert len(str(error)) < 500
        return
    record = parsed(json.dumps({"run": {"settings": made.as_dict()}}, ensure_ascii=False).encode())
    read = record["run"]["settings"]
    assert read == made.as_dict()
    assert fields.wrong_value(kind, read) is None
    assert kind(**read) == made


def deep(levels):
    return {"a": deep(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    "content", [{"a": float("nan")}, {"a": [{"b": float("inf")}]}, {1: 2}, {"a": {1, 2}}, deep(49)]
)
def test_a_model_s_config_is_such_as_json_can_hold(content):
    with pytest.raises(UsageError, match="--model-config"):
        TrainSettings(model_config=content)


@pytest.mark.parametrize("kind", ALL)
def test_every_field_has_help_that_ends_like_a_sentence(kind):
    for field in dataclasses.fields(kind):
        assert field.metadata["help"].rstrip().endswith((".", ")", "].")), field.name


@pytest.mark.parametrize("kind", ALL)
def test_the_digest_depends_on_every_field(kind):
    seen = {fields.digest_of(kind().as_dict())}
    for field in dataclasses.fields(kind):
        changed = kind()
        object.__setattr__(changed, field.name, "something else")
        seen.add(fields.digest_of(changed.as_dict()))
    assert len(seen) == 1 + len(dataclasses.fields(kind))


def test_differences_are_spelled_out():
    before, after = MaskSettings().as_dict(), MaskSettings(mask_prob=0.2, seed=3).as_dict()
    assert fields.differences(before, after) == ["mask_prob 0.15 -> 0.2", "seed 0 -> 3"]
    assert fields.differences(before, before) == []


def test_the_published_numbers_are_the_defaults():
    assert (MaskSettings().mask_prob, MaskSettings().mask_replace_prob, MaskSettings().random_replace_prob) == (
        0.15,
        0.8,
        0.1,
    )
    assert (PairSettings().max_length, PairSettings().short_probability) == (128, 0.1)
    assert VocabSettings().size == 30522
