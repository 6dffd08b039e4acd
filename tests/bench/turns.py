"""Measure several pieces of work in turns, so that the load of the machine affects all of them equally."""

import time
from collections.abc import Callable, Mapping


def seconds_in_turns(runs: Mapping[str, Callable[[], object]], turns: int) -> dict[str, list[float]]:
    """CPU-seconds of each piece of work in each turn, by name."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            began = time.process_time()
            run()
            seconds[name].append(time.process_time() - began)
    return seconds
