"""`python -m bertprep_cli`: the command where no `bertprep` is on the path."""

from .main import main

if __name__ == "__main__":
    main()
