"""The fields of a language file; all except the name and the scripts are optional.

Lists of words are strings with white space between the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Abbreviations:
    """Abbreviations in lower case, without their last full stop.

    Single letters, and letters separated by full stops, count as `maybe` without being listed.
    """

    never: str = ""  # never ends a sentence: titles, references
    maybe: str = ""  # ends a sentence only before a capitalized function word, such as The, He, How
    end: str = ""  # ends a sentence before any capital
    number: str = ""  # an abbreviation only before a number
    unit: str = ""  # after a number like `end`, else like `maybe`
    capital: str = ""  # if capitalized, like `maybe`, else an ordinary word: Wash., Ill.


@dataclass(frozen=True)
class Template:
    """Wikipedia templates whose output is part of the prose, and how to make their text.

    `how` is a name in `corpus/wikipedia/templates/handlers.py`; `names` are in lower case, without underscores;
    `arguments` are those of `how`. A `pattern`, a regular expression, stands for all names that it fully matches.
    """

    how: str
    names: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class Wiki:
    """Names used in the Wikipedia of a language, in lower case; English names are valid in all of them."""

    files: tuple[str, ...] = ()  # namespaces whose links show no text
    categories: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()  # the words after # on a redirect page
    sections: tuple[str, ...] = ()  # headings of sections without prose
    top_sections: tuple[
        str, ...
    ] = ()  # the same for level 2 only; deeper down, the heading may be one of a prose chapter
    disambiguation: tuple[str, ...] = ()  # templates of disambiguation pages; regular expressions
    language_names: Mapping[str, str] = field(default_factory=dict)  # code -> name, for {{lang-de|...}}
    language_label: str = ""  # how the language's name and the text are combined: "{}: {}"
    templates: tuple[Template, ...] = ()
    silent: tuple[str, ...] = ()  # templates without text inside sentences: notes, maintenance; `ipa*` matches a prefix


@dataclass(frozen=True, kw_only=True)
class Language:
    name: str  # in English
    scripts: tuple[str, ...]  # names in `scripts.py`

    # to detect the language among others of its script, and to recognize the start of a sentence after an abbreviation
    function_words: str = ""  # without words that are often a name or a title
    letters: str = ""  # lower-case letters that other languages of its script do not have

    # where sentences end
    abbreviations: Abbreviations = Abbreviations()
    ordinals: bool = False  # 3. means third
    small_ordinals: bool = False  # ordinals precede words in lower case: before a capital, the number ends the sentence
    numbered: str = ""  # words whose number is not an ordinal: table, chapter
    lettered: str = ""  # words followed by a single letter as a name: vitamin, appendix
    section_words: str = ""  # words that begin a numbered heading: Chapter 1. The Road
    dotted_dates: bool = False  # 2023. 5. 1.
    colon_ends: bool = False  # a colon ends a sentence, before a capital
    double_colon_ends: bool = False
    clauses: bool = False  # no mark ends sentences; spaces separate clauses
    final_particles: str = ""  # words of at most 16 bytes that end a sentence when a space follows
    spaces: bool = True  # between words
    danda: bool = False  # । ends sentences; a full stop is more often part of an abbreviation
    dots_pause: bool = False  # two dots, and spaced dots, do not end a sentence
    ellipsis_pauses: bool = False  # three dots before a letter without case do not end a sentence
    capital_after_semicolon: bool = False  # a sentence begins there, or the semicolon is a question mark
    small_start: int = 6  # a full stop before lower case ends a sentence only after a word this long; 0: never
    speech_verbs: str = ""  # verbs near the speaker's name: "Why?" John asked
    after_speech: str = ""  # characters that continue a sentence after direct speech
    after_title: str = ""  # characters that never begin a sentence: after ！ they continue one that quotes a title
    speakers: str = ""  # characters of pronouns that continue a sentence if a verb of speech is near
    speech_characters: str = ""  # characters of such verbs

    # writing conventions
    quotes: tuple[str, str] | None = None
    separators: tuple[str, str] | None = None  # of thousands, and of decimals
    months: tuple[str, ...] = ()

    wiki: Wiki = Wiki()
