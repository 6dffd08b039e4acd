"""Markdown: its prose as the same content in HTML gives it, and nothing of its markup, its code and its front matter."""

import gzip
import json
import time
from html import escape
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from corpora import documents, texts, write
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError, UsageError
from bertprep.corpus import markdown
from bertprep.corpus.documents import HOLE
from bertprep.corpus.formats import markdown as reader
from bertprep.corpus.web import page

for library in ("resiliparse", "markdown_it", "mdit_py_plugins", "yaml"):
    pytest.importorskip(library)

BOOK = """---
title: "The mill: a story"
author: Ann
lang: de-AT
tags: [river, corn]
---

# The mill: a story

[![Build](https://a.example/b.svg)](https://a.example) ![A map](map.png){width=50%}

- [At the river](#river)
- [The miller](#miller)
- [The end](#end)

## At the river {#river}

The *mill* opens at **six**,
and [nobody](https://a.example "No") comes.[^1]

> It rained,
> all day.

1. Bring `corn`.
2. Bring a cart.

   It must be dry.

```sh
grind --fine
```

| Day | Said |
|-----|------|
| One | Two  |
| It is open. | It is shut. |

<!-- not
said -->
<details><summary>More</summary>

Hidden *words*.

</details>

[^1]: Not on Sundays.
    Nor at night.

[unused]: https://a.example
"""
BOOK_TEXT = """At the river
The mill opens at six, and nobody comes.
It rained, all day.
Bring corn.
Bring a cart.
It must be dry.
Day Said
One Two
It is open.
It is shut.
More
Hidden words."""


def document(content: str) -> tuple[str | None, str]:
    row = reader.document(content, {})
    return row.title, row.text


def test_a_file_is_a_document_of_its_prose(tmp_path: Path) -> None:
    expected = [(None, 1, "The mill: a story", BOOK_TEXT)]
    for name in ("mill.md", "mill.markdown", "MILL.MD"):
        assert documents(write(tmp_path / name, BOOK)) == expected
    assert documents(write(tmp_path / "mill.md.gz", gzip.compress(BOOK.encode()))) == expected
    assert documents(write(tmp_path / "mill.md", "\ufeff" + BOOK.replace("\n", "\r\n"))) == expected
    assert documents(write(tmp_path / "mill.txt", BOOK), format="markdown") == expected
    assert texts(write(tmp_path / "a.md", "Fünf *Säcke*.".encode("cp1252")), encoding="cp1252") == ["Fünf Säcke."]
    assert texts(write(tmp_path / "a.md", "")) == [""]


