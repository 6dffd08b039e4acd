"""All stages with tokenizers other than BERT's: data and models give the same results in `transformers`."""

import made_tokenizers
import numpy as np
import pytest

import bertprep

torch = pytest.importorskip("torch")

from bertprep.train.data.collate import collator  # noqa: E402

SHAPE = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 1,
    "intermediate_size": 16,
    "max_position_embeddings": 48,
}
TEXT = "The [MASK] sat on the [MASK], and slept."


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    (folder / "c.txt").write_text(
        "\n\n".join("\n".join(some) for some in np.array_split(np.array(made_tokenizers.lines()), 30))
    )
    bertprep.segment(folder / "c.txt", folder / "sentences", workers=1, validation_share=0.3)
    return folder / "sentences"


@pytest.mark.parametrize(
    "name, options", [("roberta", {}), ("gpt2", {"special_tokens": {"mask": "[MASK]"}}), ("albert", {"max_length": 40})]
)
def test_a_model_and_its_tokenizer_are_the_same_to_transformers(tmp_path, sentences, name, options):
    transformers = pytest.importorskip("transformers")
    vocab = made_tokenizers.write(tmp_path / "vocab", made_tokenizers.MADE[name]())
    pairs = bertprep.build_pairs(sentences, vocab, tmp_path / "pairs", **{"max_length": 48, **options}, workers=1)
    shards = bertprep.mask(tmp_path / "pairs", tmp_path / "shards", strategy="whole-word", workers=1)
    for folder in (pairs, shards):
        assert all(finding.ok is not False for finding in folder.verify())
    model = bertprep.train(
        tmp_path / "shards", tmp_path / "model", model_config=SHAPE, steps=2, batch_size=4, device="cpu"
    )
    figures = model.evaluate(tmp_path / "shards")
    kind = {"roberta": "byte-level BPE", "gpt2": "byte-level BPE", "albert": "Unigram"}[name]
    assert f"for a {kind} vocabulary of" in (tmp_path / "model" / "README.md").read_text()
    theirs = transformers.AutoModelForPreTraining.from_pretrained(tmp_path / "model").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "model")

    asked = tokenizer(TEXT.replace("[MASK]", tokenizer.mask_token), return_tensors="pt")
    with torch.no_grad():
        expected = theirs(**asked).prediction_logits[0].softmax(-1)
    masks = np.flatnonzero(asked["input_ids"][0] == tokenizer.mask_token_id)
    for text in (TEXT, TEXT.replace("[MASK]", tokenizer.mask_token)):
        for place, found in zip(masks, model.fill_mask(text, 4, pieces=True), strict=True):
            values, ids = expected[place].topk(4)
            assert [word for word, _ in found] == tokenizer.convert_ids_to_tokens(ids.tolist())
            assert np.allclose([value for _, value in found], values, rtol=1e-4)
    assert not any(word.startswith(("Ġ", "▁", "##")) for word, _ in model.fill_mask(TEXT)[0])
    with torch.no_grad():
        logits = theirs(**tokenizer("The cat sat.", "It was a mat.", return_tensors="pt")).seq_relationship_logits
    assert np.isclose(
        model.next_probability("The cat sat.", "It was a mat."), float(logits.softmax(-1)[0, 0]), rtol=1e-4
    )

    # held-out rows, through our collator and as `export --to hf` writes them, give the loss that we measure
    import pyarrow as pa
    import pyarrow.parquet as pq

    bertprep.export(tmp_path / "shards", tmp_path / "hf", to="hf")
    [part] = (tmp_path / "shards").glob("validation-*.arrow")
    batch = collator(str(tmp_path / "shards"))(pa.ipc.open_file(part).read_all().to_pylist())
    [exported] = (tmp_path / "hf").glob("validation-*.parquet")
    columns = pq.read_table(exported).to_pydict()
    width = batch["input_ids"].shape[1]
    for column in ("input_ids", "token_type_ids", "attention_mask", "labels"):
        assert (torch.tensor(columns[column])[:, :width] == batch[column]).all(), column
    assert batch["token_type_ids"].any() == (name != "roberta")
    with torch.no_grad():
        loss = theirs(**batch).loss
    assert np.isclose(float(loss), figures["mlm_loss"] + figures["nsp_loss"], rtol=1e-3)
    decoded = [bertprep.inspect(tmp_path / folder, 3) for folder in ("pairs", "shards")]
    assert not {"Ġ", "▁"} & {*"".join(row["text_a"] + row["text_b"] for row in decoded[0])}
    ids = {token["true_id"]: token["true"] for row in decoded[1] for token in row["tokens"] if token["kind"]}
    assert ids and all(text.removeprefix("##") for text in ids.values())
    documents = [
        row.as_py() for part in sentences.glob("*.arrow") for row in pa.ipc.open_file(part).read_all()["sentences"]
    ]
    running = tokenizer([" ".join(document) for document in documents], add_special_tokens=False)["input_ids"]
    assert pairs.counters["tokens"] == sum(map(len, running))
