"""The rules of `clean` implemented again, in plain Python and one document at a time, independently of the code of `clean`.

Each takes the sentences of a document in the cleaned folder, and returns whether the rule would reject any of them (rules for
sentences) or the document (rules for documents).
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from ..languages import load

Sentences = list[str]
Audit = Callable[[Sentences, Mapping[str, Any], str], bool]  # sentences, settings, language

# Han, kana, Thai, Lao, Tibetan, Burmese, Khmer: without spaces between words, so each letter counts as a word
UNSPACED = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3041-\u30fa\u31f0-\u31ff\uff66-\uff9f"
                      "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")  # fmt: skip
WITHOUT_END_MARKS = ("km", "lo", "my", "th")
TERMINAL = ".?!\"'”’»›」』）)。．！？｡؟۔।॥։።፧။።៕༎᠃᠉"
BULLETS, SIGNS = "•-‣▪◦●○–*", "{}[]<>=;|\\_^~@$#+"
ENGLISH = {"the", "be", "to", "of", "and", "that", "have", "with"}
POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def is_unspaced(character: str) -> bool:
    """Whether a character is a letter of a script without spaces between words."""
    return character.isalpha() and bool(UNSPACED.match(character))


def is_letter_or_digit(character: str) -> bool:
    """Whether a character is a letter or a number of any kind."""
    return character.isalpha() or unicodedata.category(character)[0] == "N"


def words_of(text: str) -> list[str]:
    """Split text into words at white space; each letter of a script without spaces is a word, with the signs that follow it.

    >>> words_of("Pi is 3.14."), words_of("東京tower、は 2つ")
    (['Pi', 'is', '3.14.'], ['東', '京', 'tower、', 'は', '2', 'つ'])
    """
    if text.isascii() or not UNSPACED.search(text):
        return text.split()
    words: list[str] = []
    may_begin, after_unspaced = True, False
    for character in text:
        unspaced = is_unspaced(character)
        if character.isspace():
            pass
        elif unspaced or may_begin or (after_unspaced and is_letter_or_digit(character)):
            words.append(character)
        else:
            words[-1] += character
        may_begin, after_unspaced = character.isspace(), unspaced
    return words


def all_words(sentences: Sentences) -> list[str]:
    """The words of a document."""
    return [word for text in sentences for word in words_of(text)]


def true_words(sentences: Sentences) -> list[str]:
    """The words with a letter or a digit."""
    return [
        word
        for word in all_words(sentences)
        if (word.isascii() and word.isalnum()) or any(map(is_letter_or_digit, word))
    ]


def mostly_unspaced(sentences: Sentences) -> bool:
    """Whether more than half of the words are letters of scripts without spaces."""
    if all(map(str.isascii, sentences)):
        return False
    return 2 * sum(is_unspaced(each) for text in sentences for each in text) > len(all_words(sentences))


def before(sentences: Sentences) -> list[str]:
    """The sentences that occur earlier in the document."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for text in sentences:
        words = tuple(words_of(text))
        if words in seen:
            found.append(text)
        seen.add(words)
    return found


def characters(sentences: Sentences) -> int:
    return sum(map(len, sentences))


def filled(text: str) -> int:
    """Number of characters that are not white space."""
    return len(text) - sum(map(str.isspace, text))


# -- sentences --------------------------------------------------------------------------------------------------------


def of_sentences(rejects: Callable[[str], bool]) -> Audit:
    """The audit of a rule for single sentences."""
    return lambda sentences, settings, language: any(map(rejects, sentences))


