"""What a file of a language may say; all but the name and the scripts can be left out.

Lists of words are written as text with white space between the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Abbreviations:
    """Abbreviations in small letters, without their last full stop.

    Single letters, and letters with full stops between them, count as `maybe` without being listed.
    """

    never: str = ""  # what it belongs to follows: titles, references
    maybe: str = ""  # ends a sentence only before a capital function word, such as The, He, How
    end: str = ""  # ends a sentence before any capital
    number: str = ""  # an abbreviation only before a number
    unit: str = ""  # after a number as `end`, else as `maybe`
    capital: str = ""  # with a capital as `maybe`, else an ordinary word: Wash., Ill.


@dataclass(frozen=True)
class Template:
    """Templates of a Wikipedia that carry words of the prose, and how their text is made.

    `how` is a name in `corpus/wikipedia/templates/handlers.py`, `names` are in small letters, without underscores;
    `arguments` are what `how` asks for. A `pattern` stands for the names that it matches as a whole.
    """

    how: str
    names: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class Wiki:
    """What the Wikipedia of a language calls things, in small letters; English names are valid in all of them."""

    files: tuple[str, ...] = ()  # namespaces whose links show nothing
    categories: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()  # the words after # on a page that only leads to another
    sections: tuple[str, ...] = ()  # headings of sections without prose
    top_sections: tuple[str, ...] = ()  # the same on the second level; below, it is a chapter on literature or music
    disambiguation: tuple[str, ...] = ()  # templates of pages that list the meanings of a word; regular expressions
    language_names: Mapping[str, str] = field(default_factory=dict)  # code -> name, for {{lang-de|...}}
    language_label: str = ""  # how name and text are put together: "{}: {}"
    templates: tuple[Template, ...] = ()
    silent: tuple[
        str, ...
    ] = ()  # inside sentences, but without words: notes, maintenance; `ipa*` stands for all that begin so


@dataclass(frozen=True, kw_only=True)
class Language:
    name: str  # in English
    scripts: tuple[str, ...]  # names in `scripts.py`

    # to tell it from others of its script, and to know a sentence's beginning after an abbreviation
    function_words: str = ""  # words that join and point; none that is often a name or a title
    letters: str = ""  # small letters that it has and others of its script have not

    # where sentences end
    abbreviations: Abbreviations = Abbreviations()
    ordinals: bool = False  # 3. is third
    small_ordinals: bool = False  # of words in small letters: before a capital the number is none
    numbered: str = ""  # words whose number is no ordinal: table, chapter
    lettered: str = ""  # words that a single letter names: vitamin, appendix
    section_words: str = ""  # words that with a number head a section: Chapter 1. The Road
    dotted_dates: bool = False  # 2023. 5. 1.
    colon_ends: bool = False  # sentences, before a capital
    double_colon_ends: bool = False
    clauses: bool = False  # no mark ends sentences; spaces stand between clauses
    final_particles: str = ""  # words of at most 16 bytes after which, before a space, a sentence ends
    spaces: bool = True  # between words
    danda: bool = False  # । ends sentences, and a full stop is an abbreviation's more often
    dots_pause: bool = False  # two dots, and spaced ones, end no sentence
    ellipsis_pauses: bool = False  # three dots end no sentence before a letter without case
    capital_after_semicolon: bool = False  # a sentence begins there, or the semicolon is a question mark
    small_start: int = 6  # letters of the shortest word whose full stop counts before a small letter; 0 for no word
    speech_verbs: str = ""  # what follows who speaks: "Why?" John asked
    after_speech: str = ""  # characters with which a sentence goes on after speech
    after_title: str = ""  # characters that never begin a sentence: after ！ one goes on from a title
    speakers: str = ""  # characters of pronouns that do so where a verb of speech is near
    speech_characters: str = ""  # characters of such verbs

    # how it writes
    quotes: tuple[str, str] | None = None
    separators: tuple[str, str] | None = None  # between thousands, before decimals
    months: tuple[str, ...] = ()

    wiki: Wiki = Wiki()
