"""Language files: each has the right form, one file is enough to add a language, and only those needed are read."""

import re
import subprocess
import sys

from bertprep_cli.warned import language_warnings
from each import each

from bertprep import languages
from bertprep.clean.settings import CleanSettings
from bertprep.core.errors import UsageError
from bertprep.corpus import documents
from bertprep.corpus.wikipedia.templates import handlers
from bertprep.languages.form import Abbreviations, Language, Wiki
from bertprep.languages.given import CODES, OTHERS, standard
from bertprep.languages.scripts import SCRIPTS
from bertprep.sentences.settings import SegmentSettings
from bertprep.sentences.split.words import LONGEST

LANGUAGES = [languages.load(code) for code in languages.codes()]


def texts_of(language: Language):
    """(field, words) for every list of words that is written as a string."""
    yield from ((name, value.split()) for name, value in vars(language).items() if isinstance(value, str))
    yield from ((name, value.split()) for name, value in vars(language.abbreviations).items())


@each("language", LANGUAGES)
def test_names_and_scripts(language):
    assert language.name.istitle() and language.scripts
    assert set(language.scripts) <= set(SCRIPTS)


@each("language", LANGUAGES)
def test_lists_hold_each_word_once_in_small_letters(language):
    for field, words in texts_of(language):
        if field not in ("name", "speech_characters", "after_speech", "after_title", "speakers"):
            assert all(word == word.lower() for word in words), field


@each("language", LANGUAGES)
def test_abbreviations_have_no_last_full_stop_and_stand_in_one_list(language):
    lists = {name: words.split() for name, words in vars(language.abbreviations).items()}
    assert not any(word.endswith(".") for words in lists.values() for word in words)
    assert all(len(word.encode()) <= 2 * LONGEST for words in lists.values() for word in words)


@each("language", LANGUAGES)
def test_months_and_marks_come_in_the_right_numbers(language):
    assert len(language.months) in (0, 12)
    assert language.quotes is None or len(language.quotes) == 2
    assert language.separators is None or len(language.separators) == 2


@each("language", LANGUAGES)
def test_names_of_the_wiki_are_in_small_letters_and_each_in_one_list(language):
    wiki = language.wiki
    for words in (wiki.files, wiki.categories, wiki.redirects, wiki.sections, wiki.top_sections):
        assert isinstance(words, tuple)
        assert all(word == word.lower().strip() and word for word in words)
        assert len(set(words)) == len(words)
    assert not set(wiki.sections) & set(wiki.top_sections)
    for pattern in wiki.disambiguation:
        re.compile(pattern)
    assert bool(wiki.language_names) == ("{}" in wiki.language_label)


@each("language", LANGUAGES)
def test_templates_can_be_made(language):
    known = {**handlers.PLAIN, **handlers.MADE, **handlers.BY_NAME}
    for template in language.wiki.templates:
        assert template.how in known, template
        assert template.names or template.pattern
        assert all(name == name.lower() and "_" not in name for name in template.names), template
        re.compile(template.pattern)
        if template.how not in handlers.BY_NAME:
            handlers.made(template, language)


def test_every_way_to_show_a_template_is_used():
    used = {template.how for code in languages.codes() for template in languages.load(code).wiki.templates}
    assert used == {*handlers.PLAIN, *handlers.MADE, *handlers.BY_NAME}


def test_what_has_no_file_is_known_by_its_code_alone():
    for code in ("xx", "und", "form", "scripts", "../en", "__init__", ""):
        assert languages.load(code) == Language(name=code, scripts=())
    assert (
        Language(name="x", scripts=()).wiki == Wiki()
        and Language(name="x", scripts=()).abbreviations == Abbreviations()
    )


def run_with(folder, *arguments):
    """Run bertprep with an additional folder of languages."""
    code = (
        "import sys, bertprep.languages as languages; from bertprep_cli.main import run; "
        "languages.__path__.append(sys.argv[1]); raise SystemExit(run(sys.argv[2:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, folder, *arguments], capture_output=True, text=True, check=True, encoding="utf-8"
    )


