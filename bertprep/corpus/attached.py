"""Remove files that were pasted into the text of a message: uuencoded blocks, and patches with their list of files.

    The fix is below.
     mills.c | 2 +-                                   list of files, known by the line with the sum
     1 file changed, 1 insertion(+), 1 deletion(-)
    diff --git a/mills.c b/mills.c                    patch: its two headers, and as many lines of each part as `@@` says
    --- a/mills.c
    +++ b/mills.c
    @@ -1 +1 @@
    -turn();
    +turn(wind);
    begin 644 mill.gif                                uuencoded file, up to `end`
    #0V%T
    `
    end

What does not agree with its own headers, because a line was wrapped or cut off, remains as text from there on. Linear in the
number of lines.
"""

import re

MARKS = ("diff --git ", "\n@@ -", "begin ", " changed, ")  # in texts that may have something to remove
ENCODED = re.compile(r"begin [0-7]{3,4} \S.*")
ENCODED_LINE = re.compile(r"[!-M][ -`]{1,61}")
ENCODED_LAST = re.compile(r"`?\s*")
DIFF = re.compile(r"diff --git \S.* \S.*")
ABOUT = re.compile(
    r"(?:index [0-9a-f]+\.\.|(?:new file|deleted file|old|new) mode \d|(?:dis)?similarity index \d|(?:rename|copy) (?:from|to) )"
    r".*|Binary files .* differ"
)
HUNK = re.compile(r"@@ -\d+(?:,(\d{1,9}))? \+\d+(?:,(\d{1,9}))? @@.*")
CHANGED_FILE = re.compile(r" [^|]+\|\s+(?:\d+ ?[+-]*|Bin\b.*)\s*")
SUM = re.compile(r" \d+ files? changed(?:, \d+ insertions?\(\+\))?(?:, \d+ deletions?\(-\))?\s*")
MODE = re.compile(r" (?:create|delete) mode \d.*| (?:rename|copy|mode change) .*")


def without_files(text: str) -> tuple[str, int]:
    """The text without pasted files, and how many lines with content were removed."""
    if not any(mark in text for mark in MARKS):
        return text, 0
    lines, kept, at = text.split("\n"), list[str](), 0
    while at < len(lines):
        stop = _end_of_encoded(lines, at) or _end_of_patch(lines, at) or _end_of_list(lines, at, kept)
        if not stop:
            kept.append(lines[at])
        at = stop or at + 1
    return "\n".join(kept), _filled(lines) - _filled(kept)


def _filled(lines: list[str]) -> int:
    return sum(map(bool, map(str.strip, lines)))


def _end_of_encoded(lines: list[str], at: int) -> int | None:
    """The end of a uuencoded file that begins at a line; None if there is none."""
    if not ENCODED.fullmatch(lines[at]):
        return None
    stop = at + 1
    while stop < len(lines) and ENCODED_LINE.fullmatch(lines[stop]):
        stop += 1
    if stop < len(lines) and ENCODED_LAST.fullmatch(lines[stop]):
        stop += 1
    return stop + 1 if stop > at + 1 and stop < len(lines) and lines[stop].rstrip() == "end" else None


def _end_of_patch(lines: list[str], at: int) -> int | None:
    """The end of the patch of one file that begins at a line; None if there is none."""
    stop = at
    if DIFF.fullmatch(lines[at]):
        stop += 1
        while stop < len(lines) and ABOUT.fullmatch(lines[stop]):
            stop += 1
    has_names = (
        lines[stop : stop + 1] and lines[stop].startswith("--- ") and "".join(lines[stop + 1 : stop + 2])[:4] == "+++ "
    )
    if has_names and HUNK.fullmatch("".join(lines[stop + 2 : stop + 3])):
        stop += 2
        while stop < len(lines) and (hunk := HUNK.fullmatch(lines[stop])):
            stop = _end_of_hunk(lines, stop + 1, int(hunk[1] or 1), int(hunk[2] or 1))
    return stop if stop > at + 1 else None


def _end_of_hunk(lines: list[str], at: int, old: int, new: int) -> int:
    """The end of so many lines of the old and the new file, or of those that are there."""
    while at < len(lines) and (old > 0 or new > 0):
        sign = lines[at][:1] or " "  # spaces at the end of a line may be lost
        if sign not in " +-\\":
            break
        old -= sign in " -"
        new -= sign in " +"
        at += 1
    return at + (at < len(lines) and lines[at].startswith("\\ No newline"))


def _end_of_list(lines: list[str], at: int, kept: list[str]) -> int | None:
    """The end of a list of changed files whose sum is at a line, and removes its files from the lines kept; else None."""
    if not (SUM.fullmatch(lines[at]) and kept and CHANGED_FILE.fullmatch(kept[-1])):
        return None
    while kept and CHANGED_FILE.fullmatch(kept[-1]):
        kept.pop()
    if kept and kept[-1].rstrip() == "---":
        kept.pop()
    stop = at + 1
    while stop < len(lines) and MODE.fullmatch(lines[stop]):
        stop += 1
    return stop
