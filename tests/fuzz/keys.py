"""Every key of every JSON file in a folder, damaged in every way, for every command that reads the file.

`nth` returns case number n in a fixed random order, so any range of numbers is a fair sample; `count` is the total. Of several
similar entries in a list, only the first is damaged.
"""

import contextlib
import functools
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kinds import Case

HERE = "@here@"  # placeholder for raw JSON that the module `json` would not write
DEEP = "[" * 100_000 + "]" * 100_000
SPOILT = (
    *("null", "true", '"x"', '"-1"', '""', "-1", "0", "1.5", "1000000000000", "9223372036854775808", "1" + "0" * 30),
    *("1" + "0" * 5000, "1e308", "1e999", "NaN", "[]", "{}", "[[1]]", '{"a":1}', DEEP, '"\\ud800"', '"../../escape"'),
    *('"/etc/passwd"', '"\\u0000"', '"' + "x" * 100_000 + '"', '["x",1,null]', "[NaN,-1]"),
)
DELETED, TWICE = "deleted", "twice"
WHOLE = {
    "empty": lambda data: b"",
    "begun": lambda data: data[: len(data) // 2],
    "with a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "in UTF-16": lambda data: data.decode().encode("utf-16"),
    "not UTF-8": lambda data: data.replace(b'"', b'"\xff', 3),
    "a list": lambda data: b"[]",
    "a number": lambda data: b"3",
    "null": lambda data: b"null",
    "deep": lambda data: DEEP.encode(),
    "zeros": lambda data: b"\0" * 4096,
}


class Spoilt(NamedTuple):
    """A file, the place in it, the damage, whether its digest is updated, and the command that reads it."""

    name: str
    place: tuple[Any, ...]
    how: str
    sealed: bool
    line: tuple[str, ...]


ALONE = ("--workers", "1", "--quiet")
LOOKS = (("inspect", "{folder}"), ("verify", "{folder}"), ("report", "{folder}", "-o", "{out}/r.html"))
PAIRING = ("build-pairs", "{road}/sentences", "--vocab", "{road}/vocab", "-o", "{out}", *ALONE)
SEGMENT = ("segment", "{road}/a.txt", "-o", "{folder}", *ALONE)
MASK = ("mask", "{road}/pairs", "-o", "{out}", *ALONE)
RUN_REPORT = ("report", "{road}", "-o", "{out}/r.html")
READERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "sentences/manifest.json": (
        *LOOKS, PAIRING, RUN_REPORT, ("train-vocab", "{folder}", "-o", "{out}", "--size", "300", *ALONE),
        ("verify", "{road}/pairs", "--against", "{folder}"), SEGMENT, (*SEGMENT, "--dry-run"),
    ),
    "vocab/manifest.json": (*LOOKS, PAIRING, RUN_REPORT, SEGMENT),
    "pairs/manifest.json": (
        *LOOKS, MASK, RUN_REPORT, (*MASK, "--dry-run"), ("verify", "{road}/shards"),
        ("build-pairs", "{road}/sentences", "--vocab", "{road}/vocab", "-o", "{folder}", *ALONE), SEGMENT,
    ),
    "shards/manifest.json": (
        *LOOKS, RUN_REPORT, ("export", "{folder}", "-o", "{out}", "--to", "hf"),
        ("mask", "{road}/pairs", "-o", "{folder}", *ALONE), (*SEGMENT, "--overwrite"),
    ),
    "sentences/run.jsonl": (RUN_REPORT, SEGMENT, (*SEGMENT, "--dry-run")),
    "shards/run.jsonl": (RUN_REPORT, ("mask", "{road}/pairs", "-o", "{folder}", *ALONE)),
    "vocab/tokenizer.json": (PAIRING, *LOOKS),
    "vocab/tokenizer_config.json": (PAIRING, ("build-pairs", "{road}/sentences", "--vocab", "{road}/vocab/vocab.txt",
                                              "-o", "{out}", *ALONE)),
    "shards/vocab/tokenizer.json": (("inspect", "{road}/shards"), ("verify", "{road}/shards"), RUN_REPORT),
}  # fmt: skip
TRAIN = ("train", "{road}/shards", "-o", "{out}", "--quiet", "--steps", "1", "--batch-size", "2")
SMALL = (*TRAIN, "--model-config", "{road}/shape.json")
RESUME = ("train", "{road}/shards", "-o", "{road}/model", "--resume", "--quiet", "{settings}")
MODEL_READERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "shards/manifest.json": (SMALL, (*SMALL, "--dynamic"), ("evaluate", "{road}/model", "{road}/shards")),
    "sentences/manifest.json": (SMALL,),
    "sentences/run.jsonl": (SMALL,),
    "shape.json": (SMALL,),
    "model/config.json": (
        ("predict", "{folder}", "The [MASK] is long."), ("predict", "{folder}", "One.", "--next", "Two."),
        ("evaluate", "{folder}", "{road}/shards"), (*TRAIN, "--init-from", "{folder}"),
    ),
    "model/tokenizer.json": (
        ("predict", "{folder}", "The [MASK] is long."), ("evaluate", "{folder}", "{road}/shards"),
        ("report", "{folder}", "-o", "{out}/r.html"),
    ),
    "model/training.json": (RESUME, RUN_REPORT, ("inspect", "{folder}"), ("report", "{folder}", "-o", "{out}/r.html")),
    "model/metrics.jsonl": (RESUME, RUN_REPORT, ("inspect", "{folder}"), ("report", "{folder}", "-o", "{out}/r.html")),
    "model/checkpoints/step-000004/state.json": (RESUME,),
    "model/checkpoints/step-000004/config.json": (RESUME,),
    "model/checkpoints/step-000004/optimizer.safetensors": (RESUME,),
    "model/checkpoints/step-000004/model.safetensors": (RESUME,),
    "model/model.safetensors": (
        ("predict", "{folder}", "The [MASK] is long."), ("evaluate", "{folder}", "{road}/shards"),
    ),
}  # fmt: skip


