"""The rules of `clean` once more, one document at a time and in plain Python: not by the code that applied them.

Each takes the sentences of a document as they are in the cleaned folder and says whether the rule would reject them: of rules
of sentences any, of rules of documents all together.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

Sentences = list[str]
Audit = Callable[[Sentences, Mapping[str, Any], str], bool]  # sentences, settings, language

# Han, kana, Thai, Lao, Tibetan, Burmese, Khmer: without spaces between words, so each letter counts as one
UNSPACED = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3041-\u30fa\u31f0-\u31ff\uff66-\uff9f"
                      "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")  # fmt: skip


def words_of(text: str) -> int:
    """Words: what stands between blanks, and letters of scripts that put none between words.

    >>> words_of("Pi is 3.14."), words_of("東京tower、は 2つ")
    (3, 6)
    """
    if text.isascii() or not UNSPACED.search(text):
        return len(text.split())
    count, may_begin, after_unspaced = 0, True, False
    for character in text:
        unspaced = character.isalpha() and bool(UNSPACED.match(character))
        is_word = character.isalpha() or unicodedata.category(character)[0] == "N"
        count += unspaced or (may_begin and not character.isspace()) or (after_unspaced and is_word)
        may_begin, after_unspaced = character.isspace(), unspaced
    return count


def letters_of(text: str) -> int:
    """Letters, and marks that stand on letters."""
    letters = sum(map(str.isalpha, text))
    return letters if text.isascii() else letters + sum(unicodedata.category(each)[0] == "M" for each in text)


def _letters(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    return any(2 * letters_of(text) < len(text) - sum(map(str.isspace, text)) for text in sentences)


def _gopher_words(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    return not settings["min_words"] <= sum(map(words_of, sentences)) <= 100_000


AUDITS: dict[str, Audit] = {"letters": _letters, "gopher-words": _gopher_words}
