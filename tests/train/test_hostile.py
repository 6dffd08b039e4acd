"""Malicious models, checkpoints and shards: refused with a message, before memory is allocated or other folders are touched."""

import json
import os

import pyarrow as pa
import pytest
import safetensors.torch
import torch
from train_samples import as_batch, random_rows

from bertprep import store
from bertprep.core.errors import InputError, StoreError
from bertprep.train import evaluate, train
from bertprep.train.bert.folder import read_model
from bertprep.train.bert.model import Bert
from bertprep.train.bert.shape import BERT_BASE, own_shape, parameter_count, shape_of
from bertprep.train.checksums import sealed
from bertprep.train.settings import TrainSettings
from bertprep.train.states import read_state

SHAPE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
SETTINGS = TrainSettings(model_config=SHAPE, batch_size=8, steps=4, save_every=2, threads=1)


# -- config.json ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, message",
    [
        ({"vocab_size": 10**12}, "vocab_size is 1000000000000; expected a whole number from 1 to"),
        ({"hidden_size": 10**9}, "hidden_size is 1000000000"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers is 1000000000"),
        ({"max_position_embeddings": -1}, "max_position_embeddings is -1"),
        ({"hidden_size": True}, "hidden_size is True"),
        ({"hidden_size": "16"}, "hidden_size is '16'"),
        ({"num_attention_heads": 3}, "is not divisible by"),
        ({"hidden_act": []}, r"hidden_act is \[\]"),
        ({"hidden_act": "x" * 100_000}, "hidden_act is 'xxx"),
        ({"layer_norm_eps": 10**400}, "layer_norm_eps is 1000"),
        ({"hidden_size": 65_536, "num_attention_heads": 1, "num_hidden_layers": 1000}, "GB of weights"),
        ({"hidden_size": 2048}, "config.json makes it"),
    ],
)
def test_a_config_is_refused_before_memory_is_taken(change, message, folders, monkeypatch):
    monkeypatch.setattr("bertprep.train.bert.folder.initialise", None)  # which would use the memory
    path = folders / "model" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(InputError, match=message) as raised:
        read_model(folders / "model")
    assert len(str(raised.value)) < 1000


@pytest.mark.parametrize("change", [{}, {"hidden_size": 48, "num_hidden_layers": 3, "type_vocab_size": 3}])
def test_parameters_are_counted_as_they_are(change):
    values = {**BERT_BASE, "vocab_size": 300, "hidden_size": 36, "num_hidden_layers": 2, **change}
    assert parameter_count(values) == sum(one.numel() for one in Bert(shape_of(values, "config")).parameters())


@pytest.mark.parametrize("change", [{"hidden_size": 10**12}, {"num_hidden_layers": 10**9}, {"intermediate_size": 1e9}])
def test_a_mistyped_shape_is_refused_in_the_same_way(change, made):
    from train_samples import vocabulary

    with pytest.raises(InputError, match=f"--model-config: {next(iter(change))} is"):
        own_shape({**SHAPE, **change}, vocabulary(), None)


# -- weights ----------------------------------------------------------------------------------------------------------


def changed_weights(folder, change):
    path = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    change(tensors)
    safetensors.torch.save_file(tensors, path)


@pytest.mark.parametrize(
    "change, message",
    [
        (
            lambda tensors: tensors.update({"bert.pooler.dense.bias": torch.zeros(())}),
            r"bert.pooler.dense.bias is \[\]",
        ),
        (lambda tensors: tensors.update({"bert.pooler.dense.bias": torch.zeros(16, dtype=torch.int64)}), "lack"),
        (lambda tensors: tensors.pop("bert.embeddings.LayerNorm.weight"), "lack bert.embeddings.LayerNorm.weight"),
        (lambda tensors: tensors["bert.pooler.dense.bias"].fill_(float("nan")), "contains NaN or infinite values"),
        (
            lambda tensors: tensors.update({"bert.encoder.layer.0.attention.self.key.weight": torch.zeros(4, 16)}),
            r"key.weight is \[4, 16\], config.json makes it \[16, 16\]",
        ),
    ],
)
def test_weights_of_another_shape_or_kind_are_named(change, message, folders):
    changed_weights(folders / "model", change)
    with pytest.raises(InputError, match=message):
        read_model(folders / "model")


@pytest.mark.parametrize("length", [0, 2**63, 2**64 - 1, 100])
def test_a_header_with_a_forged_length_is_reported(length, folders):
    path = folders / "model" / "model.safetensors"
    path.write_bytes(length.to_bytes(8, "little") + path.read_bytes()[8:])
    with pytest.raises(InputError, match="damaged or not safetensors"):
        read_model(folders / "model")


# -- checkpoints ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, message",
    [
        ({"step": 2**70}, "step is 1180591620717411303424; expected a whole number"),
        ({"step": 3}, "step is 3, and the folder is step-000004"),
        ({"rows": -1}, "rows is -1"),
        ({"flops": 10**400}, "flops is 1000"),
        ({"seconds": "x"}, "seconds is 'x'"),
        ({"validation_before": {"mlm_loss": 7.0}}, "validation_before.mlm_accuracy is missing"),
        ({"validation_before": 7}, "validation_before is 7"),
    ],
)
def test_a_checkpoint_with_wrong_counts_is_named(change, message, folders):
    path = folders / "model" / "checkpoints" / "step-000004" / "state.json"
    path.write_text(json.dumps(sealed({**json.loads(path.read_text()), **change})))
    with pytest.raises(InputError, match=message):
        read_state(path.parent)
    with pytest.raises(StoreError, match="a damaged checkpoint"):
        train([str(folders / "shards")], str(folders / "model"), SETTINGS, quiet=True)


