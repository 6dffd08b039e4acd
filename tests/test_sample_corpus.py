"""The sample corpus contains what its README says."""

import bz2
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def documents(path):
    return path.read_text(encoding="utf-8").split("\n\n")


def test_there_is_enough_of_each_language(sample_corpus):
    english = [
        text for name in ("animals", "home", "science") for text in documents(sample_corpus / f"english/{name}.txt")
    ]
    chinese = [text for name in ("nature", "culture") for text in documents(sample_corpus / f"chinese/{name}.txt")]
    for language, texts in (("english", english), ("chinese", chinese)):
        lines = (sample_corpus / language / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        texts += [json.loads(line)["text"] for line in lines]
    assert len(english) == 44
    assert sum(len(text.encode()) for text in english) > 100_000
    assert len(chinese) == 24
    assert 36_000 < sum(len(text) for text in chinese) < 44_000


def test_the_large_part_is_large_enough_to_learn_both_tasks(result, tmp_path):
    corpus = ROOT / "sample_corpus"
    for language, documents, words in (("english", 306, 215_000), ("more", 96, 58_000), ("chinese", 64, 60_000)):
        out = tmp_path / language
        counted = result("segment", corpus / language, "-o", out, "--workers", 1)["counters"]
        assert counted["documents"] == counted["documents_read"] >= documents
        assert counted["words"] >= words - 10_000 * (language == "chinese")  # punctuation marks are not words
        assert counted["sentences_without_end_mark"] < counted["sentences"] / 100
    assert counted["documents_unwrapped"] == 0


def test_the_saved_pages_say_what_the_articles_say(result, tmp_path):
    pytest.importorskip("resiliparse")
    corpus = ROOT / "sample_corpus"
    articles = result("segment", corpus / "english/home.txt", "-o", tmp_path / "articles", "--workers", 1)["counters"]
    both = ("segment", corpus / "english/home.txt", corpus / "pages")
    counted = result(*both, "-o", tmp_path / "both", "--workers", 1)["counters"]
    assert counted["documents_duplicate"] == len(list((corpus / "pages").iterdir())) == 10
    assert (counted["documents"], counted["sentences"]) == (articles["documents"], articles["sentences"])


def test_the_dump_is_a_multistream_export(sample_corpus):
    path = sample_corpus / "wiki-pages-articles-multistream.xml.bz2"
    assert path.read_bytes().count(b"BZh91AY&SY") > 2
    root = ElementTree.fromstring(bz2.decompress(path.read_bytes()))
    space = root.tag.split("}")[0] + "}"
    pages = root.findall(f"{space}page")
    articles = [page for page in pages if page.findtext(f"{space}ns") == "0" and page.find(f"{space}redirect") is None]
    assert len(articles) >= 20
    assert any(page.find(f"{space}redirect") is not None for page in pages)
    assert {page.findtext(f"{space}ns") for page in pages} > {"0", "10"}


def test_the_two_lecture_examples_are_in_it(sample_corpus):
    english = (sample_corpus / "english/home.txt").read_text() + (sample_corpus / "english/animals.txt").read_text()
    assert english.count("The cat sat on the mat.") >= 4
    science = (sample_corpus / "english/science.txt").read_text()
    assert "Calculus is a branch of mathematics. It was developed by Newton and Leibniz" in science
    assert "Giant pandas are bears that live in China." in english


def test_the_stages_read_all_of_it(road):
    counted = json.loads((road / "sentences/manifest.json").read_text(encoding="utf-8"))["counters"]
    assert counted["documents"] == 90
    assert counted["files"] == 8
    assert (counted["pages_redirect"], counted["pages_disambiguation"], counted["pages_other_namespace"]) == (3, 1, 3)
