"""Wikitext to prose: visible text is kept, markup is not, and every page takes linear time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import left_over

from bertprep import languages
from bertprep.corpus.wikipedia.site import Site
from bertprep.corpus.wikipedia.templates import units
from bertprep.corpus.wikipedia.wikitext import plain_text

ENGLISH = Site()
GERMAN = Site("de", {-2: "Medium", 6: "Datei", 10: "Vorlage", 14: "Kategorie"})
CHINESE = Site("zh", {6: "File", 14: "Category", 10: "Template"})


def plain(wikitext: str, site: Site = ENGLISH) -> str:
    text = plain_text(wikitext, site)
    assert left_over(text) == []
    return text


INLINE = [
    ("'''Bold''' and ''italic'' and '''''both'''''.", "Bold and italic and both."),
    ("C'est l'''Équipe'' et '''lui'''.", "C'est l'Équipe et lui."),
    ("The '''Titanic''''s crew.", "The Titanic's crew."),
    ("'''Apollo''' (from ''apella'') '''rose'''.", "Apollo (from apella) rose."),
    ("[[Paris|the city]] and [[plural]]s", "the city and plurals"),
    ("[[Foo (bar)|]] and [[:Category:Birds]]", "Foo and Category:Birds"),
    ("[[Star Wars: Episode I]] here", "Star Wars: Episode I here"),
    ("[[wikt:word|Word]] [[s:Iliad|Iliad]]", "Word Iliad"),
    ("See [http://example.org the site] now [http://example.org].", "See the site now."),
    ("A[[File:x.jpg|thumb|A [[caption]] with {{nowrap|two}} words]] b", "A b"),
    ("[[Category:Birds]]Text[[de:Vögel]]", "Text"),
    ("Text.<ref>A. B. {{cite web|url=x}}</ref> More<ref name=a /> text<ref name='b'>x</ref>.", "Text. More text."),
    ("a<!-- note [[ -->b<math>x^2</math> c", "ab c"),
    ("x<nowiki>'</nowiki>s <nowiki>[a]</nowiki>", "x's [a]"),
    ("shown <nowiki>[[as is]]</nowiki>", "shown as is"),
    ("10<sup>-3</sup> m<sup>2</sup> H<sub>2</sub>O", "10⁻³ m² H2O"),
    ('one<br />two <span style="color:red">three</span>', "one two three"),
    ("5&nbsp;km &amp;nbsp;and 3 &ndash; 4 &lt; 5", "5 km and 3 – 4 < 5"),
    ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
    ("__NOTOC__Text{{DEFAULTSORT:Text, A}}", "Text"),
    ("He ({{lang-xyz|}}; {{IPA|x}}) ran {{citation needed}} , then stopped {{cn}} .", "He ran, then stopped."),
    ("Foo ({{IPAc-en|f|u}}, born 1900) x", "Foo (born 1900) x"),
    ("Foo (born 1900; {{respell|FOO}}) x", "Foo (born 1900) x"),
    ("Foo (''{{IPA|x}}'', born 1900) x", "Foo (born 1900) x"),
    ("Call main() first", "Call main() first"),
    ("In .NET code", "In .NET code"),
    ("[[unclosed|link and {{unclosed|template\nNext line.", "link and Next line."),
    ("{{{1|default}}} text", "default text"),
]


@pytest.mark.parametrize(("wikitext", "expected"), INLINE)
def test_what_a_reader_sees_in_a_line(wikitext: str, expected: str) -> None:
    assert plain(wikitext) == expected


TEMPLATES = [
    ("{{convert|16|km}}", "16 km"),
    ("{{convert|16|km|mi}}", "16 km (9.9 mi)"),
    ("{{Convert | 1300 | mi | km | abbr=on }}", "1,300 mi (2,100 km)"),
    ("{{convert|1,000|km|mi}}", "1,000 km (620 mi)"),
    ("{{convert|6|ft|m}}", "6 ft (1.8 m)"),
    ("{{convert|5|ft|10|in|m|2}}", "5 ft 10 in (1.78 m)"),
    ("{{convert|1.78|m|ftin}}", "1.78 m (5 ft 10 in)"),
    ("{{convert|150|lb|kg stlb}}", "150 lb (68 kg; 10 st 10 lb)"),
    ("{{convert|20000|sqft|m2|sigfig=3}}", "20,000 sq ft (1,860 m²)"),
    ("{{convert|3|-|8|km|mi}}", "3–8 km (1.9–5.0 mi)"),
    ("{{convert|3|to|8|km|mi}}", "3 to 8 km (1.9 to 5.0 mi)"),
    ("{{convert|70.0|by|71.3|mi|km}}", "70.0 by 71.3 mi (112.7 by 114.7 km)"),
    ("{{convert|2|x|4|m|ft}}", "2 × 4 m (6.6 × 13 ft)"),
    ("{{convert|10|and|20|kg|lb}}", "10 and 20 kg (22 and 44 lb)"),
    ("{{convert|100|C|F}}", "100 °C (212 °F)"),
    ("{{convert|-40|F|C}}", "−40 °F (−40 °C)"),
    ("{{convert|300|K|C}}", "300 K (27 °C)"),
    ("{{convert|80|acre|ha}}", "80 acres (32 ha)"),
    ("{{convert|1200|sqmi|km2|-1}}", "1,200 sq mi (3,110 km²)"),
    ("{{convert|1|USgal|L}}", "1 US gal (3.8 L)"),
    ("{{convert|60|mph|km/h|disp=or}}", "60 mph or 97 km/h"),
    ("{{convert|60|mph|km/h|disp=flip}}", "97 km/h (60 mph)"),
    ("{{convert|50|nmi|km mi}}", "50 nmi (93 km; 58 mi)"),
    ("{{convert|3+1/2|in|mm}}", "3+1/2 in (89 mm)"),
    ("{{convert|2.5|e6km2|e6sqmi}}", "2.5 million km² (0.97 million sq mi)"),
    ("{{convert|4|Moilbbl/d}}", "4 million bbl/d"),
    ("{{convert|203,752|nmi|smi km}}", "203,752 nmi (234,474 smi; 377,349 km)"),
    ("{{convert|3|e6carat|kg}} {{convert|0.5|AU|Gm}}", "3 million carats (600 kg) 0.5 AU (75 Gm)"),
    ("{{convert|14.2|hand|cm in}}", "14.2 hands (147 cm; 58 in)"),
    (
        "{{convert|25|mpgus|L/100km}} {{convert|7.8|L/100km|mpgus}}",
        "25 mpg-US (9.4 L/100 km) 7.8 L/100 km (30.2 mpg-US)",
    ),
    ("{{convert|0|L/100km|mpgus}}", "0 L/100 km (0 mpg-US)"),
    ("{{convert|7|unheard-of}}", "7 unheard-of"),
    ("{{cvt|90|°F}}", "90 °F"),
    ("{{height|ft=6|in=2}}", "6 ft 2 in (1.88 m)"),
    ("{{formatnum:12500}} {{formatnum|-1234.5}}", "12,500 −1,234.5"),
    ("{{as of|2025}}, {{As of|2015|5|4|lc=y}}", "As of 2025, as of 4 May 2015"),
    ("{{lang|fr|mot}} {{lang-fr|mot}} {{langx|de|Wort}}", "mot French: mot German: Wort"),
    ("{{transl|ar|ALA|Allāh}} {{zh|c=中|p=zhōng}}", "Allāh Chinese: 中; pinyin: zhōng"),
    ("x {{nowrap|a [[b|c]] d}} {{abbr|SR|strike rate}}", "x a c d SR"),
    ("{{circa|1200}} {{c.|1300|1350}} {{floruit|1400}}", "c. 1200 c. 1300 – c. 1350 fl. 1400"),
    ("{{frac|3}} {{frac|1|2}} {{frac|5|1|2}} {{sfrac|n + 1|2}}", "1/3 1/2 5 1/2 (n + 1)/2"),
    ("{{birth date|1809|2|12}} {{birth date|df=yes|1809|2|12}}", "February 12, 1809 12 February 1809"),
    ("{{death date and age|1865|4|15|1809|2|12}}", "April 15, 1865 (aged 56)"),
    ("{{start date|1929|5}} {{dts|1777|12|16}}", "May 1929 December 16, 1777"),
    ("{{val|1.5|e=8|u=km}} {{val|1.00794|(7)}}", "1.5×10⁸ km 1.00794(7)"),
    ("{{ordinal|1}} {{ordinal|12}} {{ordinal|23}}", "1st 12th 23rd"),
    ("1{{ndash}}2{{snd}}3{{mdash}}4", "1–2 – 3—4"),
    ("''Titanic''{{'s}} {{'\"}}x", "Titanic's x"),
    ("{{sic|teh}} {{sic}} {{sic|teh|hide=y}}", "teh [sic] [sic] teh"),
    ("{{ill|Foo|de|Fuh}} {{ill|de|Fuh|Foo}}", "Foo Fuh"),
    ("{{USS|Hornet|CV-12}} {{USS|Hornet|CV-12|6}} {{HMS|Ajax|22|2}}", "USS Hornet (CV-12) Hornet HMS Ajax"),
    ("{{nihongo|'''Aikido'''|合気道|aikidō}}", "Aikido (合気道, aikidō)"),
    ("Word {{IPA|/a/}} {{IPA-fr|mo}}", "Word"),
    ("{{US$|1500}} {{music|flat}} {{angbr|a}}", "US$1,500 ♭ ⟨a⟩"),
    ("{{harvtxt|Boolos|Jeffrey|1974}} say", "Boolos & Jeffrey (1974) say"),
    ("{{unheard of|a|{{nowrap|b}}|c=d}}x", "x"),
    ("{{nowrap|1=a = b}}", "a = b"),
    ("{{#if:a|b|c}}{{PAGENAME}}x", "x"),
    ("{{lc:ABC}} {{uc:abc}}", "abc ABC"),
]


@pytest.mark.parametrize(("wikitext", "expected"), TEMPLATES)
def test_what_a_reader_sees_of_a_template(wikitext: str, expected: str) -> None:
    assert plain(wikitext) == expected


ABROAD = [
    ("de", "Sie sagte {{\"|Guten Tag}} und {{enS|Tree}}.",
     "Sie sagte „Guten Tag“ und englisch Tree."),
    ("de", "Nach {{§|5|StGB|juris}} {{formatnum:12500.5}} Fälle in {{Höhe|1234|DE}}.",
     "Nach § 5 StGB 12.500,5 Fälle in 1.234 m."),
    ("fr", "Long de {{unité|12500|km}}, {{unité|3,5|m|2}} et {{nobr|deux mots}}.",
     "Long de 12 500 km, 3,5 m² et deux mots."),
    ("fr", "Né le {{date|1|1|1900|en musique}} au {{s|XIX|e}}.",
     "Né le 1er janvier 1900 au XIXe siècle."),
    ("fr", "Du {{sp|XIX|e|au|XX|e}} ; {{IVe siècle av. J.-C.}} ; 50 {{av JC}} et plus.",
     "Du XIXe au XXe siècle ; IVe siècle av. J.-C. ; 50 av. J.-C. et plus."),
    ("fr", "Le {{1er}} et le 3{{e}} {{citation|mot}} ({{lang-en|word}}).",
     "Le 1er et le 3e « mot » (en anglais : word)."),
    ("fr", "Un {{lien|bateau|lang=en|trad=Boat}} de {{M.|Petit}} {{n°|5}}.",
     "Un bateau de M. Petit no 5."),
    ("es", "El {{siglo|IV|a|s}}, {{fecha|2|1|1900}}: {{unidad|12500|km}} ({{lang-en|word}}).",
     "El siglo IV a. C., 2 de enero de 1900: 12 500 km (en inglés: word)."),
    ("ru", "{{lang-en|Tree}} — {{s|два слова}}, {{число|12500}} {{нп5|дерево|дерева|en|Tree}}.",
     "англ. Tree — два слова, 12 500 дерева."),
    ("ru", "Он ({{lang-xx|x}}) и {{comment|СССР|союз}} {{нет АИ|1|2}}.",
     "Он (x) и СССР."),
    ("zh", "他{{bd|1900年|1月1日|1980年|2月2日}}住在{{le|大樹|Big tree}}和{{tsl|en|Road|路|道路}}。",
     "他（1900年1月1日－1980年2月2日）住在大樹和道路。"),
    ("zh", "樹（{{lang-en|Tree}}）在{{link-en|城|City}}。{{NoteTA|x}}", "樹（英语：Tree）在城。"),
    ("ja", "{{読み仮名|山|やま}}と{{仮リンク|川|en|River}}（{{lang-en|River}}）{{要出典範囲|がある|date=x}}。{{要出典}}",
     "山（やま）と川（英語: River）がある。"),
    ("nl", "De boom ({{lang-fr|arbre}}) van {{formatnum:12500}}.", "De boom (Frans: arbre) van 12.500."),
    ("af", "Die boom ({{lang-fr|arbre}}).", "Die boom (arbre)."),
    ("pt", "Com {{fmtn|12500}} no {{séc|XIX}}, {{dtlink|2|1|1900}}, {{lang-en|tree}}.",
     "Com 12.500 no século XIX, 2 de janeiro de 1900, em inglês: tree."),
    ("it", "Il {{lang-en|tree}} è {{TA|10 m}} {{M|12500|km|2}} {{citazione necessaria|qui}}.",
     "Il in inglese tree è 10 m 12.500 km² qui."),
    ("pl", "Drzewo ({{lang-en|tree}}){{r|a}} i {{link-interwiki|las|Q=1}} {{fakt}} tam.",
     "Drzewo (ang. tree) i las tam."),
    ("fi", "Puu ({{k-en|tree}}) on {{lähde}} vanha.", "Puu (engl. tree) on vanha."),
    ("cs", "Strom ({{vjazyce2|en|tree}}, {{vjazyce|en}}).", "Strom (anglicky tree, anglicky)."),
    ("hu", "A fa ({{lang-en|tree}}) {{szám|12500}} éves.", "A fa (angolul: tree) 12 500 éves."),
    ("ro", "Are {{conversie|12,500|km|mi}}.", "Are 12.500 km (7.800 mi)."),
    ("ar", "شجرة ({{إنج|tree}}) {{وإو|عر=غابة|تر=Forest}}.", "شجرة (بالإنجليزية: tree) غابة."),
    ("ko", "나무 ({{llang|en|tree}})는 {{언제?}} 크다.", "나무 (영어: tree)는 크다."),
    ("uk", "Дерево ({{lang-en|tree}}) {{нп5|ліс|лісу|en|Forest}}.", "Дерево (англ. tree) лісу."),
    ("fr", "La {{84e}} et {{IVe}}, 5 {{tmp|20}}, {{refnec|un mot}}{{,}}.", "La 84e et IVe, 5 20 °C, un mot."),
    ("zh-yue", "樹（{{lang-en|tree}}）。", "樹（英语：tree）。"),
    ("xx", "{{lang-fr|mot}} {{formatnum:12500}}", "French: mot 12,500"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "wikitext", "expected"), ABROAD)
def test_templates_of_other_languages(language: str, wikitext: str, expected: str) -> None:
    assert plain(wikitext, Site(language)) == expected


PAGE = """{{Infobox person
| name = Anne
| born = {{birth date|1900|1|2}}
}}
[[File:Anne.jpg|thumb|Anne in [[Paris]].]]
'''Anne''' was
a runner.<ref>Her diary.</ref>

