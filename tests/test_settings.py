"""Settings: every knob describes itself, and wrong values are refused in the words of the command line."""

import dataclasses

import pytest

from bertprep.core import fields as knobs
from bertprep.core.errors import UsageError
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


@pytest.mark.parametrize("kind", ALL)
def test_every_knob_has_help_that_ends_like_a_sentence(kind):
    for field in dataclasses.fields(kind):
        assert field.metadata["help"].rstrip().endswith((".", ")", "].")), field.name


@pytest.mark.parametrize("kind", ALL)
def test_the_digest_depends_on_every_knob(kind):
    seen = {knobs.digest_of(kind().as_dict())}
    for field in dataclasses.fields(kind):
        changed = kind()
        object.__setattr__(changed, field.name, "something else")
        seen.add(knobs.digest_of(changed.as_dict()))
    assert len(seen) == 1 + len(dataclasses.fields(kind))


def test_differences_are_spelled_out():
    before, after = MaskSettings().as_dict(), MaskSettings(mask_prob=0.2, seed=3).as_dict()
    assert knobs.differences(before, after) == ["mask_prob 0.15 -> 0.2", "seed 0 -> 3"]
    assert knobs.differences(before, before) == []


def test_the_published_numbers_are_the_defaults():
    assert (MaskSettings().mask_prob, MaskSettings().mask_replace_prob, MaskSettings().random_replace_prob) == (
        0.15,
        0.8,
        0.1,
    )
    assert (PairSettings().max_length, PairSettings().short_probability) == (128, 0.1)
    assert VocabSettings().size == 30522
