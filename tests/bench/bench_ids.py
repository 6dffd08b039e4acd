"""Text to ids, compared with `tokenizers` and, if they are installed, nanotoken, tokie and flash-tokenizer.

    python tests/bench/bench_ids.py SENTENCES VOCAB [--megabytes 50]

Each gets the same sentences, on one thread, in turns; our encoder begins each turn with an empty cache. Prints MB of text per
CPU-second, the ratio to `encode_batch_fast` in each turn, and the number of sentences with different ids.
"""

import argparse
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tokenizers
from tables import ratios, spread, table

from bertprep import store
from bertprep.vocab.vocabulary import Vocabulary
from bertprep.vocab.wordpiece import Encoder

BATCH = 10_000
Encode = Callable[[pa.Array], list[list[int]]]


def some_sentences(folder: str, megabytes: float) -> pa.Array:
    """The first sentences of a folder, about `megabytes` MB of UTF-8."""
    lists = [store.read_part(path)["sentences"] for path, _ in store.read_manifest(folder, "segment").parts("train")]
    texts = pa.chunked_array([chunk.flatten() for column in lists for chunk in column.chunks]).combine_chunks()
    ends = texts.offsets.to_numpy() if hasattr(texts, "offsets") else np.frombuffer(texts.buffers()[1], np.int32)
    return texts.slice(0, int(np.searchsorted(ends, megabytes * 1e6)))


def by_bertprep(vocab: str) -> Callable[[pa.Array], tuple[np.ndarray, np.ndarray]]:
    vocabulary = Vocabulary.load(vocab)
    return lambda texts: Encoder(vocabulary).encode(texts)


def by_tokenizers(vocab: str) -> Encode:
    tokenizer = tokenizers.Tokenizer.from_file(f"{vocab}/tokenizer.json")
    tokenizer.encode_special_tokens = True  # a special token written in the text is text

    def run(texts: pa.Array) -> list[list[int]]:
        found = []
        for first in range(0, len(texts), BATCH):
            batch = texts[first : first + BATCH].to_pylist()
            found += [each.ids for each in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]
        return found

    return run


def by_flash_tokenizer(vocab: str) -> Encode | None:
    try:
        from flash_tokenizer import BertTokenizerFlash
    except ImportError:
        return None
    lowercase = Vocabulary.load(vocab).lowercase
    tokenizer = BertTokenizerFlash(f"{vocab}/vocab.txt", do_lower_case=lowercase, model_max_length=1_000_000)

    def run(texts: pa.Array) -> list[list[int]]:
        found = []
        for first in range(0, len(texts), BATCH):
            batch = texts[first : first + BATCH].to_pylist()
            ids = tokenizer(batch, padding="longest", max_length=1_000_000, do_multiprocess=False).input_ids
            found += [each[1:-1] for each in ids]
        return found

    return run


def by_nanotoken(vocab: str) -> Encode | None:
    try:
        import nanotoken
    except ImportError:
        return None
    content = json.loads(Path(vocab, "tokenizer.json").read_text(encoding="utf-8"))
    content["added_tokens"] = []  # so that a special token written in the text is text
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
        tokenizer = nanotoken.Tokenizer(f"{folder}/tokenizer.json")

    def run(texts: pa.Array) -> list[list[int]]:
        tokenizer.clear_cache()
        found = []
        for first in range(0, len(texts), BATCH):
            batch = texts[first : first + BATCH].to_pylist()
            ids = tokenizer.encode_batch(batch, add_special_tokens=False, parallel=False)
            found += [(ids.ids, start, stop) for start, stop in itertools.pairwise(ids.offsets.tolist())]
        return found

    return run


def by_tokie(vocab: str) -> Encode | None:
    try:
        import tokie
    except ImportError:
        return None
    tokenizer = tokie.Tokenizer.from_json(f"{vocab}/tokenizer.json")

    def run(texts: pa.Array) -> list[list[int]]:
        found = []
        for first in range(0, len(texts), BATCH):
            batch = texts[first : first + BATCH].to_pylist()
            found += [each.ids for each in tokenizer.encode_batch(batch, add_special_tokens=False)]
        return found

    return run


def timed(run: Callable[[pa.Array], object], texts: pa.Array) -> tuple[float, object]:
    began = time.process_time()
    found = run(texts)
    return time.process_time() - began, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences")
    parser.add_argument("vocab")
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    texts = some_sentences(asked.sentences, asked.megabytes)
    size = sum(len(text.as_buffer()) for text in texts) / 1e6
    runs = {
        "encode_batch_fast": by_tokenizers(asked.vocab),
        "bertprep": by_bertprep(asked.vocab),
        "nanotoken": by_nanotoken(asked.vocab),
        "tokie": by_tokie(asked.vocab),
        "flash-tokenizer": by_flash_tokenizer(asked.vocab),
    }
    seconds: dict[str, list[float]] = {name: [] for name, run in runs.items() if run}
    different = {}
    for _ in range(asked.turns):
        expected: list[list[int]] = []
        for name in seconds:
            spent, found = timed(runs[name], texts)
            seconds[name].append(spent)
            expected = expected or found
            if name == "bertprep":
                found = [ids.tolist() for ids in np.split(found[0], found[1][1:-1])]
            if name == "nanotoken":
                found = [ids[start:stop].tolist() for ids, start, stop in found]
            different[name] = sum(one != other for one, other in zip(found, expected, strict=True))
    words = len(pc.unique(pc.list_flatten(pc.utf8_split_whitespace(texts))))
    print(f"{size:.1f} MB in {len(texts):,} sentences, with {words:,} distinct words between blanks.\n")
    base = seconds["encode_batch_fast"]
    rows = [
        [name, f"{size / statistics.median(times):.1f}", spread(ratios(base, times)), f"{different[name]:,}"]
        for name, times in seconds.items()
    ]
    print(table(["", "MB/s", "times encode_batch_fast", "sentences with other ids"], rows))


if __name__ == "__main__":
    main()
