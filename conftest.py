"""Without PyTorch, the tests of the part that needs it are left out, doctests included."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["bertprep/train/*", "tests/train/*"]
