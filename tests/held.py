"""Hold the tasks of a command until a test lets them go, so that the test finds it running whatever the machine's load.

`hold` is called in the process of a command, before the command starts. From then on each task waits until a file exists, the
gate, which the test creates later or never. Files next to the gate tell the test how far the run is:

    gate.passed-K      the K-th task that did not wait: the first `after` tasks with `name` in their arguments may pass
    gate.waits-PID     this process is waiting
    gate.heard-NODE    on Ray: the command knows that a task has started on the node

A command whose gate is never created is killed at the end of its test, and its workers end with it.
"""

import contextlib
import functools
import os
import sys
import time
from pathlib import Path

HERE = str(Path(__file__).parent)
HANG_SECONDS = 600  # what takes longer is taken to hang; far more than anything takes on a slow and busy machine


def command(words, gate, name="", after=0):
    """`COMMAND` of store_helpers, with its tasks held at a gate."""
    *python, code = words
    hold = f"import sys; sys.path.append({HERE!r}); import held; held.hold({str(gate)!r}, {name!r}, {after});"
    return [*python, hold + code]


class SlowClock:
    """`time` for ray._private.node, which gives a node 30 seconds to start: they become `HANG_SECONDS`."""

    sleep, time = time.sleep, time.time

    @staticmethod
    def monotonic():
        return time.monotonic() * 30 / HANG_SECONDS


def patient(words):
    """A command of Python's that waits longer for Ray to start."""
    *python, code = words
    return [
        *python,
        f"import sys; sys.path.append({HERE!r}); import held, ray._private.node as n; n.time = held.SlowClock;{code}",
    ]


def hold(gate, name, after):
    """Hold all tasks that this process gives to pools and clusters."""
    from bertprep.processes import pool, ray

    def holding(runner, place):
        real = runner.__init__

        def begin(self, *arguments):
            function, tasks = (arguments[place], arguments[place + 1])
            if len(tasks) > 1:  # a single task runs on one node only, and the test would wait for the other
                function = functools.partial(wait, gate_of(gate, function), name, after, function)
            real(self, *arguments[:place], function, *arguments[place + 1 :])

        runner.__init__ = begin

    holding(pool.Pool, 0)
    holding(ray.RayTasks, 1)
    receive = ray.RayTasks._receive

    def heard(self, generator, attempt):
        yield from receive(self, generator, attempt)
        if attempt.node and isinstance(self.function, functools.partial):
            Path(f"{self.function.args[0]}.heard-{attempt.node.rpartition('/')[2]}").touch()

    ray.RayTasks._receive = heard


def gate_of(gate, function):
    """The gate of a task, with its package, such as `sentences`, put in place of {}."""
    while isinstance(function, functools.partial):
        function = function.func
    return gate.format(function.__module__.split(".")[1])


def wait(gate, name, after, function, *task):
    """Run a task, once it may start."""
    if not Path(gate).exists() and not passes(gate, name in repr(task), after):
        Path(f"{gate}.waits-{os.getpid()}").touch()
        until = time.monotonic() + HANG_SECONDS
        while not Path(gate).exists():
            if time.monotonic() > until:
                sys.exit(f"{gate} was never created")
            time.sleep(0.01)
    return function(*task)


def passes(gate, is_named, after):
    """Whether a task may start before the gate exists: until `after` of the named tasks have started, then none."""
    if not is_named:
        return not Path(f"{gate}.passed-{after}").exists()
    for number in range(1, after + 1):
        with contextlib.suppress(FileExistsError):
            Path(f"{gate}.passed-{number}").touch(exist_ok=False)
            return True
    return False


def waiting(gate):
    """Pids of the processes that wait at a gate."""
    return [int(path.suffix.rpartition("-")[2]) for path in Path(gate).parent.glob(f"{Path(gate).name}.waits-*")]