def _parsed(path: Path) -> Any:
    """The JSON in a file: the lines of a log as a list; the header of a file of tensors."""
    data = path.read_bytes()
    if path.suffix == ".safetensors":
        return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return [json.loads(line) for line in data.splitlines()] if path.suffix == ".jsonl" else json.loads(data)


def _places(content: Any, above: tuple[Any, ...] = (), all_of: bool = False) -> Iterator[tuple[Any, ...]]:
    """Yield the places that can be damaged; of many similar entries, the first two."""
    inside = list(content.items()) if isinstance(content, dict) else list(enumerate(content))
    if not all_of and (isinstance(content, list) or len(inside) > 60):
        inside = inside[:2]
    for key, value in inside:
        yield (*above, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*above, key))


@functools.cache
def _cases(road: Path, with_model: bool) -> list[Spoilt]:
    cases = []
    for name, lines in (MODEL_READERS if with_model else READERS).items():
        every = [(place, how) for place in _places(_parsed(road / name), (), name.endswith(".jsonl"))
                 for how in (DELETED, TWICE, *SPOILT)]  # fmt: skip
        every += [((), how) for how in WHOLE]
        seals = (True, False) if name.endswith("manifest.json") else (False,)
        cases += [Spoilt(name, *what, sealed, line) for what in every for sealed in seals for line in lines]
    random.Random(0).shuffle(cases)
    return cases


def count(road: Path, with_model: bool) -> int:
    """The number of cases."""
    return len(_cases(road, with_model))


def _spoil(path: Path, case: Spoilt) -> None:
    if not case.place:
        path.write_bytes(WHOLE[case.how](path.read_bytes()))
        return
    content = inside = _parsed(path)
    for key in case.place[:-1]:
        inside = inside[key]
    last = case.place[-1]
    if case.how == DELETED:
        del inside[last]
    elif case.how == TWICE and isinstance(inside, list):
        inside.append(inside[last])
    else:
        inside[last] = HERE if case.how != TWICE else [inside[last], inside[last]]
    path.write_bytes(_written(path, content, case))


def _written(path: Path, content: Any, case: Spoilt) -> bytes:
    from bertprep.store import sealed

    raw = case.how if case.how not in (DELETED, TWICE) else ""
    texts = [
        json.dumps(one, indent=1, ensure_ascii=False) for one in (content if path.suffix == ".jsonl" else [content])
    ]
    text = "\n".join(line.replace("\n", "") if path.suffix == ".jsonl" else line for line in texts)
    text = text.replace(f'"{HERE}"', raw) + "\n"
    if case.sealed:
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            text = json.dumps(sealed(json.loads(text)), indent=1, ensure_ascii=False) + "\n"  # as an attacker would
    data = text.encode("utf-8", "surrogatepass")
    if path.suffix != ".safetensors":
        return data
    old = path.read_bytes()
    return len(data).to_bytes(8, "little") + data + old[8 + int.from_bytes(old[:8], "little") :]


def _nth(number: int, around: Path, road: Path, with_model: bool) -> Case:
    cases = _cases(road, with_model)
    case = cases[number % len(cases)]
    copy, out = around / "road", around / "out"
    shutil.copytree(road, copy, ignore=None if with_model else shutil.ignore_patterns("model"))
    _spoil(copy / case.name, case)
    folder = str(copy / Path(case.name).parent)
    words = {"road": str(copy), "folder": folder, "out": str(out)}
    line: list[object] = []
    for word in case.line:
        settings = json.loads((road / "train.json").read_text()) if word == "{settings}" else None
        line += settings if settings is not None else [word.format(**words)]
    writes = {str(out): out, folder: copy / Path(case.name).parent, str(copy / "model"): copy / "model"}
    target = str(line[line.index("-o") + 1]) if "-o" in line else str(out)
    if target.endswith(".html"):
        out.mkdir()
    return [line], writes.get(target, out)


def keys(number: int, around: Path, road: Path) -> Case:
    """A damaged key of a data folder."""
    return _nth(number, around, road, False)


def model_keys(number: int, around: Path, road: Path) -> Case:
    """A damaged key of a model, or of shards that `train` reads."""
    return _nth(number, around, road, True)


def told(kind: str, number: int, road: Path) -> str:
    """Describe a case."""
    cases = _cases(road, kind == "model_keys")
    case = cases[number % len(cases)]
    return (
        f"{case.name} {list(case.place)} {case.how[:40]}{' sealed' if case.sealed else ''}: {' '.join(case.line[:2])}"
    )


NUMBERED = {"keys": keys, "model_keys": model_keys}
