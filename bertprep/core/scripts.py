"""The script of a character; a random B must have the same script as its A.

Names are those of Unicode, in lower case: `latin`, `tibetan`, `oriya`, `han`, `kana` (Hiragana and Katakana). Only letters
have a script; digits, punctuation and combining marks have none. Compatibility forms count as the character that they
stand for: a full-width A is Latin.
"""

import functools
import unicodedata

# first word of a letter's Unicode name -> its script, if that is another word; "" is common to all scripts
OTHER_NAMES = {
    **dict.fromkeys(("cjk", "ideographic"), "han"),
    **dict.fromkeys(("hiragana", "katakana", "katakana-hiragana", "hentaigana"), "kana"),
    **dict.fromkeys(("modifier", "caron", "vedic", "vertical", "halfwidth", "masu"), ""),
    **dict.fromkeys(("turned", "roman"), "latin"),
}
TWO_WORDS = ("old", "tai", "linear", "inscriptional")  # as in OLD TURKIC and TAI LE: scripts that share a first word


@functools.cache
def script_of(character: str) -> str:
    """The script of a letter; "" for all other characters.

    >>> [script_of(character) for character in "eжང大の７?"]
    ['latin', 'cyrillic', 'tibetan', 'han', 'kana', '', '']
    """
    if not character.isalpha():
        return ""
    letters = [letter for letter in unicodedata.normalize("NFKC", character) if letter.isalpha()]
    words = unicodedata.name((letters or [character])[0], "unnamed").lower().split()
    if words[0] in TWO_WORDS:
        return " ".join(words[:2])
    return OTHER_NAMES.get(words[0], words[0])


def script_of_word(word: str) -> str:
    """The script of the first letter of a word that has one, else ""; a leading `##` is ignored.

    >>> script_of_word("##ing"), script_of_word("1994")
    ('latin', '')
    """
    return next(filter(None, map(script_of, word)), "")


def is_east_asian(character: str) -> bool:
    """Whether a character is written without spaces around it, as in Chinese and Japanese."""
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7af"
