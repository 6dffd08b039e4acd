"""`python -m bertprep_cli`: the command, if `bertprep` is not on the path."""

import sys

if __name__ == "__main__":
    if (
        not sys.flags.safe_path
    ):  # `-m` puts the current folder first, which may contain any `random.py` next to a corpus
        del sys.path[0]

    from . import start

    start()