{| class="wikitable"
! Year !! Place
|-
| 1920
{|
| nested || table
|}
|}
She won:
* a medal
* the hearts of all who had come to the stadium that day.
* [[List of things|Things]]

== Life ==
{{main|Life of Anne}}
She lived{{cn|date=May 2020}} in a house.
{{quote|I run, so I am.|Anne}}
----
== References ==
{{reflist}}
Text of the section.
=== Books ===
* A book that is named in the list of all her works.
== Legacy ==
A street bears her name.
== External links ==
* [http://example.org Her page tells everything about her life.]
[[Category:Runners]]
"""


def test_a_page_becomes_paragraphs() -> None:
    assert plain(PAGE).split("\n") == [
        "Anne was a runner.",
        "the hearts of all who had come to the stadium that day.",
        "She lived in a house.",
        "I run, so I am.",
        "A street bears her name.",
    ]


def test_a_site_names_its_files_categories_and_sections() -> None:
    page = (
        "Der [[Baum|alte Baum]].[[Datei:x.jpg|mini|Ein Baum]][[Kategorie:Baum]]\n"
        "== Weblinks ==\nEin Satz.\n== Bau ==\n=== Literatur ===\nNoch einer."
    )
    assert plain(page, GERMAN) == "Der alte Baum.\nNoch einer."


def test_chinese_variants_namespaces_and_sections() -> None:
    page = "-{zh-hans:计算机; zh-hant:電腦}-（，英语）是机器。[[文件:x.jpg|缩略图]][[分类:机器]]\n== 参考文献 ==\n书。"
    assert plain(page, CHINESE) == "计算机（英语）是机器。"


def test_every_unit_converts_to_itself() -> None:
    for name, (symbol, _, _) in units.UNITS.items():
        source = units.unit(name)
        assert source is not None and source[0] == symbol
        assert units.converted(units.Decimal(12), "12", source, source, "") == "12"


HOSTILE = [
    "{{",
    "[[",
    "}}",
    "]]",
    "\n{|",
    "{{nowrap|",
    "{{x|",
    "[[a|",
    "[[File:",
    "{{{a|",
    "{{a{{b|",
    "{[",
    "{{[[{|<ref>",
]
HOSTILE += ["<ref>", "<!--", "<nowiki>", "<b ", "<br>", "<sup>1", "[http://a ", "[http://", "&amp;", "&#", "-{", "-{a:"]
HOSTILE += ["''", "'''a ", "=", "\n==", "(,", ",", " ", "__", "{{convert|1|", "\n*", "\n| x", "\n:: a."]


@pytest.mark.parametrize("mark", HOSTILE)
def test_hostile_pages_take_linear_time(mark: str) -> None:
    # a page takes below 0.1 s; the limit allows for slow machines, but not for a quadratic pass
    start = time.process_time()
    for page in (mark * 25_000, mark * 25_000 + "x", "word " + mark * 25_000 + "}}]]|}</ref>" * 5000):
        plain_text(page, ENGLISH)
    assert time.process_time() - start < 1.5


DEEP = [("{{nowrap|", "}}"), ("[[a|", "]]"), ("\n{|", "\n|}"), ("{{x|", "}}"), ("(", ")"), ("<b>", "</b>")]


@pytest.mark.parametrize(("opening", "closing"), DEEP)
def test_deep_nests_take_linear_time(opening: str, closing: str) -> None:
    start = time.process_time()
    plain_text(opening * 50_000 + "word" + closing * 50_000, ENGLISH)
    assert time.process_time() - start < 3


def test_a_very_long_page_is_read() -> None:
    sentence = "A [[link|word]] is {{nowrap|5 km}} long.<ref>{{cite|x}}</ref> "
    text = plain_text(sentence * 150_000, ENGLISH)  # 10 MB
    assert text.count("A word is 5 km long.") == 150_000


WORDS = st.sampled_from(
    ["tree", "a house", "12", "1,200", "x = y", "he ran.", "été", "水", "it's", "(", ")", " ", ",", "."]
)
BRACES = ["{{", "}}", "[[", "]]", "|", "{|", "|}", "{", "}", "[", "]", "-{", "}-", "{{convert|", "{{nowrap|", "[[File:"]
TAG_MARKS = ["<ref>", "</ref>", "<ref/>", "<b>", "</b>", "<!--", "-->", "<nowiki>", "</nowiki>", "<br>", "<", ">"]
LINE_MARKS = ["\n", "==", "*", "#", ":", ";", "!", "'", "''", "'''", "http://x", "[http://x", "__TOC__", "\x01"]
ENTITIES = ["&nbsp;", "&amp;nbsp;", "&lt;", "&#91;"]
MARKS = st.sampled_from([*BRACES, *TAG_MARKS, *LINE_MARKS, *ENTITIES])


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS | MARKS, max_size=40).map("".join))
def test_any_mixture_of_markup_is_read_and_no_braces_are_left(wikitext: str) -> None:
    text = plain_text(wikitext, ENGLISH)
    broken = set(left_over(text))
    assert not broken & {
        "template braces",
        "table braces",
        "link brackets",
        "quote marks",
        "double space",
        "empty line",
    }


NESTS = st.recursive(
    st.sampled_from(["tree", "a house", "12", "he ran"]),
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(
                [
                    "{{nowrap|%s}}",
                    "{{lang|fr|%s}}",
                    "[[Page|%s]]",
                    "''%s''",
                    "<b>%s</b>",
                    "{{box|a=%s}}",
                    "{{small|%s}}",
                    "%s<ref>x</ref>",
                ]
            ),
            inner,
        ).map(lambda pair: pair[0] % pair[1]),
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} ({{{{IPA|{pair[1]}}}}})"),
        inner.map(lambda text: f"[[File:x.jpg|thumb|{text}]]"),
        inner.map(lambda text: f"{text}\n{{|\n| {text}\n|}}\n"),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(NESTS)
def test_nests_of_constructs_leave_no_markup(wikitext: str) -> None:
    plain(wikitext)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(wikitext: str) -> None:
    plain_text(wikitext, GERMAN)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        [
            (code, name)
            for code in languages.codes()
            for template in languages.load(code).wiki.templates
            for name in template.names
            if code != "en"
        ]
    ),
    st.lists(st.text("0123456789.,-+−IVX年月 |é", max_size=9), max_size=6),
)
def test_any_arguments_of_any_template_abroad_are_read(template: tuple[str, str], arguments: list[str]) -> None:
    plain_text("x {{" + "|".join([template[1], *arguments]) + "}} y", Site(template[0]))


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(name for template in languages.load("en").wiki.templates for name in template.names)),
    st.lists(
        st.text("0123456789.,-+/e−km²=ftinC °|xyé", max_size=12) | st.sampled_from([*units.UNITS, *units.RANGES]),
        max_size=6,
    ),
)
def test_any_arguments_of_any_template_are_read(name: str, arguments: list[str]) -> None:
    plain_text("x {{" + "|".join([name, *arguments]) + "}} y", ENGLISH)