@pytest.mark.parametrize("text", ["{}", "7", "[" * 100_000, '{"settings": [], "data": []}'])
def test_a_run_without_settings_is_not_resumed(text, folders):
    (folders / "model" / "training.json").write_text(text)
    with pytest.raises(StoreError, match=r"training\.json"):
        train([str(folders / "shards")], str(folders / "model"), SETTINGS, quiet=True)


@pytest.mark.skipif(os.name != "posix", reason="links as on Unix")
@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["checkpoints", "metrics.jsonl"])
def test_nothing_behind_a_link_in_a_model_folder_is_written_or_deleted(name, overwrite, folders, tmp_path):
    """Checkpoints behind a link were once deleted, and lines were added to metrics.jsonl."""
    precious = folders / "precious"
    (folders / "model" / name).rename(precious)
    (folders / "model" / name).symlink_to(precious)
    before = {path: path.read_bytes() for path in [precious, *precious.rglob("*")] if path.is_file()}
    with pytest.raises(StoreError, match="is a link"):
        train(
            [str(folders / "shards")], str(folders / "model"), SETTINGS,
            overwrite=overwrite, quiet=True,
        )  # fmt: skip
    assert {path: path.read_bytes() for path in [precious, *precious.rglob("*")] if path.is_file()} == before


# -- shards -----------------------------------------------------------------------------------------------------------


def forge(folder, change):
    """Change columns of both parts, with matching checksums."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    for part in content["parts"]:
        batch = change(pa.ipc.open_file(folder / part["name"]).get_batch(0))
        with pa.ipc.new_file(folder / part["name"], batch.schema) as writer:
            writer.write_batch(batch)
        data = (folder / part["name"]).read_bytes()
        part.update(bytes=len(data), checksum=store.checksum(data), rows=len(batch))
    path.write_text(json.dumps(store.sealed(content)))


def rows_with(**columns):
    """Make a change that replaces columns by lists of Python values."""

    def change(batch):
        for name, values_of in columns.items():
            number = batch.schema.get_field_index(name)
            values = values_of(batch.column(number).to_pylist())
            array = pa.array(values, batch.schema.field(number).type)
            batch = batch.set_column(number, batch.schema.field(number).with_nullable(True), array)
        return batch

    return change


FORGED = {
    "input_ids has an id of 65535": rows_with(input_ids=lambda rows: [[65_535] * len(row) for row in rows]),
    "masked_lm_ids has an id of 60000": rows_with(masked_lm_ids=lambda rows: [[60_000] * len(row) for row in rows]),
    "a masked_lm_position is beyond": rows_with(masked_lm_positions=lambda rows: [[999] * len(row) for row in rows]),
    "a segment_b_start is beyond": rows_with(segment_b_start=lambda rows: [65_535] * len(rows)),
    "a next_sentence_label is neither": rows_with(next_sentence_label=lambda rows: [7] * len(rows)),
    "has an empty row": rows_with(input_ids=lambda rows: [[] for _ in rows]),
    "another number of masked_lm_ids than of": rows_with(masked_lm_ids=lambda rows: [[*row, 7] for row in rows]),
    "column input_ids has a missing value": rows_with(input_ids=lambda rows: [None, *rows[1:]]),
    "column masked_lm_ids has a missing": rows_with(masked_lm_ids=lambda rows: [[None] * len(row) for row in rows]),
    "columns are not those of mask": lambda batch: batch.drop_columns(["pair"]),
    "its columns are not those": lambda batch: batch.set_column(0, "input_ids", pa.array(["x"] * len(batch))),
}


@pytest.mark.parametrize("message", FORGED)
@pytest.mark.parametrize("use", ["train", "evaluate"])
def test_forged_shards_never_index_beyond_the_tables_of_a_model(use, message, folders):
    """Each once raised an error of PyTorch or NumPy; on a GPU, an id outside the vocabulary kills the process."""
    forge(folders / "shards", FORGED[message])
    with pytest.raises(StoreError, match=message) as raised:
        if use == "train":
            train([str(folders / "shards")], str(folders / "out"), SETTINGS, quiet=True)
        else:
            evaluate(str(folders / "model"), [str(folders / "shards")])
    assert ".arrow: " in str(raised.value) and "--overwrite" in str(raised.value)


def test_offsets_beyond_a_column_are_reported(folders):
    path = folders / "shards" / "train-00000-of-00001.arrow"
    data = path.read_bytes()
    bounds = pa.ipc.open_file(data).get_batch(0).column(0).buffers()[1].to_pybytes()
    path.write_bytes(data.replace(bounds, bounds[:-4] + (2**30).to_bytes(4, "little")))
    assert path.read_bytes() != data
    with pytest.raises(StoreError, match="damaged"):
        train([str(folders / "shards")], str(folders / "out"), SETTINGS, quiet=True)


def test_valid_rows_pass(made):
    assert as_batch(random_rows(3)).num_rows == 3
    assert evaluate(str(made / "model"), [str(made / "shards")])["rows"] == 20
