"""The complete folders from which hostile inputs are made; small, so that copies are cheap."""

import json
from pathlib import Path

from bertprep_cli.main import run

SHAPE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}


def make_road(folder: Path, sample_corpus: Path, with_model: bool = True) -> Path:
    """Make sentences, vocab, pairs and shards, and optionally a model of four steps, in `folder`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--vocab-size", "500", "--max-length", "48", "--validation-share", "0.4", "--workers", "1", "--quiet"]
    corpus = folder / "a.txt"
    corpus.write_bytes((sample_corpus / "english" / "animals.txt").read_bytes())
    assert run(["run", str(corpus), "-o", str(folder), "--until", "mask", *options]) == 0
    if with_model:
        shape = folder / "shape.json"
        shape.write_text(json.dumps({**SHAPE, "max_position_embeddings": 48}), encoding="utf-8")
        options = ["--model-config", str(shape), "--batch-size", "4", "--steps", "4", "--save-every", "2"]
        (folder / "train.json").write_text(json.dumps(options), encoding="utf-8")
        assert run(["train", str(folder / "shards"), "-o", str(folder / "model"), "--quiet", *options]) == 0
    return folder
