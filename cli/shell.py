"""Command lines for the user to paste into a shell."""

import re
import shlex
from pathlib import Path

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def command_line(*words: str) -> str:
    """Quote words for a shell, in one line, with control characters escaped.

    >>> command_line("bertprep", "inspect", "it's mine")
    'bertprep inspect \\'it\\'"\\'"\\'s mine\\''
    """
    return " ".join(_quoted(word) for word in words)


def python_line(code: str) -> str:
    """Quote code for `python -c`: in double quotes where the shell leaves all of it as it is.

    >>> print(python_line("print('a b')"))
    python -c "print('a b')"
    >>> python_line("print('$HOME')") == command_line("python", "-c", "print('$HOME')")
    True
    """
    if set(code) & set('"$`\\!') or UNPRINTABLE.search(code):
        return command_line("python", "-c", code)
    return f'python -c "{code}"'


def place(path: str) -> str:
    """A path with `./` if it could be mistaken for an option."""
    return f"./{path}" if path.startswith("-") else path


def beside(folder: str, name: str) -> str:
    """The folder `name` next to another, which may be a URI."""
    if "://" in folder:
        return f"{folder.rstrip('/').rpartition('/')[0]}/{name}"
    return str(Path(folder).parent / name)


def below(folder: str, name: str) -> str:
    """The folder `name` within another, which may be a URI."""
    return f"{folder.rstrip('/')}/{name}" if "://" in folder else str(Path(folder) / name)


def _quoted(word: str) -> str:
    if not UNPRINTABLE.search(word):
        return shlex.quote(word)
    # $'...', in which bash and zsh interpret escapes
    word = word.replace("\\", "\\\\").replace("'", "\\'")
    return "$'" + UNPRINTABLE.sub(lambda found: "".join(f"\\x{byte:02x}" for byte in found[0].encode()), word) + "'"