@each(
    "content, text",
    [
        ("One\ntwo\n\nThree  \nfour\\\nfive", "One two\nThree\nfour\nfive"),
        ("# One #\n\nTwo\n===\n\nThree\n---", "One\nTwo\nThree"),
        ("## One {#one .big}\n## Two {: #two }\n## {x}", "One\nTwo\n{x}"),
        ("*a* __b__ ~~c~~ `d*` \\*e\\* &lt;f&gt; <b>g</b> ***h***", "a b c d* *e* <f> g h"),
        ("H~2~O [a](b) [c][d] [e] <https://f.example>\n\n[d]: g", "H2O a c [e] https://f.example"),
        ("![a](b) c ![d][e]{.f}\n\n[e]: f", "c"),
        ("a [b](c){target=_blank} `d`{.e} f{g}", "a b d f{g}"),
        ("- one\n- two\n  - three\n\n  four\n1. five", "one\ntwo\nthree\nfour\nfive"),
        ("- [ ] one\n- [x] two\n- [link] three", "one\ntwo\n[link] three"),
        ("> [!WARNING]\n> One.", "One."),
        ('!!! note "One"\n    Two.', "One\nTwo."),
        ("::: tip\nOne *two*.\n:::\n\nThree.", "One two.\nThree."),
        ("One\n: Two", "One\nTwo"),
        ("One.\n\n    code\n\nTwo.\n~~~ py\ncode\n~~~\n<pre>kept</pre>", "One.\nTwo.\nkept"),
        ("One[^a] and[^b].[^none]\n\n[^a]: No.\n\n[^b]: No.\n\n    No.\n\nTwo.", "One and.[^none]\nTwo."),
        ("It costs $5 or $6, $x_i$ and ${n} = 1$ of them.", "It costs $5 or $6, xi and n = 1 of them."),
        ("So $\\frac{a}{b}$ is $10^5$.\n\n$$\na\n$$\n\nOne.", f"So {HOLE} is {HOLE}.\nOne."),
        ("<!-- a\n\nb -->\n<script>c</script>\n\n<p align=center>d\n<img alt=e></p>", "d"),
        ("[English](README.md) | [中文](README.zh.md)\n\nOne.", "One."),
        ("我们去\n*学校*\n上课。\nThen we\ngo.", "我们去学校上课。 Then we go."),
        ("a\u00adb&nbsp;c\0d", "ab cd"),
        # of site generators and pandoc
        ("[a]({{ site.url }}/b) ([#1]({% link c %})) [d]({{< ref 'e' >}}) [f]\n\n[f]: {{ x }}/y", "a (#1) d f"),
        ("# A {: #b}\n{: .c}\n\nD *e*{: .f} g: {h}", "A\nD e g: {h}"),
        (
            "{% include a.html %}\nOne. {% if b %}two{% endif %}\n\n{{< figure src='c' >}}\n\n# {{ page.title }}",
            "One. two",
        ),
        ("{% if a %}One.{% endif %}\n\n> {% raw %}Two.{% endraw %}\n\n{.a} three {b}\n", "One.\nTwo.\n{.a} three {b}"),
        ("{.a}\n# One\n\n{#b width=50%}  \n> Two [c](d){.e}![f](g){#h}.", "One\nTwo c."),
        ("We ship {{ version }} today.\n\n{{< abbr x >}} is so.", f"We ship {HOLE} today.\n{HOLE} is so."),
        ("{{< note >}}One.{{< /note >}} {{/* no */}}\n\n<p>{{ a }}Two</p>", "One.\nTwo"),
        ("One :+1: :rocket:, two :x:. At 10:30:15, a::b::c, `:d:`", "One, two :x:. At 10:30:15, a::b::c, :d:"),
        ("As said [@hill1999, p. 3]. [@ann] did.\n\n[@ann]: b", "As said. @ann did."),
        (
            "> [!info]- See [[Mills|the *mills*]], [[Rivers]] and [[a](b)]. ![[map.png|9]]",
            "See the *mills*, Rivers and [a].",
        ),
        ("{{a {%b {:", "{{a {%b {:"),
        ("***\n\n---\n\n", ""),
    ],
)
def test_what_is_prose(content: str, text: str) -> None:
    assert document(content)[1] == text.replace("\0", "")


ALIASES = "a: &a [x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in pairwise("abcdefghi"))


@each(
    "content, title, text",
    [
        ("---\ntitle: 'It''s here'  # so\nother: [a, b]\n---\nOne.", "It's here", "One."),
        ("---\ntitle: >\n  One\n  two\n...\nThree.", "One two", "Three."),
        (
            "# A card of {{ name }}\n\nOne.",
            "A card of",
            "A card of \ufdd0\nOne.",
        ),  # no mark of a missing word in a title
        ("---\ntitle: 007\nmenu: {title: No}\n---\nOne.", "007", "One."),
        ("---\nlayout: post\n---\n\nOne.\n\n## Two\n\n# Three", "Two", "One.\nTwo\nThree"),
        ("---\ntitle: One: two\n---\n# Three", "Three", "Three"),  # not YAML, but front matter all the same
        ('+++\ntitle = "One"\ndate = 2024-01-01\n+++\nTwo.', "One", "Two."),
        ("+++ \ntitle = \n+++\nTwo.", None, "+++ title = +++ Two."),
        ("---\n---\nOne.", None, "One."),
        ("---\ntitle: One\n---", "One", ""),
        ("---\n\nIt rained.\n\n---\n\nTwo.", None, "It rained.\nTwo."),  # lines, and a scene between them
        ("---\n- one\n- two\n---", None, "one\ntwo"),
        ("---\ntitle: One\n\nTwo.", None, "title: One\nTwo."),  # never closed
        ("\n---\ntitle: One\n---\n", "title: One", "title: One"),  # a line, and a heading
        ("---\ntitle: !!python/object:os.system One\n---\nTwo.", "One", "Two."),
        ("---\na: &a [x]\nb: [*a, *a]\ntitle: &t One\n---\nTwo.", "One", "Two."),
        ("---\ntitle: ~\nlang: null\n---\nTwo.", None, "Two."),
        ("---\ntitle: One\n? [a, {b: c}]\n: d\n---\nTwo.", "One", "Two."),
        ("---\n" + "\n" * 60 + "@bad\n---\n\nTwo.", "@bad", "@bad\nTwo."),  # blank lines once took exponential time
        (f"---\n{ALIASES}? [*i, *i]\n: One\n---\nTwo.", None, "Two."),  # a key that stands for a billion others
        ("---\n? &a [*a]\n: One\n---\nTwo.", None, "Two."),
        (f"+++\na = {'9' * 5000}\n+++\nTwo.", None, f"+++ a = {'9' * 5000} +++ Two."),
        ("One.\n\n# Two [three](x) {#two}", "Two three", "One.\nTwo three"),
        ("# Two {of them} three { #two .big }  \n", "Two {of them} three", "Two {of them} three"),
        ("# Two {a} {of #them}\n", "Two {a} {of #them}", "Two {a} {of #them}"),
        ("---\ntitle: The mill\n---\n# The mill\n\nOne.", "The mill", "One."),
    ],
)
def test_front_matter_goes_and_gives_the_title(content: str, title: str | None, text: str) -> None:
    assert document(content) == (title, text)


