"""All errors that this project raises on purpose.

The class says who has to act, and determines the exit code of the command:

    BertprepError
    ├── UsageError          2  usage error: an option, a combination, a missing extra
    ├── InputError          3  the corpus, vocabulary or model given cannot be used as it is
    ├── StoreError          4  an output folder is unfinished, damaged, in use, or made differently
    └── StageError          5  the work itself failed: a lost worker, a full disk, a loss that is NaN

A message is for a person at a terminal: what happened, where, what was expected, what to try.
"""

import re

from .terminal import printable

PASSWORD = re.compile(r"(?<=://)[^/?#\s@]*:[^/?#\s@]*@")  # abfs://container@account and hdfs://user@host hold no secret
SECRET_NAMES = "key|secret|token|password|credential|signature"
MOST_CHARACTERS = 4000  # of a message
SECRET = re.compile(rf"([?&][^=&\s]{{0,100}}(?:{SECRET_NAMES})[^=&\s]{{0,100}}=)[^&\s:;,)*]+", re.IGNORECASE)


def without_secrets(text: str) -> str:
    """Remove keys and passwords from the URIs in a text, so that it can be shown or kept.

    >>> without_secrets("s3://KEY:SECRET@bucket/corpus?secret_key=abc&region=eu: not there")
    's3://***@bucket/corpus?secret_key=***&region=eu: not there'
    """
    return SECRET.sub(r"\1***", PASSWORD.sub("***@", text))


AGAIN = ("run the same command to resume", "run the same command again")  # the second if the command keeps no parts
LATER = ("run the same command later to resume", "run the same command later")


class BertprepError(Exception):
    """Base class of all errors below; never raised itself.

    `kept` says that finished parts are kept. The message ends with `advice` followed by `again`, which is AGAIN or LATER.
    """

    exit_code = 1

    def __init__(
        self, message: object = "", *, kept: bool = False, advice: str = "", again: tuple[str, str] = ("", "")
    ) -> None:
        super().__init__(message)
        self.kept, self.advice, self.again = kept, advice, again

    def __str__(self) -> str:
        return self.told(resumes=True)

    def told(self, resumes: bool) -> str:
        """Format the message for a command that `resumes` from finished parts, or for one that does not.

        >>> lost = StageError("reading failed", kept=True, advice="once this can be read,", again=AGAIN)
        >>> lost.told(resumes=True)
        'reading failed; finished parts are kept; once this can be read, run the same command to resume'
        >>> lost.told(resumes=False)
        'reading failed; once this can be read, run the same command again'
        """
        # libraries may put arbitrarily long data into messages; secrets are removed before the final cut, which could halve one
        message = without_secrets(cut(super().__str__(), 100_000))
        try_this = f"{self.advice} {self.again[0 if resumes else 1]}".strip()
        parts = (message, "finished parts are kept" if self.kept and resumes else "", try_this)
        return printable(cut("; ".join(filter(None, parts)), MOST_CHARACTERS))


def cut(text: str, most: int) -> str:
    """Shorten a text that is too long to its beginning and end."""
    return text if len(text) <= most else f"{text[: most // 2]} [...] {text[-most // 2 :]}"


class UsageError(BertprepError):
    """The options or arguments are invalid or contradict each other."""

    exit_code = 2


class InputError(BertprepError):
    """An input is missing, damaged or not in the expected format."""

    exit_code = 3


class StoreError(BertprepError):
    """An output folder is unfinished, damaged, in use, or was made with different settings."""

    exit_code = 4


class StageError(BertprepError):
    """A stage failed; finished parts are kept, and running the same command again resumes."""

    exit_code = 5


def missing_extra(package: str, extra: str) -> UsageError:
    """The error for a missing optional `package`; `extra` is the extra that installs it."""
    return UsageError(f"this needs {package}, which is not installed; try: pip install 'bertprep[{extra}]'")
