"""Tells at the end how many faults struck, and how the runs ended."""

import faulty


def pytest_terminal_summary(terminalreporter):
    if not faulty.struck:
        return
    terminalreporter.section(f"{sum(faulty.struck.values())} faults")
    for (place, kind), count in sorted(faulty.struck.items()):
        terminalreporter.write_line(f"{place:10} {kind:24} {count:5}")
    terminalreporter.write_line(f"{sum(faulty.ends.values())} runs ended with")
    for (place, end), count in sorted(faulty.ends.items()):
        terminalreporter.write_line(f"{place:10} {end:24} {count:5}")