def few_letters(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    if not text.isascii():
        letters += sum(unicodedata.category(each)[0] == "M" for each in text)
    return 2 * letters < filled(text)


def same_again(text: str) -> bool:
    words = words_of(text)
    same = sum(one == other for one, other in pairwise(words))
    return len(words) >= 4 and 2 * same > len(words) and not mostly_unspaced([text])


def _unended(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    ended = (text[-1:] in TERMINAL and not text.endswith("...") for text in sentences)
    return language not in WITHOUT_END_MARKS and not all(ended)


def few_or_long_words(text: str) -> bool:
    words = words_of(text)
    return len(words) < 3 or any(len(word) > 1000 for word in words)


# -- documents --------------------------------------------------------------------------------------------------------


def _word_length(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    words = true_words(sentences)
    return bool(words) and not mostly_unspaced(sentences) and not 3 <= characters(words) / len(words) <= 10


def _symbols(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    hashes, dots = (sum(text.count(sign) for text in sentences) for sign in ("#", "..."))
    return 10 * max(hashes, dots + sum(text.count("…") for text in sentences)) > len(all_words(sentences))


def _bullets(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    return 10 * sum(text.startswith(tuple(BULLETS)) for text in sentences) > 9 * len(sentences)


def _ellipsis(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    return 10 * sum(text.endswith(("...", "…")) for text in sentences) > 3 * len(sentences)


def _alphabetic(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    words = all_words(sentences)
    return 10 * sum(any(map(str.isalpha, word)) for word in words) < 8 * len(words)


def _stop_words(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    known = stop_words(language)
    return bool(known) and len(known & set(all_words(sentences))) < 2


@functools.cache
def stop_words(language: str) -> frozenset[str]:
    """The published stop words of English, else the function words of the language that are one word each."""
    data = load(language)
    words = ENGLISH if language == "en" else data.function_words.split() if data.spaces else ()
    return frozenset(word for word in words if len(words_of(word)) == 1)


def _repetition(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    again = before(sentences)
    if len(again) > 0.3 * len(sentences) or characters(again) > 0.2 * characters(sentences):
        return True
    if mostly_unspaced(sentences):
        return False
    words, whole = all_words(sentences), characters(sentences) + len(sentences) - 1
    for n, share in ((2, 0.2), (3, 0.18), (4, 0.16)):
        runs = Counter(" ".join(words[place : place + n]) for place in range(len(words) - n + 1))
        run, count = runs.most_common(1)[0] if runs else ("", 0)
        if count > 1 and count * len(run) > share * whole:
            return True
    return any(_runs_again(words, n) > (20 - n) / 100 * whole for n in range(5, 11))


def _runs_again(words: list[str], n: int) -> int:
    """Number of characters in runs of n words that occur earlier, each character counted once."""
    seen: set[str] = set()
    total = place = 0
    while place + n <= len(words):
        run = " ".join(words[place : place + n])
        total += len(run) - (n - 1) if run in seen else 0
        place += n if run in seen else 1
        seen.add(run)
    return total


def _few_ends(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    ended = sum(text[-1:] in TERMINAL + "…" for text in sentences)
    return language not in WITHOUT_END_MARKS and 100 * ended < 12 * len(sentences)


def _short(sentences: Sentences, settings: Mapping[str, Any], language: str) -> bool:
    return 100 * sum(len(text) <= 30 for text in sentences) > 67 * len(sentences) and not mostly_unspaced(sentences)


AUDITS: dict[str, Audit] = {
    "letters": of_sentences(few_letters),
    "code": of_sentences(lambda text: 10 * sum(each in SIGNS for each in text) > filled(text)),
    "repeated-words": of_sentences(same_again),
    "c4-punctuation": _unended,
    "c4-words": of_sentences(few_or_long_words),
    "c4-javascript": of_sentences(lambda text: "javascript" in text.lower()),
    "c4-policy": of_sentences(lambda text: any(phrase in text.lower() for phrase in POLICY)),
    "c4-lorem-ipsum": of_sentences(lambda text: "lorem ipsum" in text.lower()),
    "c4-curly-bracket": of_sentences(lambda text: "{" in text),
    "c4-sentences": lambda sentences, settings, language: len(sentences) < 5,
    "gopher-words": lambda sentences, settings, language: (
        not settings["min_words"] <= len(true_words(sentences)) <= 100_000
    ),
    "gopher-word-length": _word_length,
    "gopher-symbols": _symbols,
    "gopher-bullets": _bullets,
    "gopher-ellipsis": _ellipsis,
    "gopher-alphabetic": _alphabetic,
    "gopher-stop-words": _stop_words,
    "gopher-repetition": _repetition,
    "fineweb-punctuation": _few_ends,
    "fineweb-short": _short,
    "fineweb-duplicates": lambda sentences, settings, language: (
        100 * characters(before(sentences)) > characters(sentences)
    ),
}
