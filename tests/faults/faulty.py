"""The property that every run with injected faults must have, and counts of the faults.

A run ends with the same bytes as a run without faults, or stops with one message and an appropriate exit code; then the same
command without faults resumes, and gives those bytes. No temporary files remain.
"""

import collections
import os
import random
import shutil

import store_helpers as helpers

FAULTS = int(os.environ.get("FAULTS", "2"))  # number of faults injected in each test
MOST_RUNS_A_FAULT = 20
MOST_SECONDS = 2.0  # from the start of a run until a fault strikes
struck = collections.Counter()  # (place, kind) -> number of faults over all tests; shown at the end
ends = collections.Counter()  # how the runs ended


def note(place, kinds):
    """Count injected faults."""
    struck.update((place, kind) for kind in kinds)


def hold(place, stage, made, out, disturb, mend=lambda: None, finish=None, same=helpers.assert_same, faults=FAULTS):
    """Run a stage with faults until `faults` have been injected, then without; check the property after every run.

    `disturb(draw, seconds)` runs the stage once, and returns exit code, stderr and the kinds of the injected faults; a fault
    at a random moment strikes within so many seconds, half as many after each run that ended before it. `mend` removes the
    cause of faults. `finish()` is the run without faults (by default of a data stage), and returns exit code and stderr;
    `same` asserts that two folders have the same content.
    """
    finish = finish or (lambda: helpers.command(helpers.stage_arguments(stage, out / "corpus", out)))
    draw, seconds = random.Random(f"{place} {stage}"), MOST_SECONDS
    count = 0
    for _ in range(faults * MOST_RUNS_A_FAULT):
        if count >= faults:
            break
        code, err, kinds = disturb(draw, seconds)
        seconds = seconds if kinds else seconds / 2
        note(place, kinds)
        count += len(kinds)
        ends[place, look(code, err, kinds, made / stage, out / stage, same)] += 1
    assert count >= faults, "faults did not strike"
    mend()
    code, err = finish()
    assert code == 0, err
    same(made / stage, out / stage)


def look(code, err, kinds, wanted, folder, same):
    """Check and count how a run ended. A complete folder is deleted, to begin again."""
    told = f"exit code {code} after {kinds}\n{err}"
    if code == 0:
        if folder.exists() and any(folder.iterdir()):
            same(wanted, folder)
            shutil.rmtree(folder)
        return "same bytes"
    if code < 0 or code in (143, 130):
        return "killed"
    assert code in (3, 4, 5) and "Traceback" not in err, told
    assert err.startswith("bertprep: ") and err.count("\n") == 1, told
    if not any(kind.endswith("EIO") for kind in kinds):  # else cleaning up may have failed too; the final run does it
        assert not list(folder.rglob("*.tmp")), told
    return f"exit code {code}"


def with_failing_calls(layer, log, root, draw, arguments, workers=2):
    """Run a command whose system calls on files below `root` sometimes fail; returns what `disturb` of `hold` returns."""
    log.write_text("")
    variables = {
        "LD_PRELOAD": str(layer),
        "FAULT_ROOT": str(root),
        "FAULT_LOG": str(log),
        "FAULT_SEED": str(draw.randrange(1 << 30)),
        "FAULT_ODDS": str(round(10 ** draw.uniform(1.7, 3.3))),
    }
    code, err = helpers.command(arguments, workers, env={**os.environ, **variables})
    kinds = [" ".join(line.split()[:2]) for line in log.read_text().splitlines()]
    if code not in (0, 3, 4, 5) or "Traceback" in err:
        err += log.read_text()
    return code, err, kinds


def show(terminal):
    """Write the counts to pytest's terminal."""
    if not struck:
        return
    terminal.section(f"{sum(struck.values())} faults")
    for (place, kind), count in sorted(struck.items()):
        terminal.write_line(f"{place:10} {kind:28} {count:5}")
    terminal.write_line(f"{sum(ends.values())} runs ended with")
    for (place, end), count in sorted(ends.items()):
        terminal.write_line(f"{place:10} {end:28} {count:5}")
