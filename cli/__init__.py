"""The command line of bertprep; `start` is what the installed command calls."""

import os
import signal
from typing import NoReturn


def start() -> None:
    """Run the command. Ctrl-C while its modules are still being imported ends it as a later one does: 130, in a line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # it is ignored in the background of a script
        signal.signal(signal.SIGINT, _end)
    from .main import main

    main()


def _end(*_: object) -> NoReturn:
    os.write(2, b"bertprep: interrupted; nothing was begun\n")
    os._exit(130)