KLINGON = """from bertprep.languages.form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Klingon",
    scripts=("latin",),
    function_words="qaq vogh jih",
    abbreviations=Abbreviations(never="ghl"),
    wiki=Wiki(files=("nagh beq",), sections=("mu'mey",), templates=(Template("in_marks", ("jach",), ("<<", ">>")),)),
)
"""
DUMP = """<mediawiki xml:lang="tlh"><siteinfo></siteinfo><page><title>A</title><ns>0</ns><id>1</id><revision><text>
Ask ghl. Worf now. He said {{jach|so}} today. Then he went. [[Nagh beq:A.jpg|thumb|A face.]]
== Mu'mey ==
Gone.</text></revision></page></mediawiki>"""


def test_one_file_adds_a_language(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "tlh.py").write_text(KLINGON)
    (tmp_path / "a.xml").write_text(DUMP)
    arguments = ("--lang", "tlh", "--workers", "1", "--validation-share", "0")
    done = run_with(tmp_path / "more", "segment", tmp_path / "a.xml", "-o", tmp_path / "out", *arguments)
    assert "no specific rules or abbreviations" not in done.stderr
    shown = run_with(tmp_path / "more", "inspect", tmp_path / "out", "--json").stdout
    assert "Ask ghl. Worf now." in shown and "He said <<so>> today." in shown
    assert "face" not in shown and "Gone" not in shown


def test_only_languages_that_are_met_are_read():
    code = (
        "import sys, pyarrow as pa; from bertprep.sentences.split import split; "
        "split(pa.array(['Ein Satz. Noch einer.']), pa.array(['de'])); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    read = {name.removeprefix("bertprep.languages.") for name in done.stdout.split() if "bertprep.languages." in name}
    assert read - {"form", "scripts"} == {"de"}


def test_codes_and_tags_of_the_standards_are_read_as_the_code_used_here() -> None:
    tags = {
        "EN": "en",
        "pt_BR": "pt",
        "pt-br": "pt",
        "zh-Hans": "zh",
        "zh_hant_TW": "zh",
        "sr-Latn": "sr",
        " de ": "de",
    }
    tags |= {"de_DE.UTF-8": "de", "ca@valencia": "ca", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro", "cmn": "zh"}
    tags |= {"fil": "tl", "arb": "ar", "jpn": "ja", "ger": "de", "DEU": "de", "zho": "zh", "und": "und", "tlh": "tlh"}
    for given, code in (tags | CODES).items():
        assert SegmentSettings(lang=given) == SegmentSettings(lang=code)
        assert SegmentSettings(keep_languages=f"{given},en") == SegmentSettings(keep_languages=f"en,{code}")
        assert CleanSettings(keep_languages=given) == CleanSettings(keep_languages=code)
        assert documents.language_code(given) == (None if code == "und" else code)
    assert set(CODES.values()) >= {code for code in languages.codes() if len(code) == 2} and not {*CODES} & {
        *languages.codes()
    }


def asked_back(**given: str) -> str:
    """The error or the warnings about a language in the settings."""
    try:
        return "\n".join(language_warnings(SegmentSettings(**given)))
    except UsageError as error:
        return str(error)


def test_codes_of_countries_and_names_are_answered_with_the_code_that_is_meant() -> None:
    given = {"jp": "ja", "cn": "zh", "kr": "ko", "ua": "uk", "cz": "cs", "gr": "el", "dk": "da", "se": "sv", "vn": "vi"}
    given |= {
        "english": "en",
        "English": "en",
        "englich": "en",
        "deutsch": "de",
        "中文": "zh",
        "farsi": "fa",
        "usa": "",
    }
    given |= {other: code for code, others in OTHERS.items() for other in others.split()}
    given |= {languages.load(code).name: code for code in languages.codes() if len(languages.load(code).name) > 3}
    for word, wanted in given.items():
        for option in ("lang", "keep_languages"):
            told = asked_back(**{option: word})
            asked = f"{wanted} ({languages.load(wanted).name})" if wanted else ""
            assert len(told) < 320 and (asked in told if asked else "did you mean" not in told), (word, told)
    assert "did you mean ja (Japanese), ko (Korean), zh (Chinese)? It takes" in asked_back(keep_languages="jp,en,kr,cn")
    assert "'in'; did you mean hi (Hindi) or id (Indonesian)? It must be auto, or" in asked_back(lang="in")
    for unknown in ("zz", "xyz", "ja"):
        assert "did you mean" not in asked_back(lang=unknown)
    assert [standard(code) for code in languages.codes()] == list(languages.codes())
