"""Extract what the author wrote from the text of a message: without quotations, signatures and footers.

On Monday B wrote:                       not text: the quotation, with the line that introduces it
> Do they turn in winter?
They do, unless the river freezes.       They do, unless the river freezes.
--
A, miller                                not text: a signature, or the footer of a mailing list
"""

import re
from typing import NamedTuple

from .attached import without_files

QUOTED = (">", " >", "\t>")
ESCAPED = re.compile(r"^>(>*From )", re.M)  # how mailboxes write a line that begins with From
SIGNATURE = re.compile(r"--[ \t]?")
BARE_SIGNATURE_LINES, NOTICE_LINES = 12, 10  # at most, for signatures and footers without the standard mark
NOTICE = re.compile(r"[_=]{30,}")
HEADING = re.compile(r"[_=]{30,}|-{2,}+[^-].*(?<=--)")  # above the headers of a message that is quoted as a whole
FORWARDED = re.compile(
    r"-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original) ?-{2,}", re.I
)
SENDER = "From|Von|De|Da|Van|Från|Fra|Od|От|发件人|差出人"
FORWARDED_BY_APPLE = re.compile(
    r"(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:transféré|réexpédié)) ?:\s*"
)
SENT_BY = re.compile(rf"[ \t>]*\*?(?:{SENDER})\*?\s?[:：]")
# the headers of a message that Outlook and others quote as a whole, without a mark
QUOTED_HEADERS = re.compile(rf"\*?(?:{SENDER})\*?\s?[:：].*\n(?:\*?[^\W\d_][^:：\n]{{1,20}}[:：].*\n){{2}}")
END_MARKS = frozenset("-_=*BAD").union(name[0] for name in SENDER.split("|"))  # how lines begin at which a text may end
INTRODUCTION_LINES = 3  # at most, before a quotation
SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+:.*\n)*\n?", re.M)
PGP = re.compile(r"^-----BEGIN PGP [A-Z ]+-----\n(?:(?!-----BEGIN PGP ).*\n)*?-----END PGP [A-Z ]+-----\n?", re.M)
SCRUBBED = re.compile(  # Mailman's replacement for an attachment
    r"^-+ next part -+\n(?:An? [^\n]*attachment was scrubbed\.\.\.\n(?:(?:Name|Type|Size|Desc|URL)[ \t]*:[^\n]*\n)*)?",
    re.M | re.I,
)
GAP = "\n"  # marks a removed quotation; no line equals it


class Written(NamedTuple):
    """The author's part of a plain text, and how many lines were left out."""

    text: str
    quoted: int  # including their introductions
    signed: int  # lines of signatures and footers
    attached: int  # lines of pasted files and patches


def written(text: str) -> Written:
    """The author's part of a plain text."""
    text, scrubbed = _plain(text)
    text, attached = without_files(text)
    lines = text.split("\n")
    end, is_quoted = _end(lines)
    kept = _without_quotes(lines[:end])
    at_end, quoted = _filled(lines[end:]), _filled(lines[:end]) - _filled(kept)
    quoted, signed = (quoted + at_end, 0) if is_quoted else (quoted, at_end)
    return Written("\n".join(kept).strip("\n"), quoted, signed + scrubbed, attached)


def _plain(text: str) -> tuple[str, int]:
    """The text without signatures of PGP and signs of mailboxes and lists, and the number of their lines left out.

    What most texts do not have is looked for as a string first: an expression with `^` stops at every line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if "-----BEGIN PGP " in text:
        text = PGP.sub("", SIGNED.sub("", text))
    scrubbed = 0
    if "next part" in text.lower():
        scrubbed = sum(found[0].count("\n") for found in SCRUBBED.finditer(text))
        text = SCRUBBED.sub("\n", text)
    return ESCAPED.sub(r"\1", text) if ">From " in text else text, scrubbed


def _filled(lines: list[str]) -> int:
    return sum(map(bool, map(str.strip, lines)))


def _end(lines: list[str]) -> tuple[int, bool]:
    """The end of a message's text: before a signature, a footer or, as the second value, a message quoted as a whole."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    for number, line in enumerate(lines):
        if line.lstrip()[:1] not in END_MARKS:
            continue
        left = last - number
        if line == "-- " or (SIGNATURE.fullmatch(line) and left <= BARE_SIGNATURE_LINES):
            return number, False
        if left <= NOTICE_LINES and NOTICE.fullmatch(line.strip()) and not _is_quoted_whole(lines, number + 1):
            return number, False
        if FORWARDED.fullmatch(line.strip()) or (FORWARDED_BY_APPLE.fullmatch(line) and _has_sender(lines, number + 1)):
            return number, True
        if _is_quoted_whole(lines, number):
            return number - bool(number and HEADING.fullmatch(lines[number - 1].strip())), True
    return len(lines), False


def _is_quoted_whole(lines: list[str], number: int) -> bool:
    """Whether the headers of another message begin at a line."""
    return bool(QUOTED_HEADERS.match("\n".join(lines[number : number + 4])))


def _has_sender(lines: list[str], number: int) -> bool:
    """Whether the sender of a forwarded message follows, perhaps quoted and after a blank line."""
    return any(SENT_BY.match(line) for line in lines[number : number + 3])


def _without_quotes(lines: list[str]) -> list[str]:
    """The lines without quotations, and without a few lines before them that end with a colon: "B wrote:"."""
    kept: list[str] = []
    for line in lines:
        if not line.startswith(QUOTED):
            kept.append(line)
        elif kept and kept[-1] != GAP:
            _drop_introduction(kept)
            kept.append(GAP)
    return ["" if line == GAP else line for line in kept]


def _drop_introduction(kept: list[str]) -> None:
    """Remove a short paragraph at the end that ends with a colon, if no quotation came directly before it."""
    end = len(kept)
    while end and not kept[end - 1].strip() and kept[end - 1] != GAP:
        end -= 1
    start = end
    while start and kept[start - 1].strip() and end - start <= INTRODUCTION_LINES:
        start -= 1
    if end and kept[end - 1].rstrip().endswith((":", "：")) and end - start <= INTRODUCTION_LINES:
        del kept[start:]
