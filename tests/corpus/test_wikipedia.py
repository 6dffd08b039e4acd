"""MediaWiki exports: pages from bytes cut anywhere, counters of what is left out, and errors for damage."""

import bz2
import contextlib
import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from corpora import documents, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import sources
from bertprep.corpus.pieces import Piece, PieceReader
from bertprep.corpus.wikipedia import pages as wikipages
from bertprep.corpus.wikipedia.site import Site

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <namespaces>
      <namespace key="-2" case="first-letter">Medium</namespace>
      <namespace case="first-letter" key="6">Datei</namespace>
      <namespace key="0" case="first-letter" />
      <namespace key='14' case='first-letter'>Kategorie &amp; mehr</namespace>
    </namespaces>
  </siteinfo>
"""
FOOT = "</mediawiki>\n"


def page(title: str, text: str, number: int = 7, namespace: int = 0, redirect: bool = False) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"  <page>\n    <title>{title}</title>\n    <ns>{namespace}</ns>\n    <id>{number}</id>\n"
        + ('    <redirect title="Else" />\n' if redirect else "")
        + f"    <revision>\n      <id>{number + 1000}</id>\n      <contributor><id>5</id></contributor>\n"
        f'      <text bytes="{len(text)}" xml:space="preserve">{escaped}</text>\n    </revision>\n  </page>\n'
    )


def blocks(data: str | bytes, size: int = 1 << 20) -> Iterator[bytes]:
    raw = data.encode() if isinstance(data, str) else data
    return (raw[start : start + size] for start in range(0, len(raw), size))


def titles(data: str | bytes, size: int = 1 << 20) -> list[str]:
    return [found.title for found in wikipages.pages(blocks(data, size))]


def test_site_of_another_language() -> None:
    site = wikipages.read_site(HEAD.encode())
    assert site.language == "de"
    assert (site.namespaces[-2], site.namespaces[6], site.namespaces[0], site.namespaces[14]) == (
        "Medium",
        "Datei",
        "",
        "Kategorie & mehr",
    )
    assert {"datei", "file", "kategorie & mehr"} <= site.dropped_prefixes


def test_site_defaults_where_the_head_says_nothing() -> None:
    site = wikipages.read_site(b"<mediawiki>")
    assert site.language == "en" and site.namespaces[6] == "File"


def test_fields_of_a_page() -> None:
    data = HEAD + page("A &amp; B", "5 < 6 &nbsp; &lt;x", 12) + page("C", "", 13, 4, redirect=True) + FOOT
    first, second = wikipages.pages(blocks(data))
    assert (first.title, first.id, first.namespace, first.is_redirect, first.text) == (
        "A & B",
        12,
        0,
        False,
        "5 < 6 &nbsp; &lt;x",
    )
    assert (second.title, second.id, second.namespace, second.is_redirect, second.text) == ("C", 13, 4, True, "")
    assert data.encode()[first.offset :].startswith(b"<page>") and data.encode()[second.offset :].startswith(b"<page>")


def test_numbers_of_thousands_of_digits_are_read() -> None:
    long = int("9" * 4000)
    data = page("A", "x", 12).replace("12<", f"{'9' * 5000}<") + page("B", "y", namespace=long) + page("C", "z", long)
    first, second, third = wikipages.pages(blocks(HEAD + data + FOOT))
    assert first.namespace == third.namespace == 0 != second.namespace  # the second is no article
    assert first.id == third.id != second.id == 7


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ('<text bytes="0" />', ""),
        ("<text/>", ""),
        ('<text xml:space="preserve" bytes="2">ab</text>', "ab"),
        ("<text\n bytes='2'\n>a\nb</text >", "a\nb"),
        ('<text sha1="a>b">x</text>', "x"),
        ("<text>&#228;&#xE4;&amp;#228;&quot;&apos;</text>", "ää&#228;\"'"),
        (f"<text>a&#{'9' * 5000};b</text>", "a\ufffdb"),
        ("<text>old</text></revision><revision><id>3</id><text>new</text>", "new"),
        ("<text>main</text><content><role>data</role><text>slot</text></content>", "main"),
        ("<text deleted='deleted' /></revision><revision><id>3</id><text>new</text>", "new"),
    ],
)
def test_forms_of_the_text_element(element: str, text: str) -> None:
    data = f"<page ><title>T</title><ns>0</ns><id>1</id><revision><id>2</id>{element}</revision></page>"
    (found,) = wikipages.pages(blocks(data))
    assert found.text == text and found.id == 1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 300),
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60), min_size=1, max_size=5),
)
def test_blocks_may_be_cut_anywhere(size: int, texts: list[str]) -> None:
    data = HEAD + "".join(page(f"T{number}", text, number) for number, text in enumerate(texts)) + FOOT
    assert [found.text for found in wikipages.pages(blocks(data, size))] == texts


def test_text_before_the_first_page_is_skipped() -> None:
    assert titles("end of a text</text></page>" + page("A", "x") + page("B", "y")) == ["A", "B"]


def test_a_truncated_dump_names_the_page() -> None:
    data = HEAD + page("A", "x") + page("Berlin", "A long text")[:-20]
    with pytest.raises(InputError, match=r"(?s)my\.xml.*truncated.*'Berlin'.*checksum"):
        list(wikipages.pages(blocks(data), "my.xml"))


@pytest.mark.parametrize("data", ["", "just text", "<html><body>404</body></html>"])
def test_what_is_no_export_is_refused(data: str) -> None:
    with pytest.raises(InputError, match="not a MediaWiki export"):
        titles(data)


def test_an_export_without_pages_is_empty() -> None:
    assert titles(HEAD + FOOT) == []
    assert titles(HEAD + FOOT, 1) == []


def test_cdata_and_wrong_bytes_are_refused() -> None:
    with pytest.raises(InputError, match=r"'A'.*CDATA"):
        titles("<page><title>A</title><text><![CDATA[x]]></text></page>")
    with pytest.raises(InputError, match=r"'A'.*UTF-8"):
        titles(b"<page><title>A</title><text>\xff</text></page>")
    with pytest.raises(InputError, match="UTF-8"):
        titles(b"<page><title>\xff</title><text>x</text></page>")


def test_a_page_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikipages, "MAX_PAGE_BYTES", 10_000)
    endless = (b"<page><title>Big</title>" if number == 0 else b"x" * 1000 for number in range(10**9))
    with pytest.raises(InputError, match=r"'Big' is longer.*pages-articles"):
        list(wikipages.pages(endless))


def test_what_is_left_out_is_counted() -> None:
    data = (
        page("A", "An '''article'''.", 1)
        + page("B", "#REDIRECT [[A]]", 2, redirect=True)
        + page("C", "#WEITERLEITUNG [[A]]", 3)
        + page("Talk:A", "Hello there.", 4, 1)
        + page("Mercury", "'''Mercury''' may be:\n* a planet\n{{disambiguation}}", 5)
        + page("Merkur", "Merkur ist vieles.\n{{Begriffsklärung}}", 6)
        + page("Void", "{{box}}", 7)
        + page("Old", "Newest.", 9).replace("</page>", "<revision><text>Older.</text></revision></page>")
        + page("Link", "See [[Mercury]]{{disambiguation needed|date=May 2020}} there.", 8)
    )
    counters: dict[str, int] = {}
    site = wikipages.read_site(HEAD.encode())
    found = list(wikipages.documents(wikipages.pages(blocks(data)), site, counters))
    assert found == [("A", 1, "An article."), ("Old", 9, "Newest."), ("Link", 8, "See Mercury there.")]
    assert counters == {
        "pages_read": 9,
        "pages_redirect": 2,
        "pages_other_namespace": 1,
        "pages_disambiguation": 2,
        "pages_empty": 1,
        "revisions_older": 1,
    }


def test_counters_are_there_when_nothing_was() -> None:
    counters = {"pages_read": 3}
    assert list(wikipages.documents(iter([]), Site(), counters)) == []
    assert counters["pages_read"] == 3 and counters["pages_empty"] == 0


# bz2


def multistream(parts: list[bytes]) -> tuple[bytes, list[int]]:
    """Parts compressed one by one and concatenated, and the start of each."""
    compressed = [bz2.compress(part) for part in parts]
    offsets = [sum(map(len, compressed[:number])) for number in range(len(parts))]
    return b"".join(compressed), offsets


PARTS = [HEAD.encode(), *(page(f"T{number}", "word " * 50 * number).encode() for number in range(1, 30)), FOOT.encode()]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[bytes], PieceReader]]:
    """A function that writes bytes to the file d.bz2 and opens it."""
    with contextlib.ExitStack() as stack:

        def open_bytes(data: bytes) -> PieceReader:
            (tmp_path / "d.bz2").write_bytes(data)
            (source,) = sources.expand([str(tmp_path / "d.bz2")])
            return stack.enter_context(PieceReader(Piece(source, 0, source.size)))

        yield open_bytes


Opened = Callable[[bytes], PieceReader]


@pytest.mark.parametrize(("cut", "damage"), [(-5, None), (-1, None), (15, None), (None, 40)])
def test_damaged_and_truncated_streams_are_told(cut: int | None, damage: int | None, opened: Opened) -> None:
    data, offsets = multistream([PARTS[1], PARTS[5]])
    broken = bytearray(data)
    if cut is not None:
        broken = broken[: cut if cut < 0 else offsets[1] + cut]
    if damage is not None:
        broken[offsets[1] + damage] ^= 0xFF
    with pytest.raises(
        InputError, match=rf"d\.bz2: corrupt bz2 data, near byte \d+ of {len(broken)} \(.*; download"
    ) as told:
        list(opened(bytes(broken)).decompressed())
    assert offsets[1] <= int(re.search(r"near byte (\d+)", str(told.value))[1]) <= len(broken)


# dumps that end between two pages


# a dump in all forms of storage
STORED = {
    "a.xml": b"".join,
    "a.xml.gz": lambda parts: gzip.compress(b"".join(parts)),
    "a.xml.bz2": lambda parts: bz2.compress(b"".join(parts)),
    "b.xml.bz2": lambda parts: b"".join(map(bz2.compress, parts)),
}


@pytest.mark.parametrize("piece_bytes", [1 << 30, 3000, 700])
@pytest.mark.parametrize("name", STORED)
def test_a_dump_that_ends_between_pages_is_told(name: str, piece_bytes: int, tmp_path: Path) -> None:
    def count(parts: list[bytes]) -> int:
        return len(documents(write(tmp_path / name, STORED[name](parts)), piece_bytes))

    assert count(PARTS) == count([*PARTS[:-1], PARTS[-1] + b"\n" * 100]) == 29
    for kept in (2, 12, 29, 30):
        with pytest.raises(InputError, match=rf"{name}: the dump is truncated: it ends without </mediawiki>"):
            count(PARTS[:kept])
    with pytest.raises(InputError, match="truncated"):  # `</mediawiki>` only in the middle, as in joined dumps
        count([*PARTS[:12], FOOT.encode(), *PARTS[12:-1]])


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_the_end_of_a_dump_may_be_cut_anywhere(size: int) -> None:
    data = HEAD + page("A", "x") + page("B", "y")
    assert len(list(wikipages.pages(blocks(data + FOOT, size), is_whole=True))) == 2
    with pytest.raises(InputError, match="without </mediawiki>"):
        list(wikipages.pages(blocks(data + " " * 100, size), is_whole=True))


def test_so_many_documents_of_a_dump_that_was_cut_can_be_read(tmp_path: Path, command) -> None:
    (tmp_path / "a.xml").write_bytes(b"".join(PARTS[:-1]))
    arguments = ("segment", tmp_path / "a.xml", "-o", tmp_path / "out", "--workers", "1")
    assert command(*arguments, "--limit", "5")[0] == 0
    code, _, err = command(*arguments, "--overwrite")
    assert code == 3 and "if it was cut on purpose, add </mediawiki> at its end" in err


def test_what_is_no_bz2_is_told(opened: Opened) -> None:
    with pytest.raises(InputError, match=r"d\.bz2: corrupt bz2 data, near byte 0 "):
        list(opened(b"<mediawiki>").decompressed())
