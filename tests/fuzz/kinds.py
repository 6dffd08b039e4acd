"""Hostile inputs by kind: each function writes one into a folder, and returns command lines and their output folder.

Inputs are not stored, since they are determined by kind and number.
"""

import base64
import bz2
import csv
import gzip
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from documents import DOCUMENTS
from mutate import damaged
from pages import PAGES

Case = tuple[list[list[object]], Path]

SENTENCES = (
    "The river is long and slow. It ends in the sea.",
    'He said: "Go!" Then, at 3.15 p.m., Dr. Who left?',
    "第一句话。第二句话！第三句。",
    "<script>alert(1)</script> & so on. Another one here.",
    "Ünïcödé \u200d\u202e text \U0001f600\U0001f1e9\U0001f1ea ok. \ufeff And \ufffd \u0000 more.".replace("\0", ""),
    "a" * 300 + ". " + "b " * 200,
)
MARKUP = (
    *("{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "{|", "|}", "|-", "|", "||", "!", "!!", "==", "===", "'''", "''"),
    *("<ref>", "</ref>", "<ref name=x/>", "<nowiki>", "</nowiki>", "<!--", "-->", "<math>", "</math>", "<gallery>"),
    *("[[File:", "[[Category:", "[http://x ", "{{convert|", "{{lang|de|", "{{#if:", "#REDIRECT [[", "-{zh-hans:", "}-"),
    *("<table>", "<br", "<div style='", "&lt;", "&amp;nbsp;", "&#x110000;", "&#0;", "\n", "\n*", "\n#", "\n;", "\n:"),
    *(" text ", "Word. ", "字。", "=", "~~~~", "__TOC__", "<pre>", "<poem>", "{{!}}", "\n----\n", "<onlyinclude>"),
)
COMPRESS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress}


def zstd(data: bytes) -> bytes:
    """Compress with zstd."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


COMPRESS[".zst"] = zstd


def _texts(draw: random.Random) -> list[str]:
    return [" ".join(draw.choices(SENTENCES, k=draw.randint(1, 4))) for _ in range(draw.randint(1, 20))]


def _segment(around: Path, name: str, data: bytes, *options: object) -> Case:
    (around / name).write_bytes(data)
    output = around / "out"
    return [["segment", around / name, "-o", output, "--workers", 1, "--quiet", *options]], output


def text(draw: random.Random, around: Path, _: Path) -> Case:
    data = "\n\n".join(_texts(draw)).encode()
    return _segment(around, draw.choice(("a.txt", "a.md", "wiki_00", "a")), damaged(draw, data))


def jsonl(draw: random.Random, around: Path, _: Path) -> Case:
    rows = [{"text": one, "id": draw.choice((1, "x", None, [1], 1e400, {})), "title": "T"} for one in _texts(draw)]
    return _segment(around, "a.jsonl", damaged(draw, "".join(json.dumps(row) + "\n" for row in rows).encode()))


def json_value(draw: random.Random, around: Path, _: Path) -> Case:
    rows: object = [{"text": one, "title": draw.choice(("T", None, 1))} for one in _texts(draw)]
    around_it: tuple[object, ...] = (
        rows,
        {"n": [1, "]"], "data": rows},
        {"data": rows, "more": [{"text": "A."}]},
        {"text": rows},
    )
    data = json.dumps(draw.choice(around_it), indent=draw.choice((None, 1))).encode()
    if draw.random() < 0.2:
        data = draw.choice((b"[", b"{", b'"', b"\\", b",", b"\n", b'{"a":')) * draw.choice((10, 1000, 50_000)) + data
    options = draw.choice(((), ("--bad-input", "skip"), ("--text-field", "title,text")))
    return _segment(around, draw.choice(("a.json", "a")), damaged(draw, data), *options)


def separated(draw: random.Random, around: Path, _: Path) -> Case:
    name = draw.choice(("a.csv", "a.tsv"))
    file = io.StringIO()
    rows = csv.writer(file, delimiter="," if name == "a.csv" else "\t")
    rows.writerow(("id", "text", "title"))
    rows.writerows((number, one, "T") for number, one in enumerate(_texts(draw)))
    return _segment(around, name, damaged(draw, file.getvalue().encode()))


def wikiextractor(draw: random.Random, around: Path, _: Path) -> Case:
    pages = [f'<doc id="{n}" url="u" title="T">\nT\n\n{one}\n</doc>\n' for n, one in enumerate(_texts(draw))]
    return _segment(around, "wiki_00", damaged(draw, "".join(pages).encode()), "--format", "wikiextractor")


CUES = (
    *(
        "1\n",
        "WEBVTT\n\n",
        "NOTE\n",
        "STYLE\n::cue {}\n",
        "00:00:01,000 --> 00:00:02,000\n",
        "00:01.000 --> 00:02.000 line:0\n",
    ),
    *(
        "- Yes.\n",
        "—\n",
        "<i>so</i>\n",
        "{\\an8}Up.\n",
        "<00:00:01.000>\n",
        "到了，\n",
        "ครับ\n",
        "\n",
        "\r",
        "\n \n",
        "-->\n",
        "and on\n",
    ),
)


def subtitles(draw: random.Random, around: Path, _: Path) -> Case:
    cues = draw.choices(CUES, k=draw.randint(1, 300))
    if draw.random() < 0.3:
        cues.insert(draw.randint(0, len(cues)), draw.choice(CUES) * draw.choice((1000, 50_000)))
    return _segment(around, draw.choice(("a.srt", "a.vtt")), damaged(draw, "".join(cues).encode()))


def _markup(draw: random.Random) -> str:
    """Wikitext elements in any order, sometimes nested very deeply or repeated very often."""
    pieces = draw.choices(MARKUP, k=draw.randint(1, 200))
    if draw.random() < 0.3:
        pieces.insert(draw.randint(0, len(pieces)), draw.choice(MARKUP) * draw.choice((10, 1000, 20_000)))
    return "".join(pieces)


def _dump(texts: list[str]) -> str:
    escaped = [one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in texts]
    pages = [
        f"<page><title>P{n}</title><ns>0</ns><id>{n}</id><revision><id>1</id><text>{one}</text></revision></page>\n"
        for n, one in enumerate(escaped)
    ]
    namespaces = '<namespaces><namespace key="0"/><namespace key="10">Template</namespace></namespaces>'
    return f'<mediawiki xml:lang="en"><siteinfo>{namespaces}</siteinfo>\n{"".join(pages)}</mediawiki>\n'


def wikitext(draw: random.Random, around: Path, _: Path) -> Case:
    return _segment(around, "a.xml", _dump([_markup(draw) for _ in range(draw.randint(1, 3))]).encode())


def dump(draw: random.Random, around: Path, _: Path) -> Case:
    data = _dump([*_texts(draw)[:5], _markup(draw)])
    trick = draw.randint(0, 5)
    if trick == 0:  # entities that expand exponentially; none may be expanded
        doubling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
        data = (
            f'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY e0 "ha">{doubling}<!ENTITY f SYSTEM "file:///etc/passwd">]>\n'
            + (data.replace("<text>", "<text>&e11; &f; "))
        )
    elif trick == 1:
        data = data.replace("<text>", f'<text xml:space="{"x" * draw.choice((1000, 3_000_000))}">', 1)
    elif trick == 2:
        data = data.replace("</page>", "").replace("</text>", draw.choice(("", "</text>")))
    elif trick == 3:
        data = data.replace("<page>", "<page>" * draw.choice((2, 5000)), 1)
    raw = data.encode() if trick < 2 and draw.random() < 0.5 else damaged(draw, data.encode())
    ending = draw.choice(("", "", ".bz2", ".gz"))
    return _segment(around, "a.xml" + ending, COMPRESS[ending](raw) if ending else raw, "--format", "wikipedia")


def _table(draw: random.Random) -> pa.Table:
    texts = _texts(draw) * draw.choice((1, 1, 50))
    kind = draw.choice((pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())))
    ids = draw.choice((pa.array(range(len(texts))), pa.array([str(n) for n in range(len(texts))])))
    return pa.table({"text": pa.array(texts, pa.string()).cast(kind), "id": ids})


def parquet(draw: random.Random, around: Path, _: Path) -> Case:
    sink = io.BytesIO()
    compression = draw.choice(("none", "snappy", "zstd", "gzip"))
    pq.write_table(_table(draw), sink, compression=compression, write_page_checksum=draw.random() < 0.5)
    return _segment(around, "a.parquet", damaged(draw, sink.getvalue()))


def arrow(draw: random.Random, around: Path, _: Path) -> Case:
    sink, table = io.BytesIO(), _table(draw)
    options = pa.ipc.IpcWriteOptions(compression=draw.choice((None, None, "zstd", "lz4")))
    with draw.choice((pa.ipc.new_file, pa.ipc.new_stream))(sink, table.schema, options=options) as out:
        out.write_table(table, 50)
    return _segment(around, "a.arrow", damaged(draw, sink.getvalue()))


def compressed(draw: random.Random, around: Path, _: Path) -> Case:
    ending, kind = draw.choice(list(COMPRESS)), draw.choice((".txt", ".jsonl", ".csv", ".xml"))
    plain = {
        ".txt": "\n\n".join(_texts(draw)),
        ".jsonl": "".join(json.dumps({"text": one}) + "\n" for one in _texts(draw)),
        ".csv": "text\n" + "".join(f'"{one.replace(chr(34), "")}"\n' for one in _texts(draw)),
        ".xml": _dump(_texts(draw)),
    }[kind]
    parts = [COMPRESS[ending](part.encode()) for part in (plain, plain)]
    return _segment(around, f"a{kind}{ending}", damaged(draw, b"".join(parts[: draw.randint(1, 2)])))


def vocabulary(draw: random.Random, around: Path, road: Path) -> Case:
    shutil.copytree(road / "vocab", around / "vocab", ignore=shutil.ignore_patterns("manifest.json", "run.jsonl"))
    names = draw.choice((("tokenizer.json",), ("vocab.txt",), ("vocab.txt", "tokenizer_config.json")))
    for name in {"tokenizer.json", "vocab.txt", "tokenizer_config.json"} - set(names):
        (around / "vocab" / name).unlink()
    for name in names:
        path = around / "vocab" / name
        if name.endswith(".json") and draw.random() < 0.7:
            path.write_bytes(json.dumps(_odd(draw, json.loads(path.read_bytes()))).encode())
        else:
            data = path.read_bytes()
            data = data.replace(b"\n", b"\r\n") if draw.random() < 0.2 else data
            path.write_bytes(damaged(draw, data))
    line = [
        "build-pairs",
        road / "sentences",
        "--vocab",
        around / "vocab",
        "-o",
        around / "out",
        "--workers",
        1,
        "--quiet",
    ]
    return [[*line, "--dry-run"] if draw.random() < 0.5 else line], around / "out"


ODD = (None, True, -1, 0, 1.5, 1e308, 10**30, "", "x", "../../escape", "/etc/passwd", [], {}, [[]], "\ud800", "\0")


def _odd(draw: random.Random, content: object) -> object:
    """JSON with one or two values replaced, removed or added anywhere."""
    for _ in range(draw.choice((1, 1, 2))):
        place = content
        while True:
            inside = [
                one
                for one in (place.values() if isinstance(place, dict) else place)
                if isinstance(one, dict | list) and one
            ]
            if not inside or draw.random() < 0.3:
                break
            place = draw.choice(inside[:50])
        key = draw.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if draw.random() < 0.25:
            del place[key]
        elif draw.random() < 0.1 and isinstance(place, list):
            place.append(place[key])
        else:
            place[key] = draw.choice(ODD)
        if not content:
            break
    return content


STAGES = ("sentences", "vocab", "pairs", "shards")


def _looked_at(draw: random.Random, around: Path, stage: str) -> Case:
    """Commands that read a folder."""
    folder, output = around / stage, around / "out"
    makes = {
        "sentences": [["train-vocab", folder, "-o", output, "--size", 400, "--workers", 1, "--quiet"]],
        "vocab": [],
        "pairs": [["mask", folder, "-o", output, "--workers", 1, "--quiet"]],
        "shards": [["export", folder, "-o", output, "--to", "parquet"]],
    }[stage]
    looks = [["inspect", folder, "--limit", 2], ["verify", folder], ["report", folder, "-o", output / "r.html"]]
    output.mkdir(exist_ok=True)
    line = draw.choice([*looks, *makes * 2])
    if line in makes:
        output.rmdir()
    return [line], output


def manifest(draw: random.Random, around: Path, road: Path) -> Case:
    from bertprep.store import sealed

    stage = draw.choice(STAGES)
    shutil.copytree(road / stage, around / stage)
    (around / "precious-00000-of-00001.arrow").write_bytes(b"precious")
    path = around / stage / "manifest.json"
    if draw.random() < 0.3:
        path.write_bytes(damaged(draw, path.read_bytes()))
        return _looked_at(draw, around, stage)
    content = json.loads(path.read_bytes())
    if draw.random() < 0.3 and content["parts"]:
        part = draw.choice(content["parts"])
        tricks = (
            "../precious-00000-of-00001.arrow",
            str(around / "precious-00000-of-00001.arrow"),
            "vocab/../../x",
            "C:\\x",
        )
        part[draw.choice(("name", "file"))] = draw.choice(
            (*tricks, "train-00000-of-00001.arrow/../../x", ".", "", "a\nb")
        )
    else:
        content = _odd(draw, content)
    try:  # an attacker would seal it again
        content = sealed(content) if draw.random() < 0.7 else content
        path.write_bytes(json.dumps(content).encode())
    except (TypeError, KeyError, AttributeError, ValueError):
        path.write_bytes(json.dumps(content).encode())
    lines, output = _looked_at(draw, around, stage)
    if draw.random() < 0.2:  # output made again must stay in that folder
        remade = {
            "pairs": ["build-pairs", road / "sentences", "--vocab", road / "vocab"],
            "shards": ["mask", road / "pairs"],
        }
        if stage in remade:
            line = [
                *remade[stage],
                "-o",
                around / stage,
                "--workers",
                1,
                "--quiet",
                *draw.choice(([], ["--overwrite"])),
            ]
            return [line], around / stage
    return lines, output


def part(draw: random.Random, around: Path, road: Path) -> Case:
    """Parts with other bytes; in half of the cases with a matching manifest, as an attacker would make it."""
    from bertprep.store import checksum, sealed

    stage = draw.choice(("sentences", "pairs", "shards"))
    shutil.copytree(road / stage, around / stage)
    chosen = draw.choice(sorted((around / stage).glob("*.arrow")))
    chosen.write_bytes(data := damaged(draw, chosen.read_bytes()))
    path = around / stage / "manifest.json"
    kind = draw.random()
    if kind < 0.5:
        content = json.loads(path.read_bytes())
        for entry in content["parts"]:
            if entry["name"] == chosen.name:
                entry.update(bytes=len(data), checksum=checksum(data))
        path.write_bytes((json.dumps(sealed(content), indent=1, ensure_ascii=False) + "\n").encode())
    elif kind < 0.65 and stage == "pairs":  # an incomplete folder that is resumed
        path.unlink()
        line = ["build-pairs", road / "sentences", "--vocab", road / "vocab", "-o", around / stage]
        return [[*line, "--workers", 1, "--quiet"]], around / stage
    return _looked_at(draw, around, stage)


def values(draw: random.Random, around: Path, road: Path) -> Case:
    """Parts with matching record and manifest, but with a column of values that no stage writes."""
    stage = draw.choice(("sentences", "pairs", "shards"))
    _forge(draw, around, road, stage)
    return _looked_at(draw, around, stage)


def trained_on(draw: random.Random, around: Path, road: Path) -> Case:
    """Like `values`, for shards that a model is trained on."""
    _forge(draw, around, road, "shards")
    shape = road / "shape.json"
    train = ["train", around / "shards", "-o", around / "out", "--model-config", shape, "--steps", 30, "--quiet"]
    lines = [train, [*train, "--dynamic"], ["evaluate", road / "model", around / "shards"]]
    return [draw.choice(lines)], around / "out"


def _forge(draw: random.Random, around: Path, road: Path, stage: str) -> None:
    from bertprep import store
    from bertprep.store import Identity, write_part

    shutil.copytree(road / stage, around / stage)
    path = around / stage / "manifest.json"
    content = json.loads(path.read_bytes())
    entries = [entry for entry in content["parts"] if entry["name"].endswith(".arrow") and entry["rows"]]
    entry = draw.choice(entries)
    table = store.read_part(around / stage / entry["name"])
    number = draw.randrange(table.num_columns)
    kind, rows = table.schema.field(number).type, table.column(number).to_pylist()
    for _ in range(draw.choice((1, 1, 5))):
        at = draw.randrange(len(rows))
        rows[at] = _strange(draw, kind, rows[at])
    change = draw.random()
    field = table.schema.field(number).with_nullable(True)
    if change < 0.1:
        table = table.drop([table.column_names[number]])
    elif change < 0.2:
        table = table.set_column(number, table.column_names[number], pa.array(map(str, rows), pa.string()))
    else:
        table = table.set_column(number, field, pa.array(rows, kind))
    identity = Identity(*(content[name] for name in ("stage", "version", "settings", "inputs")))
    made = write_part(around / stage / entry["name"], entry["name"], table.replace_schema_metadata(None), identity, {})
    entry.update({name: made[name] for name in ("bytes", "checksum", "rows")})
    path.write_bytes((json.dumps(store.sealed(content), indent=1, ensure_ascii=False) + "\n").encode())


def _strange(draw: random.Random, kind: pa.DataType, value: object) -> object:
    if pa.types.is_list(kind):
        inside = list(value or [])  # type: ignore[call-overload]
        for _ in range(draw.randint(1, 3)):
            inside.insert(draw.randint(0, len(inside)), _strange(draw, kind.value_type, None))
        return draw.choice((None, [], inside, inside, inside * 3))
    if pa.types.is_integer(kind):
        return draw.choice(
            (None, 0, 1, 199, 2**kind.bit_width // 100, 2**kind.bit_width - 1, 2 ** (kind.bit_width - 1))
        )
    if pa.types.is_boolean(kind):
        return draw.choice((None, True, False))
    return draw.choice((None, "", "x", "\0", "<script>", "x" * 100_000, "\u202e\x1b[31m"))


def checkpoint(draw: random.Random, around: Path, road: Path) -> Case:
    """Files of a model folder with other bytes or values."""
    model = around / "model"
    shutil.copytree(road / "model", model)
    step = sorted(model.glob("checkpoints/step-*"))[-1]
    resumed = draw.random() < 0.5
    chosen = draw.choice(
        sorted(
            path
            for path in (step if resumed else model).glob("*")
            if path.suffix in (".json", ".safetensors", ".txt", ".jsonl")
        )
    )
    if chosen.suffix == ".json" and draw.random() < 0.7:
        chosen.write_bytes(json.dumps(_odd(draw, json.loads(chosen.read_bytes()))).encode())
    elif chosen.suffix == ".safetensors" and draw.random() < 0.5:
        data = chosen.read_bytes()
        length = int.from_bytes(data[:8], "little")
        head = json.dumps(_odd(draw, json.loads(data[8 : 8 + length]))).encode()
        chosen.write_bytes(len(head).to_bytes(8, "little") + head + data[8 + length :])
    else:
        data = chosen.read_bytes()
        chosen.write_bytes(damaged(draw, data[:3000]) + data[3000:] if draw.random() < 0.5 else damaged(draw, data))
    if resumed:
        settings = json.loads((road / "train.json").read_text())
        return [["train", road / "shards", "-o", model, "--resume", "--quiet", *settings]], model
    looks = [
        ["predict", model, "The [MASK] is long."],
        ["evaluate", model, road / "shards"],
        ["inspect", model],
    ]
    return [draw.choice(looks)], around / "out"


def config(draw: random.Random, around: Path, _: Path) -> Case:
    """The TOML file of options, and command lines of odd values."""
    words = base64.b64encode(draw.randbytes(6)).decode()
    data = f'[segment]\nworkers = 1\nlang = "auto"\nvalidation-share = 0.1\n[mask]\nseed = 1\n# {words}\n'.encode()
    (around / "c.toml").write_bytes(damaged(draw, data))
    (around / "a.txt").write_text("One. Two.\n\nThree. Four.\n")
    line = ["--config", around / "c.toml", "segment", around / "a.txt", "-o", around / "out", "--quiet"]
    return [line], around / "out"


NEED_TORCH = ("checkpoint", "trained_on", "model_keys")
KINDS: dict[str, Callable[[random.Random, Path, Path], Case]] = (
    {
        function.__name__: function
        for function in (
            *(text, jsonl, json_value, separated, subtitles, wikiextractor, wikitext, dump, parquet, arrow, compressed),
            *(vocabulary, manifest, part, values, trained_on, checkpoint, config),
        )
    }
    | PAGES
    | DOCUMENTS
)
