"""What is fuzzed: each target spoils something in a fresh folder and gives the command line that meets it.

A target gets a `random.Random`, the folder of the trial (to put things in, `out` is where commands may write) and the
folder `base` with a sound corpus and run.
"""

import bz2
import gzip
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from mutate import NASTY_BYTES, spoilt_bytes, spoilt_json

from bertprep import store

TEXT = (
    "The cat sat on the mat. It was a warm day, and nobody came by.\nA dog barked! Dr. Smith said: “No.” 3.5 % of them.\n\n"
    "Another document starts here; it has two sentences. 这是一个句子。那是另一个。\n\nПривет, мир. Как дела?\n"
)
PAGE = (
    "<page><title>A &amp; B</title><ns>0</ns><id>{number}</id><revision><id>9</id><format>text/x-wiki</format>"
    '<text bytes="99" xml:space="preserve">\'\'\'Bears\'\'\' are [[mammal|mammals]].{{{{cite|a=1}}}} They eat fish.&lt;ref&gt;x&lt;/ref&gt;\n'
    "== History ==\nOnce there was [[File:a.jpg|thumb|a [[bear]]]] one.\n{{| class=x\n|-\n| a || b\n|}}\n* an item\n</text>"
    "</revision></page>\n"
)
DUMP = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="en"><siteinfo><sitename>W</sitename><namespaces>'
    '<namespace key="0" /><namespace key="1">Talk</namespace></namespaces></siteinfo>\n'
    + "".join(PAGE.format(number=number) for number in range(1, 5))
    + "</mediawiki>\n"
)
BOMB = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{n + 1} "{f"&lol{n or str()};" * 10}">' for n in range(12)
)
EXTRACTED = '<doc id="1" url="u" title="A">\nA\n\nSome text here. And more.\n\n</doc>\n' * 3
ROWS = [{"id": n, "title": "T", "text": f"Row {n} says this. It also says that."} for n in range(20)]
ENDINGS = {"": lambda data: data, ".gz": gzip.compress, ".bz2": bz2.compress, ".zst": lambda data: _zstd(data)}
Target = Callable[[random.Random, Path, Path], list[str]]


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def _segment(draw: random.Random, trial: Path, name: str, data: bytes, *options: str) -> list[str]:
    (trial / name).write_bytes(data)
    return ["segment", str(trial / name), "-o", str(trial / "out"), "--workers", "1", *options]


# -- corpora ----------------------------------------------------------------------------------------------------------


def plain_text(draw: random.Random, trial: Path, base: Path) -> list[str]:
    return _segment(draw, trial, "a.txt", spoilt_bytes(draw, TEXT.encode() * draw.choice([1, 20])))


def json_lines(draw: random.Random, trial: Path, base: Path) -> list[str]:
    rows = [spoilt_json(draw, row) if draw.random() < 0.1 else row for row in ROWS]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    return _segment(draw, trial, "a.jsonl", spoilt_bytes(draw, data) if draw.random() < 0.7 else data)


def csv(draw: random.Random, trial: Path, base: Path) -> list[str]:
    data = "id,title,text\n" + "".join(f'{row["id"]},T,"{row["text"]}"\n' for row in ROWS)
    return _segment(draw, trial, draw.choice(["a.csv", "a.tsv"]), spoilt_bytes(draw, data.encode()))


def wikiextractor(draw: random.Random, trial: Path, base: Path) -> list[str]:
    return _segment(draw, trial, "wiki_00", spoilt_bytes(draw, EXTRACTED.encode()), "--format", "wikiextractor")


def xml_dump(draw: random.Random, trial: Path, base: Path) -> list[str]:
    data = DUMP.encode()
    way = draw.randrange(6)
    if way == 0:
        data = BOMB.encode() + b"]>" + data.replace(b"Bears", f"&lol{draw.randrange(12)};".encode())
    elif way == 1:
        data = data.replace(b"bytes=", b'x="' + b"a" * draw.choice([1000, 3_000_000]) + b'" bytes=')
    elif way == 2:
        data = data.decode().encode(draw.choice(["utf-16", "utf-16-be", "cp037", "utf-7"]))
    elif way == 3:
        data = data.replace(b"They eat fish", _wikitext(draw).replace("<", "&lt;").encode("utf-8", "replace"))
    elif way == 4:
        data = data.replace(draw.choice([b"</text>", b"</page>", b"</revision>", b"</title>", b"</mediawiki>", b"<page>"]), b"")
    return _segment(draw, trial, "a.xml", data if draw.random() < 0.4 else spoilt_bytes(draw, data))


