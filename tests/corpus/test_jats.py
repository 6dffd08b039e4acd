"""Journal articles: their prose without references, and without gaps where references were cited."""

import re
from pathlib import Path

import pytest
from corpora import documents, write

from bertprep.core.errors import InputError
from bertprep.corpus import papers
from bertprep.corpus.detection import with_format
from bertprep.corpus.xml_tree import MOST_LEVELS, parse
from bertprep.sentences.settings import SegmentSettings

IDS = '<article-id pub-id-type="pmid">7</article-id><article-id pub-id-type="doi">10.1/x</article-id>'


def article(
    body: str, abstract: str = "", ids: str = IDS, title: str = "On <italic>mice</italic>", back: str = ""
) -> str:
    return (
        f'<article article-type="research-article" xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>{ids}'
        f"<title-group><article-title>{title}</article-title></title-group>{abstract}</article-meta></front>"
        f"<body>{body}</body><back>{back}<ref-list><title>References</title><ref><p>Hill</p></ref></ref-list></back></article>"
    )


def lines_of(body: str) -> list[str]:
    return papers.text_of(parse(article(body, title="").encode()), None).split("\n")


def cite(number: str) -> str:
    return f'<xref ref-type="bibr" rid="B{number}">{number}</xref>'


def test_an_article_is_a_document_of_title_abstract_and_sections(tmp_path: Path) -> None:
    content = article(
        "<sec><title>Results</title><p>Mice run.</p><sec><title>Speed</title><p>Fast.</p></sec></sec>",
        "<abstract><title>Abstract</title><sec><title>Aims</title><p>We ask.</p></sec></abstract>"
        '<abstract abstract-type="graphical"><p>Picture.</p></abstract><trans-abstract><p>Souris.</p></trans-abstract>',
        back="<ack><title>Thanks</title><p>We thank them.</p></ack><fn-group><fn><p>None declared.</p></fn></fn-group>",
    )
    text = "On mice\nAims\nWe ask.\nResults\nMice run.\nSpeed\nFast.\nThanks\nWe thank them."
    doctype = '<?xml version="1.0"?>\n<!DOCTYPE article SYSTEM "x.dtd">'
    for name, head in {"a.nxml": "", "a.xml": doctype, "a": "<?xml version='1.0'?>"}.items():
        source = write(tmp_path / name, head + content)
        assert with_format(source, SegmentSettings()).format == "jats"
        assert documents(source) == [("10.1/x", None, "On mice", text)]
    articles = [article("<p>A.</p>"), article("", title="Alone"), article("<p>B.</p>", ids="")]
    rows = documents(write(tmp_path / "set.xml", f"<pmc-articleset>{''.join(articles)}</pmc-articleset>"))
    assert [(row[0], row[3]) for row in rows] == [("10.1/x", "On mice\nA."), (None, "On mice\nB.")]


def test_an_article_is_called_by_its_number_in_pubmed_central_or_its_doi() -> None:
    for kinds, name in {
        ("pmid", "pmc", "doi"): "pmc1",
        ("doi", "pmcid"): "pmcid1",
        ("pmid", "doi"): "doi1",
        ("publisher-id",): "publisher-id1",
    }.items():
        ids = "".join(f'<article-id pub-id-type="{kind}">{kind}1</article-id>' for kind in kinds)
        assert papers.id_of(parse(article("", ids=ids).encode())) == name
    for number in ("12", "PMC12"):
        ids = f'<article-id pub-id-type="pmc">{number}</article-id>'
        assert papers.id_of(parse(article("", ids=ids).encode())) == "PMC12"


def test_citations_leave_no_numbers_and_no_holes() -> None:
    for body, text in {
        f"Mice run [{cite('1')}].": "Mice run.",
        f"Mice [{cite('1')},{cite('2')}], rats [{cite('3')}-{cite('5')}] run.": "Mice, rats run.",
        f"Mice and cats ({cite('6')}; {cite('7')}) run.": "Mice and cats run.",
        f"Mice<sup>{cite('1')},{cite('2')}</sup> run.<sup>[{cite('3')}–{cite('9')}]</sup>": "Mice run.",
        f"Mice{cite('1')} run.{cite('2')},{cite('3')} Fast.": "Mice run. Fast.",
        f"Mice run (reviewed in [{cite('1')}, {cite('2')}]).": "Mice run.",
        f"Mice run (Figure <xref ref-type='fig'>1</xref>; [{cite('4')}]).": "Mice run (Figure 1).",
        f"Mice run ([{cite('4')}] and unpublished).": "Mice run (and unpublished).",
        f"Mice run ({cite('Hill, 1999')}; {cite('Dale et al., 2001a')}).": "Mice run (Hill, 1999; Dale et al., 2001a).",
        f"As {cite('Hill (1999)')} says.": "As Hill (1999) says.",
        f"As in reference {cite('12')}.": "As in reference 12.",
        "10<sup>5</sup> cm<sup>−2</sup> of Ca<sup>2+</sup>, <sup>14</sup>C, H<sub>2</sub>O.": "10⁵ cm⁻² of Ca2+, 14C, H2O.",
        'Mice<xref ref-type="fn" rid="n"><sup>*</sup></xref> run.': "Mice run.",
        "Written [1, 2] by hand, f(x) and (2).": "Written [1, 2] by hand, f(x) and (2).",
    }.items():
        assert lines_of(f"<p>{body}</p>") == [text]


