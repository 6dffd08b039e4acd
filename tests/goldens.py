"""Digests of every data folder of the sample corpus, kept in goldens.json, to detect any change of data.

    python tests/goldens.py            compare
    python tests/goldens.py --renew    write the current digests, if they may change

A digest may change if the input or the version of its stage has changed; a new version needs a line in the changelog such as
"Data: `build-pairs` version 2, ...".
"""

import json
import re
import sys
import tempfile
from pathlib import Path

from bertprep_cli.main import run

from bertprep.pairs.pairings import PAIRINGS

ROOT = Path(__file__).parent.parent
FILE = Path(__file__).with_suffix(".json")
CHANGELOG = ROOT / "CHANGELOG.md"
STRATEGIES = ("token", "whole-word", "whole-word-zh", "span")
COMMON = ("--workers", "1", "--quiet")


def make(corpus, folder):
    """Make every folder; returns {name of folder: (stage, version, inputs, digest) as a dict}."""
    sentences, vocab, shown = folder / "sentences", folder / "vocab", {}
    _run("segment", corpus, "-o", sentences, "--validation-share", "0.1", *COMMON)
    _run("clean", sentences, "-o", folder / "clean", "--min-words", "500", *COMMON)
    _run("train-vocab", sentences, "-o", vocab, "--size", "2000", *COMMON)
    for pairing in PAIRINGS:
        pairs = folder / f"pairs-{pairing}"
        _run(
            "build-pairs", sentences, "--vocab", vocab, "-o", pairs, "--pairing", pairing, "--max-length", "48", *COMMON
        )
    for strategy in STRATEGIES:
        shards = folder / f"shards-{strategy}"
        _run("mask", folder / "pairs-matched", "-o", shards, "--strategy", strategy, *COMMON)
    for path in sorted(folder.iterdir()):
        content = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        shown[path.name] = {name: content[name] for name in ("stage", "version", "inputs", "digest")}
    return shown


def _run(*arguments):
    assert run([str(argument) for argument in arguments]) == 0, arguments


def kept():
    """The content of goldens.json."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def refusals(before, after, changelog):
    """Why the digests may not be renewed, one line per folder; empty if they may."""
    lines = []
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        if old["digest"] == new["digest"]:
            continue
        if old["version"] == new["version"] and old["inputs"] == new["inputs"]:
            lines.append(
                f"{name}: other data from the same input; raise the version of {new['stage']} above {new['version']}"
            )
        if old["version"] != new["version"] and not has_line(changelog, new["stage"], new["version"]):
            lines.append(f"{name}: CHANGELOG.md has no line 'Data: `{new['stage']}` version {new['version']}, ...'")
    return lines


def has_line(changelog, stage, version):
    """Whether the changelog mentions this version of a stage's data."""
    return bool(re.search(rf"^- Data: `{re.escape(stage)}` version {version}\b", changelog, re.MULTILINE))


def main(renew):
    with tempfile.TemporaryDirectory() as folder:
        after = make(ROOT / "sample_corpus" / "small", Path(folder))
    before = kept() if FILE.exists() else {}
    problems = refusals(before, after, CHANGELOG.read_text(encoding="utf-8"))
    changed = [name for name in after if before.get(name) != after[name]]
    print("\n".join(problems) or f"{len(changed)} of {len(after)} digests changed: {', '.join(changed)}")
    if renew and not problems:
        FILE.write_text(json.dumps(after, indent=1) + "\n", encoding="utf-8")
    return 1 if problems or (changed and not renew) else 0


if __name__ == "__main__":
    sys.exit(main("--renew" in sys.argv))