def _wikitext(draw: random.Random) -> str:
    pieces = [piece.decode("utf-8", "replace") for piece in NASTY_BYTES if b"\x00" not in piece]
    pieces += ["{{", "{{a|", "[[", "[[File:", "|", "}}", "]]", "<ref name=x>", "</ref", "<nowiki>", "{|", "\n|-\n", "\n* ", "word ", "\n== "]
    pieces += ["<div", "<br/>", "http://a.b/c", "[http://x y]", "&nbsp;", "''", "__TOC__", "<!-", "<math>", "-{", "}-", "#REDIRECT [["]
    if draw.random() < 0.3:
        return draw.choice(pieces) * draw.choice([10, 1000, 30_000])
    return "".join(draw.choices(pieces, k=draw.choice([5, 50, 2000])))


def columns(draw: random.Random, trial: Path, base: Path) -> list[str]:
    table, kind = pa.Table.from_pylist(ROWS), draw.choice(["parquet", "arrow", "stream"])
    sink = pa.BufferOutputStream()
    if kind == "parquet":
        pq.write_table(table, sink, compression=draw.choice(["none", "snappy", "zstd", "gzip"]), row_group_size=7)
    else:
        with (pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream)(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=7)
    data = spoilt_bytes(draw, sink.getvalue().to_pybytes(), most=2)
    return _segment(draw, trial, "a.parquet" if kind == "parquet" else "a.arrow", data)


def compressed(draw: random.Random, trial: Path, base: Path) -> list[str]:
    kind, ending = draw.choice([".txt", ".jsonl", ".xml", ".csv"]), draw.choice([".gz", ".bz2", ".zst"])
    content = {".txt": TEXT, ".jsonl": json.dumps(ROWS[0]) + "\n", ".xml": DUMP, ".csv": "text\nA b.\n"}[kind]
    data = ENDINGS[ending](content.encode() * draw.choice([1, 50]))
    data = b"".join([data] * draw.choice([1, 1, 3]))
    return _segment(draw, trial, f"a{kind}{ending}", spoilt_bytes(draw, data, most=2))


# -- vocabularies and settings ----------------------------------------------------------------------------------------


def vocabulary(draw: random.Random, trial: Path, base: Path) -> list[str]:
    shutil.copytree(base / "vocab", trial / "vocab")
    name = draw.choice(["tokenizer.json", "vocab.txt", "tokenizer_config.json"])
    path = trial / "vocab" / name
    data = path.read_bytes()
    way = draw.randrange(6)
    if way == 0 and name != "vocab.txt":
        data = json.dumps(spoilt_json(draw, json.loads(data)), allow_nan=True).encode("utf-8", "surrogatepass")
    elif way == 1:
        data = draw.choice([b"", b"\n", data.replace(b"\n", b"\r\n"), data + data, b"a" * 10_000_000, b"\xef\xbb\xbf" + data])
    elif way == 2:
        data = data.replace(draw.choice([b"[MASK]", b"[UNK]", b"[PAD]", b"##"]), draw.choice([b"", b"[CLS]", b"x"]))
    else:
        data = spoilt_bytes(draw, data)
    path.write_bytes(data)
    if name != "tokenizer.json" and draw.random() < 0.8:
        (trial / "vocab" / "tokenizer.json").unlink()
    pairs = ["build-pairs", str(base / "sentences"), "--vocab", str(trial / "vocab"), "-o", str(trial / "out"), "--workers", "1"]
    return draw.choice([pairs, ["inspect", str(trial / "vocab")], ["verify", str(trial / "vocab")]])


def config(draw: random.Random, trial: Path, base: Path) -> list[str]:
    data = b"[mask]\nmask-prob = 0.3\nseed = 7\nshards = 2\nstrategy = 'span'\n\n[run]\nuntil = 'mask'\n[segment]\nlang = 'en'\n"
    (trial / "a.toml").write_bytes(spoilt_bytes(draw, data))
    return ["--config", str(trial / "a.toml"), "mask", str(base / "pairs"), "-o", str(trial / "out"), "--workers", "1"]


# -- folders ----------------------------------------------------------------------------------------------------------


def _meet(draw: random.Random, trial: Path, name: str) -> list[str]:
    """A command that reads, or makes anew, the folder that was spoilt."""
    folder, out = str(trial / name), str(trial / "out")
    following = {
        "sentences": [
            ["train-vocab", folder, "-o", out, "--size", "300", "--workers", "1"],
            ["build-pairs", folder, "--vocab", str(trial / "vocab"), "-o", out, "--workers", "1"],
        ],
        "vocab": [["build-pairs", str(trial / "sentences"), "--vocab", folder, "-o", out, "--workers", "1"]],
        "pairs": [["mask", folder, "-o", out, "--workers", "1"]],
        "shards": [["export", folder, "-o", out, "--to", draw.choice(["hf", "parquet"])]],
    }[name]
    looking = [["inspect", folder], ["verify", folder], ["verify", str(trial)], ["report", folder, "-o", str(trial / "out.html")]]
    return draw.choice([*following, *looking])


