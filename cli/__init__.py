"""The command line of bertprep; `start` is the entry point of the installed command."""

import os
import signal
from typing import NoReturn


def start() -> None:
    """Run the command. Ctrl-C during imports ends it as it does later: with one line, and exit code 130."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # background jobs of a script ignore SIGINT
        signal.signal(signal.SIGINT, _end)
    from .main import main

    main()


def _end(*_: object) -> NoReturn:
    os.write(2, b"bertprep: interrupted; nothing was begun\n")
    os._exit(130)
