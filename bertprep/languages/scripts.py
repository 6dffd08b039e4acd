"""Scripts as ranges of code points, and the language of scripts that are used by one language alone, or mostly."""

from typing import NamedTuple


class Script(NamedTuple):
    ranges: tuple[tuple[int, int], ...]
    language: str = ""  # empty if the language is detected by words
    capitals: bool = False  # has upper case, which begins sentences and names
    spaces: bool = True  # between words


SCRIPTS: dict[str, Script] = {
    "latin": Script(((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF)), capitals=True),
    "cyrillic": Script(((0x400, 0x52F),), capitals=True),
    "han": Script(((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)), "zh", spaces=False),
    "kana": Script(((0x3041, 0x30FA), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)), "ja", spaces=False),
    "hangul": Script(((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3130, 0x318F)), "ko"),
    "arabic": Script(((0x620, 0x6D3), (0x750, 0x77F)), "ar"),
    "devanagari": Script(((0x900, 0x963), (0x966, 0x97F)), "hi"),
    "greek": Script(((0x370, 0x3E1), (0x3F0, 0x3FF), (0x1F00, 0x1FFF)), "el", capitals=True),
    "hebrew": Script(((0x590, 0x5FF),), "he"),
    "armenian": Script(((0x530, 0x588),), "hy", capitals=True),
    "georgian": Script(((0x10A0, 0x10FF),), "ka"),
    "bengali": Script(((0x980, 0x9FF),), "bn"),
    "gurmukhi": Script(((0xA00, 0xA7F),), "pa"),
    "gujarati": Script(((0xA80, 0xAFF),), "gu"),
    "tamil": Script(((0xB80, 0xBFF),), "ta"),
    "telugu": Script(((0xC00, 0xC7F),), "te"),
    "kannada": Script(((0xC80, 0xCFF),), "kn"),
    "malayalam": Script(((0xD00, 0xD7F),), "ml"),
    "sinhala": Script(((0xD80, 0xDFF),), "si"),
    "thai": Script(((0xE00, 0xE7F),), "th", spaces=False),
    "lao": Script(((0xE80, 0xEFF),), "lo", spaces=False),
    "myanmar": Script(((0x1000, 0x109F),), "my", spaces=False),
    "ethiopic": Script(((0x1200, 0x139F),), "am"),
    "khmer": Script(((0x1780, 0x17FF),), "km", spaces=False),
    "tibetan": Script(((0xF00, 0xFFF),), "bo", spaces=False),
    "oriya": Script(((0xB00, 0xB7F),), "or"),
    "thaana": Script(((0x780, 0x7BF),), "dv"),
    "syriac": Script(((0x700, 0x74F),), "syr"),
    "nko": Script(((0x7C0, 0x7FF),), "nqo"),
    "cherokee": Script(((0x13A0, 0x13FF), (0xAB70, 0xABBF)), "chr"),
    "ol": Script(((0x1C50, 0x1C7F),), "sat"),
    "meetei": Script(((0xABC0, 0xABFF),), "mni"),
    "yi": Script(((0xA000, 0xA4CF),), "ii"),
    "vai": Script(((0xA500, 0xA63F),), "vai"),
    "javanese": Script(((0xA980, 0xA9DF),), "jv"),
    "chakma": Script(((0x11100, 0x1114F),), "ccp"),
}

UNSPACED = tuple(range_ for script in SCRIPTS.values() if not script.spaces for range_ in script.ranges)
# punctuation and full-width forms used in scripts without spaces between words
UNSPACED_SIGNS = ((0x2E80, 0x3040), (0x30FB, 0x312F), (0x31A0, 0x33FF), (0xFE30, 0xFE4F), (0xFF01, 0xFF65))


def any_of(*ranges: tuple[int, int]) -> str:
    """A regular expression for one character of these ranges of code points.

    >>> any_of((0x61, 0x66), (0x78, 0x7A))
    '[a-fx-z]'
    """
    return "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]"