def _folders(draw: random.Random, trial: Path, base: Path) -> str:
    for name in ("sentences", "vocab", "pairs", "shards"):
        shutil.copytree(base / name, trial / name)
    return draw.choice(["sentences", "vocab", "pairs", "shards"])


def manifest(draw: random.Random, trial: Path, base: Path) -> list[str]:
    """Edited manifests, with and without a digest that fits; sometimes the folder is also to be made anew."""
    name = _folders(draw, trial, base)
    path = trial / name / "manifest.json"
    content = json.loads(path.read_bytes())
    if draw.random() < 0.3:
        path.write_bytes(spoilt_bytes(draw, path.read_bytes()))
    else:
        content = spoilt_json(draw, content)
        if draw.random() < 0.2 and isinstance(content, dict) and isinstance(content.get("parts"), list) and content["parts"]:
            trick = draw.choice(["../guard/keep.txt", "../../guard/keep.txt", str(trial / "guard" / "keep.txt"), "vocab/../../guard/keep.txt"])
            content["parts"].append({"name": trick, "rows": 1, "bytes": 4, "checksum": "00"})
        if draw.random() < 0.8:
            try:
                content = store.sealed(content)
            except (TypeError, KeyError, AttributeError, ValueError):
                pass
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if draw.random() < 0.2:
        options = ["--overwrite"] if draw.random() < 0.7 else []
        return {
            "sentences": ["segment", str(base / "corpus.txt"), "-o", str(trial / name), "--workers", "1", *options],
            "vocab": ["train-vocab", str(trial / "sentences"), "-o", str(trial / name), "--workers", "1", *options],
            "pairs": ["build-pairs", str(base / "sentences"), "--vocab", str(base / "vocab"), "-o", str(trial / name), "--workers", "1", *options],
            "shards": ["mask", str(trial / "pairs"), "-o", str(trial / name), "--workers", "1", *options],
        }[name]
    return _meet(draw, trial, name)


def parts(draw: random.Random, trial: Path, base: Path) -> list[str]:
    """Parts with spoilt bytes; for half of them the manifest holds the new checksums, as someone who means harm would have it."""
    name = _folders(draw, trial, base)
    path = draw.choice(sorted(path for path in (trial / name).rglob("*") if path.suffix in (".arrow", ".json", ".txt", ".jsonl") and path.name != "manifest.json"))
    path.write_bytes(spoilt_bytes(draw, path.read_bytes(), most=2))
    if draw.random() < 0.5:
        where = trial / name / "manifest.json"
        content = json.loads(where.read_bytes())
        for part in content["parts"]:
            if trial / name / part["name"] == path:
                part.update(bytes=path.stat().st_size, checksum=store.file_checksum(path))
        where.write_bytes(store._to_json(store.sealed(content)))
    return _meet(draw, trial, name)


def checkpoint(draw: random.Random, trial: Path, base: Path) -> list[str]:
    """Model folders, and training states that a run should go on from."""
    shutil.copytree(base / "model", trial / "model")
    path = draw.choice(sorted(path for path in (trial / "model").rglob("*") if path.is_file()))
    data = path.read_bytes()
    if path.suffix == ".json" and draw.random() < 0.7:
        path.write_text(json.dumps(spoilt_json(draw, json.loads(data))), encoding="utf-8", errors="surrogatepass")
    else:
        path.write_bytes(spoilt_bytes(draw, data, most=2))
    model, shards = str(trial / "model"), str(base / "shards")
    if "checkpoints" in path.parts and draw.random() < 0.7:
        return ["train", shards, "-o", model, "--resume", "--steps", "4", "--batch-size", "4", "--threads", "1"]
    return draw.choice(
        [
            ["predict", model, "The cat [MASK]."],
            ["predict", model, "The cat.", "--next", "It sat."],
            ["evaluate", model, shards],
            ["inspect", model],
            ["report", model, "-o", str(trial / "out.html")],
            ["train", shards, "-o", str(trial / "out"), "--init-from", model, "--steps", "1", "--batch-size", "4", "--threads", "1"],
        ]
    )


TARGETS: dict[str, Target] = {
    one.__name__: one
    for one in (plain_text, json_lines, csv, wikiextractor, xml_dump, columns, compressed, vocabulary, config, manifest, parts, checkpoint)
}