def test_a_heading_with_many_spaces_takes_linear_time() -> None:
    spaces, began = " " * 50_000, time.process_time()
    assert document(f"# One{spaces}two{{{spaces}") == ("One two{", "One two{")
    assert time.process_time() - began < 5  # 0.01 s; over 20 if it were quadratic


# the same content in HTML and in Markdown

WORDS = st.lists(st.sampled_from(["corn", "Mühle", "a&b", "5", "(x)", "it's", "é.", "end!"]), min_size=1, max_size=6)
INLINE = (
    ("{}", "{}"),
    ("*{}*", "<em>{}</em>"),
    ("**{}**", "<b>{}</b>"),
    ("`{}`", "<code>{}</code>"),
    ("[{}](https://a.example)", '<a href="https://a.example">{}</a>'),
    ("~~{}~~", "<del>{}</del>"),
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, str]:
    """A line of words, some of them marked, as Markdown and as HTML; it begins and ends with plain words."""
    parts = [
        (words, escape(words, quote=False)) for words in map(" ".join, draw(st.lists(WORDS, min_size=1, max_size=3)))
    ]
    marked = [parts[0]]
    for words, escaped in parts[1:]:
        left, right = draw(st.sampled_from(INLINE))
        marked += [(left.format(words), right.format(escaped)), ("so", "so")]
    return " ".join(["We", *(left for left, _ in marked)]), " ".join(["We", *(right for _, right in marked)])


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> tuple[str, str]:
    """Blocks, as Markdown and as HTML."""
    kinds = ["p", "wrapped", "h", "hr", "table", "html", "image"] + (["ul", "ol", "quote"] if depth else [])
    left, right = [], []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)):
        one, two = draw(lines()), draw(lines())
        inner = draw(blocks(depth=depth - 1)) if kind in ("ul", "ol", "quote") else ("", "")
        made = _block(kind, one, two, inner, "#" * draw(st.integers(1, 6)))
        left.append(made[0])
        right.append(made[1])
        if kind in ("ul", "ol", "quote"):  # two lists in a row would be one
            left.append("<!-- -->")
    return "\n\n".join(left), "".join(right)


Both = tuple[str, str]


def _block(kind: str, one: Both, two: Both, inner: Both, mark: str) -> Both:
    """A block of two lines and the blocks in it, as Markdown and as HTML."""
    return {
        "p": (one[0], f"<p>{one[1]}</p>"),
        "wrapped": (f"{one[0]}\n{two[0]}", f"<p>{one[1]}\n{two[1]}</p>"),
        "h": (f"{mark} {one[0]}", f"<h{len(mark)}>{one[1]}</h{len(mark)}>"),
        "hr": ("___", "<hr>"),  # "* ***" would be a rule, too
        "table": (
            f"| {one[0]} | b |\n|---|---|\n| {two[0]} | d |",
            f"<table><tr><th>{one[1]}</th><th>b</th></tr><tr><td>{two[1]}</td><td>d</td></tr></table>",
        ),
        "html": (f"<div>{one[1]}</div>", f"<div>{one[1]}</div>"),
        "image": (f"![a](b) {one[0]}", f"<p><img alt=a> {one[1]}</p>"),
        "ul": (_indented("* ", inner[0]), f"<ul><li>{inner[1]}</li></ul>"),
        "ol": (_indented("7. ", inner[0]), f"<ol><li>{inner[1]}</li></ol>"),
        "quote": (_indented("> ", inner[0], "> "), f"<blockquote>{inner[1]}</blockquote>"),
    }[kind]


