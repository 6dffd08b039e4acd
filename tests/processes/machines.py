"""Machines with their own addresses, for tests of clusters: network namespaces with Ray processes, joined by a bridge.

Requires root and Linux's `ip`.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest
import store_helpers as helpers

RAY = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block"]
CONFIG = json.dumps(
    {**helpers.CLUSTER, "health_check_timeout_ms": 5000}
)  # no answer comes through a cable that was pulled


def ip(*words):
    """Run `ip`; returns whether it succeeded."""
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(["ip", *map(str, words)], capture_output=True).returncode == 0
    return False


class Network:
    """Machines 1, 2, ... at 10.A.B.1 and so on, and the processes on them."""

    def __init__(self, folder):
        self.tag = f"{os.getpid() % 65536:04x}"
        self.net = f"10.{int(self.tag[:2], 16)}.{int(self.tag[2:], 16)}"
        self.bridge, self.machines, self.processes, self.folder = f"br{self.tag}", [], [], folder
        if not (ip("link", "add", self.bridge, "type", "bridge") and ip("link", "set", self.bridge, "up")):
            pytest.skip("needs root and `ip`, for namespaces of the network")

    def add_machine(self, *options):
        """Add a machine with Ray running on it; returns its name."""
        number = len(self.machines) + 1
        name, cable = f"bp{self.tag}n{number}", f"v{self.tag}n{number}"
        self.machines.append((name, cable))
        ip("netns", "add", name)
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("link", "set", cable, "master", self.bridge, "up")
        ip("-n", name, "address", "add", f"{self.net}.{number}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "link", "set", "lo", "up")
        self.start(name, [*RAY, *options, f"--node-ip-address={self.net}.{number}"])
        return name

    def start(self, name, command, **streams):
        """Start a command on a machine."""
        environment = {
            **os.environ,
            "RAY_TMPDIR": self.folder,
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_AUTH_MODE": "disabled",
        }
        streams = streams or {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        words = ["ip", "netns", "exec", name, *map(str, command)]
        process = subprocess.Popen(words, start_new_session=True, text=True, env=environment, **streams)
        self.processes.append(process)
        return process

    def pull_cable(self, name):
        ip("link", "set", dict(self.machines)[name], "down")

    def end(self):
        below = [pid for process in self.processes for pid in helpers.descendants(process.pid)]
        for pid in [*(process.pid for process in self.processes), *below]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        for name, _ in self.machines:
            ip("netns", "delete", name)
        ip("link", "delete", self.bridge)
