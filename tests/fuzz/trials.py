"""Trials of one target in a process of its own: python trials.py TARGET BASE FOLDER SECONDS FIRST_SEED [COUNT]

Each trial is a seed. What happens to it stands in FOLDER/current until it ends, so that a process that dies names the
trial that killed it. Prints one JSON object: trials, exit codes, and the trials that broke the law:

    never an exception, only our errors, in one message with their exit codes; never much memory or time;
    nothing written, changed or deleted outside of what was to be written
"""

import contextlib
import io
import json
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from bertprep_cli.main import run
from targets import TARGETS

MOST_SECONDS = 30
MOST_MEGABYTES = 500  # more than before the trial; the corpora have a few kilobytes
ADDRESS_SPACE = 12 << 30  # so that a bomb ends in MemoryError and not in the machine


def main() -> None:
    target, base, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    until, seed = time.monotonic() + float(sys.argv[4]), int(sys.argv[5])
    last = seed + int(sys.argv[6]) if len(sys.argv) > 6 else None
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    signal.signal(signal.SIGALRM, _too_long)
    broken, codes, tried = [], {}, 0
    while time.monotonic() < until and (last is None or seed < last):
        (folder / "current").write_text(str(seed))
        code, wrong = trial(target, base, folder / "trial", seed)
        codes[code] = codes.get(code, 0) + 1
        broken += [{"seed": seed, **wrong}] if wrong else []
        tried, seed = tried + 1, seed + 1
    (folder / "current").unlink(missing_ok=True)
    print(json.dumps({"target": target, "trials": tried, "codes": codes, "broken": broken}))


def trial(target: str, base: Path, folder: Path, seed: int) -> tuple[int, dict[str, str]]:
    """Exit code of a trial, and how it broke the law if it did."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "guard").mkdir(parents=True)
    (folder / "guard" / "keep.txt").write_text("keep")
    arguments = TARGETS[target](random.Random(f"{target} {seed}"), folder, base)
    before, memory = _snapshot(folder, arguments), _peak_megabytes()
    out, err = io.StringIO(), io.StringIO()
    code, wrong = -1, ""
    signal.alarm(MOST_SECONDS)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
    except BaseException:
        wrong = traceback.format_exc(limit=-6)
    finally:
        signal.alarm(0)
    said = err.getvalue()
    if not wrong and code not in (0, 2, 3, 4, 5):
        wrong = f"exit code {code}"
    # click's own refusals have a usage and an example; ours are one line
    if not wrong and code and "Usage:" not in said and code != 4 and "bertprep: " not in said:
        wrong = f"no message: {said[-300:]!r}"
    if not wrong and "Traceback" in said:
        wrong = said[-1500:]
    if not wrong and _peak_megabytes() - memory > MOST_MEGABYTES:
        wrong = f"{_peak_megabytes() - memory} MB of memory"
    if not wrong and _snapshot(folder, arguments) != before:
        wrong = "something beside the output was changed"
    return code, {"wrong": wrong, "command": " ".join(arguments)} if wrong else {}


def _snapshot(folder: Path, arguments: list[str]) -> dict[str, tuple[int, int]]:
    """Size and time of every file that the command may not touch."""
    output = arguments[arguments.index("-o") + 1] if "-o" in arguments else None
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not (output and path.is_relative_to(output)):
            found[str(path)] = (path.stat().st_size, path.stat().st_mtime_ns)
    return found


def _peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _too_long(*_: object) -> None:
    raise TimeoutError(f"longer than {MOST_SECONDS} s")


if __name__ == "__main__":
    main()
