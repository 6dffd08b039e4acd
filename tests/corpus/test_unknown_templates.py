"""A sentence with a word missing for an unknown template is dropped and counted; `--templates` can define the template."""

from collections import Counter
from pathlib import Path

import pytest
from corpora import write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep import store
from bertprep.core.errors import UsageError
from bertprep.corpus.documents import HOLE
from bertprep.corpus.wikipedia import own_templates
from bertprep.corpus.wikipedia.site import Site
from bertprep.corpus.wikipedia.templates.arguments import Arguments
from bertprep.corpus.wikipedia.wikitext import plain_text
from bertprep.sentences.settings import SegmentSettings


def sentences(folder: Path) -> list[list[str]]:
    """The sentences of all documents, sorted."""
    manifest = store.read_manifest(folder)
    parts = [part for split in store.SPLITS for part in manifest.parts(split)]
    return sorted(each for path, count in parts for each in store.read_part(path, count)["sentences"].to_pylist())


WHERE = [  # language, wikitext, text with _ for each missing word
    ("pt", "A cidade tem {{xyz|900}} habitantes.", "A cidade tem _ habitantes."),
    ("pt", "Ficava a {{xyz}} km de Lisboa e {{abc|b}} {{abc}} de Faro.", "Ficava a _ km de Lisboa e _ de Faro."),
    ("en", "It rose by {{xyz|12}}% in '''{{xyz}}''' alone.", "It rose by _% in _ alone."),
    ("en", "{{xyz}} is a town in {{xyz}} [[Spain|the north]].", "_ is a town in _ the north."),
    ("en", "It has&nbsp;{{xyz|{{nowrap|a}}}}&nbsp;rooms.", "It has _ rooms."),
    ("ja", "人口は{{xyz|12}}人である。", "人口は_人である。"),
    # no word is missing: not between two words, before punctuation, in brackets, at the end, in notes, boxes and rows
    ("en", "Anna{{xyz}} sang {{xyz}}, then ({{xyz}}) left {{xyz}}.", "Anna sang, then left."),
    ("en", "She {{sfn|Kerr}} sang {{IPAc-en|x}} once {{xyz|a}}", "She sang once"),
    ("en", "{{box}}\n'''Aven''' is old.\n{{box|a}}\n{{box}} {{box}}\nIt stands.", "Aven is old.\nIt stands."),
    ("en", "A {{xyz}}\nB ends here.\n* an {{xyz}} item of a list that is long enough to be kept.",
     "A B ends here.\nan item of a list that is long enough to be kept."),
    ("ja", "川である{{sfn|山}}が長い{{要出典}}。", "川であるが長い。"),
    ("uk", "Він {{джерело?}} у {{нп|Leeds|місті Лідсі|en|Leeds}} над {{не перекладено|Aven}} жив.",
     "Він у місті Лідсі над Aven жив."),
]  # fmt: skip


def test_a_mark_stands_where_a_word_is_missing_and_nowhere_else() -> None:
    for language, wikitext, expected in WHERE:
        unknown: Counter[str] = Counter()
        text = plain_text(wikitext, Site(language), unknown)
        assert text.replace(HOLE, "_") == expected, wikitext
        assert unknown.total() >= text.count(HOLE) and set(unknown) <= {"xyz", "abc"}, wikitext
    assert plain_text(f"a {HOLE} b", Site()) == "a b"


WIKITEXT = st.lists(
    st.sampled_from([*" '\n人a1,.(", "{{x}}", "{{x|", "{{nowrap|", "}}", "[[", "]]", "|", HOLE, "\ufdd1"])
)


@settings(max_examples=200)
@given(WIKITEXT)
def test_marks_are_whole_and_stand_between_words(pieces: list[str]) -> None:
    text = plain_text("".join(pieces), Site())
    assert not set(text) & {chr(point) for point in range(0xFDD2, 0xFDE0)}
    for line in text.split("\n"):
        assert not line.endswith(HOLE)


def test_dropping_every_unknown_template_changes_nothing_but_marks() -> None:
    """If no word is missing, a page reads as if the templates were not there."""
    for language, wikitext, expected in WHERE:
        if "_" not in expected:
            silenced = Site(language, own_templates=own_templates.parse("xyz =\nbox =\nabc ="))
            assert plain_text(wikitext, silenced) == expected


def dump(language: str, *texts: str, namespaces: str = "") -> str:
    pages = "".join(
        f"<page><title>P{number}</title><ns>0</ns><id>{number}</id><revision><id>1</id><text>{text}</text></revision></page>"
        for number, text in enumerate(texts, 1)
    )
    return f'<mediawiki xml:lang="{language}"><siteinfo>{namespaces}</siteinfo>{pages}</mediawiki>'