def _indented(mark: str, text: str, others: str | None = None) -> str:
    first, *rest = text.split("\n")
    return "\n".join([mark + first, *((others or " " * len(mark)) + line for line in rest)])


@settings(max_examples=200, deadline=None)
@given(blocks())
def test_the_same_content_in_html_gives_the_same_text(made: tuple[str, str]) -> None:
    content, html = made
    assert document(content)[1].split("\n") == page.of_field(html).text.split("\n"), content


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab é我\n\n  \t#*_`~[]()<>!|-+=:.$%@\\{}^&;1\"'/\0\ufdd0"), max_size=60))
def test_any_text_is_read_and_no_line_is_empty(content: str) -> None:
    counters: dict[str, int] = {}
    try:
        text = reader.document(content, counters).text
    except markdown.TooDeepError:
        return
    assert all(line == line.strip() and line for line in text.split("\n") if text)
    assert all(count >= 0 for count in counters.values())


# whole commands, and what is wrong


def test_segment_reads_markdown_in_a_folder_and_tells_what_it_left_out(tmp_path: Path, command) -> None:
    prose = "The mill opens at six, and nobody comes. It rained all day."
    write(
        tmp_path / "in" / "a.md", f"# One\n\n{prose}[^1] So $x^2$ is big, they said.\n\n```\ncode\n```\n\n[^1]: No.\n"
    )
    write(tmp_path / "in" / "b.markdown.gz", gzip.compress(b"---\nlang: eo\n---\n    code\n\nXyz qwv. Brr zzt.\n"))
    write(tmp_path / "in" / "README.md", "About the corpus.")
    code, out, err = command(
        "segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1, "--validation-share", 0
    )
    assert code == 0, err
    assert "1 footnote, 1 formula, 2 blocks of code" in out and "1 file that is not data" in out, out
    rows = [row for part in (tmp_path / "out").glob("*.arrow") for row in pa.ipc.open_file(part).read_all().to_pylist()]
    found = {row["source"]: (row["title"], row["language"], row["sentences"]) for row in rows}
    assert found == {
        "a.md": ("One", "en", ["One", "The mill opens at six, and nobody comes.", "It rained all day."]),
        "b.markdown.gz": (None, "eo", ["Xyz qwv.", "Brr zzt."]),
    }
    assert command("verify", tmp_path / "out")[0] == 0


@each(
    "content, problem, reason",
    [
        (b"# One\n\ncaf\xe9\n", "a.md, line 3: not UTF-8", "lines_not_utf8"),
        (b"> " * 200 + b"One.", "quotations nested more than 60 deep; use --format text", "files_damaged"),
        ("".join("  " * level + "- a\n" for level in range(80)).encode(), "nested more than 60 deep", "files_damaged"),
        (b"<div>" * 9000 + b"One.", "HTML nested too deeply", "files_damaged"),
        (b"One. " * 5000, "Markdown of more than 0 MiB", "files_damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_or_skipped(
    tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch, content: bytes, problem: str, reason: str
) -> None:
    if b"One. One." in content:
        monkeypatch.setattr(reader, "LONGEST_BYTES", 20_000)
        monkeypatch.setattr(reader, "TOO_LONG", "Markdown of more than 0 MiB")
    write(tmp_path / "in" / "a.md", content)
    write(tmp_path / "in" / "b.md", "It rained all day.")
    to = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1, "--overwrite")
    code, _, err = command(*to)
    assert code == 3 and problem in err and "Traceback" not in err, err
    code, _, err = command(*to, "--bad-input", "skip")
    assert code == 0, err
    counters = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["counters"]
    assert counters[reason] == 1, counters


def test_without_a_library_the_extra_is_named(tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.md", "It rained all day.")
    for missing in ("markdown_it", "mdit_py_plugins", "yaml"):
        monkeypatch.setattr(markdown, "find_spec", lambda name, missing=missing: None if name == missing else object())
        code, _, err = command("segment", tmp_path / "a.md", "-o", tmp_path / "out", "--workers", 1)
        assert code == UsageError.exit_code and "pip install 'bertprep[web]'" in err, err


def test_other_formats_under_the_name_are_refused_by_name(tmp_path: Path) -> None:
    for content, problem in {
        b"%PDF-1.4\n": "contains a PDF file",
        b"<!DOCTYPE html><html><body>One.</body></html>": "use --format html",
    }.items():
        with pytest.raises(InputError, match=problem):
            documents(write(tmp_path / "a.md", content))
