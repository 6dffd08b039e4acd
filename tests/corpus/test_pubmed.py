"""PubMed citations: each abstract with its title and labels is a document, whatever else a record contains."""

import time
from pathlib import Path

import pytest
from corpora import COMPRESS, documents, write

from bertprep.core.errors import InputError
from bertprep.corpus.bad_input import ARTICLE_DAMAGED, FILE_DAMAGED
from bertprep.corpus.detection import with_format
from bertprep.corpus.formats import pubmed
from bertprep.corpus.pieces import PieceReader
from bertprep.corpus.sources import Source
from bertprep.sentences.settings import SegmentSettings

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January '
    '2024//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">\n<PubmedArticleSet>\n'
)
END = '<DeleteCitation><PMID Version="1">99</PMID></DeleteCitation></PubmedArticleSet>\n'
MATH = '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>'


def article(number: int, title: str, abstract: str, other: str = "") -> str:
    """A record as NLM writes it, with mentions of other articles."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{number}</PMID><Article>'
        f"<Journal><Title>Journal of Mice</Title></Journal><ArticleTitle>{title}</ArticleTitle>{abstract}<AuthorList><Author>"
        f"<LastName>Hill</LastName></Author></AuthorList><Language>eng</Language><VernacularTitle>Souris.</VernacularTitle>"
        '</Article><CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Mice 9</RefSource><PMID '
        f'Version="1">77</PMID></CommentsCorrections></CommentsCorrectionsList>{other}</MedlineCitation><PubmedData><ReferenceList>'
        "<Reference><Citation>Hill. Rats. 1999.</Citation></Reference></ReferenceList></PubmedData></PubmedArticle>\n"
    )


def texts_of(*texts: str) -> str:
    return f"<Abstract>{''.join(texts)}<CopyrightInformation>(c) Hill.</CopyrightInformation></Abstract>"


OTHER = '<OtherAbstract Type="Publisher" Language="fre"><AbstractText>Souris.</AbstractText></OtherAbstract>'
PLAIN = texts_of("<AbstractText>Mice run.</AbstractText>")
LABELLED = texts_of(
    '<AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Mice &amp; men,\n 5 &lt; 7&#946;.</AbstractText>',
    '<AbstractText Label="UNLABELLED">So <i>M. musculus</i> has H<sub>2</sub>O (ABSTRACT TRUNCATED AT 250 WORDS)</AbstractText>',
    '<AbstractText Label="METHODS"/>',
)
FORMULAS = texts_of(f"<AbstractText>Let {MATH} be. Then <DispFormula>{MATH}</DispFormula>it ends.</AbstractText>")
BOOK = (
    '<PubmedBookArticle><BookDocument><PMID Version="1">8</PMID><Book><BookTitle book="b">A Book</BookTitle></Book>'
    f"<ArticleTitle>A Chapter</ArticleTitle>{PLAIN}</BookDocument></PubmedBookArticle>\n"
)
# each record, and its document
RECORDS = {
    article(1, "On mice.", PLAIN, OTHER + OTHER): ("1", "On mice.", "On mice.\nMice run."),
    article(2, "[On <i>big</i> mice (a [3H] study)].", LABELLED): (
        *("2", "On big mice (a [3H] study)."),
        "On big mice (a [3H] study).\nBACKGROUND\nMice & men, 5 < 7β.\nSo M. musculus has H2O",
    ),
    article(3, "[Mice] and [rats].", FORMULAS): (
        *("3", "[Mice] and [rats]."),
        "[Mice] and [rats].\nLet x=2 be. Then it ends.",
    ),
    article(4, "[Not Available].", PLAIN): ("4", None, "Mice run."),
    article(5, "No abstract.", "<Abstract/>"): None,
    article(6, "None at all.", ""): None,
    article(7, "[Mice?].", PLAIN): ("7", "Mice?", "Mice?\nMice run."),
    BOOK: ("8", "A Chapter", "A Chapter\nMice run."),
    BOOK.replace("<ArticleTitle>A Chapter</ArticleTitle>", ""): ("8", "A Book", "A Book\nMice run."),
}
CONTENT = HEAD + "".join(RECORDS) + END
EXPECTED = [(name, None, title, text) for name, title, text in filter(None, RECORDS.values())]


def read_all(source: Source, **options: object) -> tuple[list[str], dict[str, int], dict[str, int]]:
    """The ids, the counters, and what was skipped."""
    known = SegmentSettings(**options)
    found, counters = with_format(source, known), {}
    (piece,) = pubmed.pieces(found, 1 << 30, known)
    with PieceReader(piece) as reader:
        names = [
            name for batch in pubmed.read(reader, known, counters) for name in batch.column("source_id").to_pylist()
        ]
        return names, counters, reader.skipped.counts


def test_an_abstract_is_a_document_wherever_the_file_is_cut(tmp_path: Path) -> None:
    for name in ("pubmed24n0001.xml", "efetch"):
        source = write(tmp_path / name, CONTENT)
        assert with_format(source, SegmentSettings()).format == "pubmed"
        assert documents(source) == EXPECTED
    for size in (1, 50, 333, 1500):
        assert documents(source, size) == EXPECTED
    for ending, compress in COMPRESS.items():
        assert documents(write(tmp_path / f"p.xml{ending}", compress(CONTENT.encode())), 500) == EXPECTED
    counters = read_all(source)[1]
    assert counters == {pubmed.WITHOUT_ABSTRACT: 2, pubmed.OTHER_ABSTRACTS: 2}
    assert documents(write(tmp_path / "one.xml", article(1, "On mice.", PLAIN))) == EXPECTED[:1]
    assert documents(write(tmp_path / "none.xml", HEAD + END)) == []


def test_damaged_records_are_refused_by_their_number_or_skipped(tmp_path: Path) -> None:
    good = article(1, "On mice.", PLAIN)
    wrong = {
        good.replace('<PMID Version="1">1<', '<PMID Version="1">3<').replace(
            "Mice run", "Mice <i>run"
        ): "article 3: not well-formed",
        good.replace("</PubmedArticle>", ""): "article 1 does not end",
        good.replace("</Abstract>", ""): "article 1: not well-formed .<Abstract> does not end",
        good.replace("</Abstract>", 9000 * "<Abstract ><PMID "): "article 1: not well-formed .<Abstract> does not end",
        good.replace("Mice run", "Mice \udcff"): "article 1: not UTF-8",
    }
    began = time.process_time()
    for record, message in wrong.items():
        content = (HEAD + article(2, "A.", PLAIN) + record + article(4, "B.", PLAIN) + END).encode(
            errors="surrogateescape"
        )
        source = write(tmp_path / "a.xml", content)
        with pytest.raises(InputError, match=rf"a.xml: {message}"):
            documents(source)
        names, _, skipped = read_all(source, bad_input="skip")
        assert names == ["2", "4"] and skipped == {ARTICLE_DAMAGED: 1}
    assert time.process_time() - began < 4  # over 10 if unclosed elements were searched for repeatedly
    cut = write(tmp_path / "cut.xml", HEAD + good + article(2, "A.", PLAIN))
    for size in (1 << 30, 700):
        with pytest.raises(InputError, match=r"truncated: it ends without </PubmedArticleSet>"):
            documents(cut, size)
    assert read_all(cut, bad_input="skip")[::2] == (["1", "2"], {FILE_DAMAGED: 1})
    other = write(tmp_path / "other.xml", "<?xml version='1.0'?><MedlineCitationSet></MedlineCitationSet>")
    with pytest.raises(InputError, match=r"root element <MedlineCitationSet>; expected .*citations of PubMed"):
        documents(other, format="pubmed")
