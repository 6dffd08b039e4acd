"""Try hostile inputs one after another in a separate process, so that crashes of libraries are detected.

    python trial.py WORKPLACE ROAD KIND:NUMBER ...

tries these inputs, and prints a line of JSON before and after each. `tried` runs such processes, continues after an input that
killed or blocked one, and returns violations of these rules:

    exit code 0, or 2, 3, 4, 5 and one of our messages; no traceback; at most `SECONDS` of CPU time and `MEGABYTES`;
    no file outside of the output folder is created, changed or deleted.
"""

import contextlib
import dataclasses
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

SECONDS = 20.0  # of CPU time; most take about 30 ms
HANG_SECONDS = 600  # an input that takes longer is taken to hang
MOST_AT_ONCE = 5000  # inputs of one process, which are its arguments
MEGABYTES = 600  # limit per input: includes libraries imported late, and the largest page of a dump
ADDRESSES = 6 << 30  # limit on the address space, in bytes
TORCH_ADDRESSES = 24 << 30  # PyTorch reserves much address space, but uses little


@dataclasses.dataclass
class Outcome:
    """The results of the inputs of a kind."""

    tried: int = 0
    codes: Counter[int] = dataclasses.field(default_factory=Counter)
    broken: list[str] = dataclasses.field(default_factory=list)


def tried(counts: dict[str, int], first: int, workplace: Path, road: Path | None = None) -> dict[str, Outcome]:
    """Try inputs `first`, `first + 1`, ... of each kind, `counts` in number; `road` is a folder of complete data folders.

    All inputs run in one process until it ends, since the imports of a command take longer than most inputs.
    """
    inputs = [(kind, number) for kind, count in counts.items() for number in range(first, first + count)]
    outcomes, begun = {kind: Outcome() for kind in counts}, 0
    while begun < len(inputs) and sum(len(each.broken) for each in outcomes.values()) <= 200:
        workplace.mkdir(parents=True, exist_ok=True)
        begun += _some(inputs[begun : begun + MOST_AT_ONCE], workplace, road, outcomes)
    return outcomes


def _some(inputs: list[tuple[str, int]], workplace: Path, road: Path | None, outcomes: dict[str, Outcome]) -> int:
    """Try inputs in one process; returns how many of them were begun."""
    words = [f"{kind}:{number}" for kind, number in inputs]
    line = [sys.executable, __file__, str(workplace), str(road or ""), *words]
    talk = workplace / "talk"
    with open(talk, "w") as file:
        process = subprocess.Popen(line, stdout=file, stderr=subprocess.STDOUT)
        hung, begun, since, before = False, "", time.monotonic(), 0.0
        while process.poll() is None and not hung:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
            now = talk.read_text(errors="replace").rpartition('{"begin"')[2]
            at, used = time.monotonic(), cpu_seconds(process.pid)
            begun, since, before = (now, at, used) if now != begun else (begun, since, before)
            hung = at - since > HANG_SECONDS or used - before > 2 * SECONDS
        process.kill()
        process.wait()
    last, ended = 0, False
    other = []
    for line_ in talk.read_text(errors="replace").splitlines():
        try:
            fact = json.loads(line_)
        except ValueError:
            other.append(line_)
            continue
        kind, number = inputs[fact.get("begin", last)]
        if "begin" in fact:
            last, ended = fact["begin"], False
            outcomes[kind].tried += 1
        else:
            ended = True
            outcomes[kind].codes[fact["code"]] += 1
            outcomes[kind].broken += [f"{kind} {number}: {words}" for words in fact["broken"]]
    if not ended:
        kind, number = inputs[last]
        why = "hung" if hung else f"ended its process with {process.returncode}"
        outcomes[kind].broken.append(f"{kind} {number}: {why} {' '.join(other[-12:])}")
    return last + 1


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, where the system tells it."""
    with contextlib.suppress(OSError):
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return 0.0


# -- in the process ---------------------------------------------------------------------------------------------------


def contents(folder: Path, but: Path) -> dict[str, bytes]:
    """Every file below a folder, except those below `but`."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(but)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def judged(arguments: list[str], around: Path, output: Path) -> tuple[int, list[str]]:
    """The exit code of a command line, and the rules that it violated."""
    from bertprep_cli.main import run

    before = contents(around, output)
    # as on a terminal: stdout cannot print a lone surrogate
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    shown = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    began, broken = time.process_time(), []
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(shown):
            code = run(arguments)
    except BaseException as error:  # any exception is a bug
        where = traceback.extract_tb(error.__traceback__)
        ours = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in where if "bertprep" in frame.filename]
        return 1, [f"{arguments[0]}: {type(error).__name__}: {str(error)[:200]} at {' '.join(ours[-4:])}"]
    seconds, err, out = time.process_time() - began, *(one.buffer.getvalue().decode() for one in (said, shown))
    if code not in (0, 2, 3, 4, 5):
        broken.append(f"exit code {code}: {err[:300]}")
    if code == 5 and "out of memory" in err:
        broken.append(f"{arguments[0]}: out of memory")
    if code and "bertprep: " not in err and "Usage: " not in err and not out:
        broken.append(f"exit code {code} without a message: {err[:300]}")
    if len(err) > 20_000:
        broken.append(f"a message of {len(err):,} characters")
    if "Traceback" in err:
        broken.append(f"a traceback: {err[-300:]}")
    if seconds > SECONDS:
        broken.append(f"took {seconds:.0f} s of CPU time")
    after = contents(around, output)
    broken += [f"{name} was changed" for name in {**before, **after} if before.get(name) != after.get(name)]
    return code, broken


def peak_megabytes() -> int:
    """Peak memory since the last call (on Linux), else since the start."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        Path("/proc/self/clear_refs").write_text("5")
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(workplace: Path, road: str, inputs: list[tuple[str, int]]) -> None:
    """Try inputs and report on each."""
    sys.path.insert(0, str(Path(__file__).parent))
    import keys
    import kinds

    least = TORCH_ADDRESSES if any(kind in kinds.NEED_TORCH for kind, _ in inputs) else ADDRESSES
    resource.setrlimit(resource.RLIMIT_AS, (least, least))
    os.environ["OMP_NUM_THREADS"] = "1"
    for place, (kind, number) in enumerate(inputs):
        print(json.dumps({"begin": place}), flush=True)
        around = workplace / f"{kind}-{number}"
        shutil.rmtree(around, ignore_errors=True)
        around.mkdir()
        if kind in keys.NUMBERED:
            lines, output = keys.NUMBERED[kind](number, around, Path(road))
        else:
            lines, output = kinds.KINDS[kind](random.Random(f"{kind} {number}"), around, Path(road))
        code, broken = 0, []
        peak_megabytes()
        held = peak_megabytes()
        for arguments in lines:
            code, more = judged([str(one) for one in arguments], around, output)
            broken += more
        if (needed := peak_megabytes() - held) > MEGABYTES:
            broken.append(f"needed {needed} MB more")
        if not broken:
            shutil.rmtree(around)
        if broken and kind in keys.NUMBERED:
            broken = [f"{keys.told(kind, number, Path(road))}: {one}" for one in broken]
        print(json.dumps({"code": code, "broken": broken}), flush=True)


if __name__ == "__main__":
    parted = [word.partition(":") for word in sys.argv[3:]]
    main(Path(sys.argv[1]), sys.argv[2], [(kind, int(number)) for kind, _, number in parted])