def test_brackets_within_a_citation_go_as_those_around_it_do() -> None:
    for cited in (
        *(
            "[1]",
            "(12)",
            "&#x0005b;1&#x0005d;",
            "<sup>[3]</sup>",
            "<italic>[</italic>4a]",
            "[1,2]",
            "[4]–[6]",
            "[1 and 2]",
        ),
        *(
            "[2]|, |[3]",
            "[2]|,|[3]|, |[5]|–|[7]",
            "[2]| and |[3]",
            "(2)|; |(3)",
            "[1|, |2|–|4]",
            "[2]| [|3|]",
            "[|2|], [|3|]",
        ),
    ):
        whole = re.sub(r"(?<![^|])[^|]*\d[^|]*", '<xref ref-type="bibr">\\g<0></xref>', cited).replace("|", "")
        for body, text in {
            f"Mice are needed {whole}. All run.": "Mice are needed. All run.",
            f"Mice {whole}, rats {whole} and cats{whole} run.": "Mice, rats and cats run.",
            f"Mice<sup>{whole}</sup> run (see {whole}).": "Mice run.",
            f"Mice run (Figure <xref ref-type='fig'>1</xref>; {whole}).": "Mice run (Figure 1).",
            f"Hill {whole} and Dale {whole} ran [5].": "Hill and Dale ran [5].",
        }.items():
            assert (cited, lines_of(f"<p>{body}</p>")) == (cited, [text])
    for prose in (
        "(Hill, 1999)",
        "[Hill et al. 2001]",
        "(1999)",
        "[2001a, 2003]",
        "Hill [1999]",
        "(see Hill [3])",
        "[S]",
    ):
        assert lines_of(f"<p>As Hill {cite(prose)} says.</p>") == [f"As Hill {prose} says."]


def test_tables_and_formulas_are_no_noise_and_captions_stand_by_themselves() -> None:
    tex = "<tex-math>\\documentclass{minimal} \\begin{document}$$x^2$$\\end{document}</tex-math>"
    math = "<math><mi>x</mi><mo>=</mo><mn>2</mn></math>"
    table = "<label>Table 1</label><caption><p>Of mice.</p></caption><table><tr><td>9</td></tr></table>"
    for body, lines in {
        "<p>One\n  line &amp; caf&eacute;&#xa0;more.</p>": ["One line & café more."],
        "<p>As <disp-formula><math><mi>x</mi></math></disp-formula> where it is.</p>": ["As where it is."],
        f"<p>If <inline-formula><alternatives>{tex}{math}</alternatives></inline-formula>, so.</p>": ["If x=2, so."],
        f"<p>If <inline-formula>{tex}</inline-formula>, so.</p>": ["If, so."],
        f"<p>A.<table-wrap>{table}</table-wrap>B.</p>": ["A.", "Of mice.", "B."],
        "<fig><label>1</label><caption><title>Mice.</title><p>They run.</p></caption></fig>": ["Mice.", "They run."],
        "<p>These:<list><list-item><label>1.</label><p>one</p></list-item><list-item><p>two</p></list-item></list></p>": [
            *("These:", "one", "two")
        ],
        "<p>First<break/>second.</p>": ["First second."],
    }.items():
        assert lines_of(body) == lines


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    bomb = "<!DOCTYPE article [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9)) + "]>"
    for content, said in {
        "<article><front>": "not well-formed XML",
        "<html><body><p>No.</p></body></html>": "XML with the root element <html>",
        bomb + article("<p>&e8;</p>"): "declares an entity of its own, 'e1'",
        article("<sec>" * MOST_LEVELS + "</sec>" * MOST_LEVELS): f"nested more than {MOST_LEVELS} deep",
        "<?xml version='1.0' encoding='nosuch'?>" + article(""): "not in the encoding that it declares",
        "not XML at all": "not well-formed XML",
    }.items():
        with pytest.raises(InputError, match=r"a\.nxml: ") as caught:
            documents(write(tmp_path / "a.nxml", content))
        assert said in str(caught.value)
    file = '<!DOCTYPE article [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    assert documents(write(tmp_path / "a.nxml", file + article("<p>A&secret;B.</p>")))[0][3] == "On mice\nAB."
    gbk = "<?xml version='1.0' encoding='gb2312'?>" + article("<p>老鼠跑。</p>")
    assert documents(write(tmp_path / "a.nxml", gbk.encode("gb2312")))[0][3] == "On mice\n老鼠跑。"