def test_such_sentences_are_left_out_and_a_file_of_templates_brings_them_back(tmp_path: Path, command) -> None:
    town = "A vila fica no norte. Ela tem {{fmt novo|900}} habitantes e um {{rio|nome=Tejo}} largo. Tem uma ponte."
    write(tmp_path / "a.xml", dump("pt", town, town.replace("norte", "sul") + " O ano é {{rio}} aqui."))
    run = ("segment", tmp_path / "a.xml", "-o", tmp_path / "out", "--workers", "1")
    code, out, _ = command(*run)
    assert code == 0
    assert sentences(tmp_path / "out") == [
        ["A vila fica no norte.", "Tem uma ponte."],
        ["A vila fica no sul.", "Tem uma ponte."],
    ]
    manifest = store.read_manifest(tmp_path / "out")
    assert manifest.counters["sentences_incomplete"] == 3 and manifest.counters["templates_unknown"] == 5
    assert manifest.content["unknown_templates"] == ["rio (3)", "fmt novo (2)"]
    assert "3 sentences in which a word is missing" in out
    assert (
        "5 unknown templates where a word is missing, most often: rio (3), fmt novo (2)" in out and "--templates" in out
    )

    write(tmp_path / "own.txt", "# what ours show\n\nFmt_novo =  $1\nrio = ${nome} | rio sem nome\n")
    own = ("--templates", tmp_path / "own.txt")
    assert command(*run, "--dry-run", *own)[0] == 0
    code, _, err = command(*run, *own)
    assert code == 4 and "templates" in err  # another setting: not overwritten unless asked
    assert command(*run, *own, "--overwrite")[0] == 0
    (north, south) = sentences(tmp_path / "out")
    assert north[1] == "Ela tem 900 habitantes e um Tejo largo." and south[3] == "O ano é rio sem nome aqui."
    manifest = store.read_manifest(tmp_path / "out")
    assert manifest.settings["templates"] == "fmt novo = $1\nrio = ${nome} | rio sem nome"
    assert manifest.counters["sentences_incomplete"] == 0 and "unknown_templates" not in manifest.content
    write(tmp_path / "own.txt", "fmt novo = $1\nrio = ${nome} | rio sem nome")  # equivalent
    assert command(*run, *own)[0] == 0


def test_what_a_line_of_the_file_shows() -> None:
    for text, body, shown in (
        ("$1 km", "16|x", "16 km"),
        ("$2 | $1", "a|b", "b"),
        ("$2 | $1", "a|", "a"),
        ("${nome completo}: $$1", "nome completo=A", "A: $1"),
        ("$1 | ${x}", "", ""),
        ("$1 |", "X", "X"),
        ("$1 |", "", ""),
        ("$$0", "", "$0"),
        ("", "a", ""),
    ):
        assert own_templates.handler_of(text)(Arguments(body)) == shown, text


@pytest.mark.parametrize("way", ["file", "setting"])
def test_a_file_of_templates_that_is_wrong_is_refused_with_its_line(way: str, tmp_path: Path, command) -> None:
    write(tmp_path / "a.xml", dump("pt", "Uma frase."))
    for content, told in (
        ("a = $1\nb $1", "line 2: expected the name of a template, =,"),
        ("= $1", "line 1: expected the name"),
        ("\n\na|b = $1", "line 3: | cannot be in the name"),
        ("a = $x", "line 1: a $ must be followed by"),
        ("a = $0", "line 1: a $ must be followed by"),
        ("a = {{b}}", "line 1: what a template shows cannot contain wikitext"),
        ("A_b = $1\n\na b =", "line 3: a b was already given in line 1"),
    ):
        if way == "setting":
            with pytest.raises(UsageError, match="--templates, line"):
                SegmentSettings(templates=content)
            continue
        write(tmp_path / "own.txt", content)
        code, _, err = command(
            "segment", tmp_path / "a.xml", "-o", tmp_path / "out", "--templates", tmp_path / "own.txt"
        )
        assert code == 3 and f"own.txt, {told}" in err, content
    code, _, err = command("segment", tmp_path / "a.xml", "-o", tmp_path / "o", "--templates", tmp_path / "none.txt")
    assert code == 3 and "none.txt" in err


def test_names_of_the_fallback_language_and_unknown_ones_show_nothing(tmp_path: Path) -> None:
    assert plain_text("Avena ir pilsata. [[Kategorija:Pilsatys]]", Site("ltg")) == "Avena ir pilsata."
    assert plain_text("Een stad.\n== Referenties ==\nBoek over de stad.", Site("zea")) == "Een stad."
    for links in ("[[Wort:Ding]]", "[[Wort:Ding]] [[Wort:Da]]\n", "[[Wort:Ding|key]]\n\n[[Wort:Da|x]]\n"):
        assert plain_text(f"Avena is old.\n{links}", Site("xx")) == "Avena is old."
    assert plain_text("[[Star Wars: Episode I]]\nis a [[Film:x]] here.", Site("xx")) == (
        "Star Wars: Episode I is a Film:x here."
    )
