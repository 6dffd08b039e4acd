"""The report: its content, that it is self-contained, and that a real browser renders it without errors."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from held import HANG_SECONDS

pytest.importorskip("matplotlib", reason="needs the extra report")

from bertprep.report import distributions, page, write_report
from bertprep.report.distributions import Histogram, kind_of_word

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
METRICS = (
    '{"step": 10, "loss": 8.0, "mlm_loss": 7.3, "nsp_loss": 0.7, "learning_rate": 0.001, "tokens": 100}\n'
    '{"step": 20, "loss": 7.7, "mlm_loss": 7.0, "nsp_loss": 0.69, "learning_rate": 0.0005, "tokens": 200}\n'
    '{"step": 10, "validation": {"mlm_loss": 7.0, "mlm_accuracy": 0.04, "nsp_loss": 0.69, "nsp_accuracy": 0.51, '
    '"nsp_accuracy_interval": [0.48, 0.54]}}\n'
    '{"summary": {"steps": 20, "rows": 640, "seconds": 2.0, "tokens_per_second": 100.0, "validation": {"mlm_loss": 6.9, '
    '"mlm_accuracy": 0.05, "nsp_loss": 0.69, "nsp_accuracy": 0.52, "nsp_accuracy_interval": [0.5, 0.6], "unigram_loss": 7}}}\n'
)


@pytest.fixture(scope="module")
def whole(road, tmp_path_factory):
    """A report of a whole run, with a model folder that has only what a report reads."""
    folder = tmp_path_factory.mktemp("report") / "demo"
    shutil.copytree(road, folder)
    (folder / "model").mkdir()
    (folder / "model" / "metrics.jsonl").write_text(METRICS, encoding="utf-8")
    identity = '{"settings": {"model": "tiny", "batch_size": 32}, "data": ["77b12d971c7bfe9c"]}'
    (folder / "model" / "training.json").write_text(identity, encoding="utf-8")
    output = folder.parent / "report.html"
    return write_report(str(folder), str(output)), output


def test_a_whole_run_has_every_section(whole):
    made, output = whole
    text = output.read_text(encoding="utf-8")
    assert made["sections"] == [
        "kept",
        "rows",
        "pairs",
        "masks",
        "texts",
        "tokens",
        "vocabulary",
        "training",
        "speed",
        "lineage",
    ]
    assert all(f'<section id="{name}">' in text for name in made["sections"])
    for words in (
        "50.0 % of the pairs are random",
        "redirects",
        "guessing by frequency",
        "become [UNK]",
        "The band is the 95% interval",
    ):
        assert words in text


def test_the_page_needs_nothing_else(whole):
    text = whole[1].read_text(encoding="utf-8")
    # names of XML namespaces are not fetched
    assert not re.search(r'(src|href)="(?!#)', re.sub(r'xmlns(:\w+)?="[^"]*"', "", text))
    assert "<script" not in text and "@import" not in text and "url(http" not in text


def test_names_on_the_page_are_unique(whole):
    names = re.findall(r'\bid="([^"]+)"', whole[1].read_text(encoding="utf-8"))
    assert len(names) == len(set(names))


def test_a_date_in_the_environment_is_not_asked_for(road, tmp_path, command, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "none")
    assert command("report", road / "vocab", "-o", tmp_path / "page.html")[0] == 0


def test_equal_runs_give_equal_pages(road, tmp_path):
    for name in ("one", "two"):
        write_report(str(road / "shards"), str(tmp_path / f"{name}.html"))
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


@pytest.mark.parametrize("name", ["sentences", "vocab", "pairs", "shards"])
def test_one_folder_alone(road, tmp_path, result, name):
    made = result("report", road / name, "-o", tmp_path / "r.html")
    assert list(made["folders"]) == [name]
    assert "lineage" in made["sections"]
    assert (tmp_path / "r.html").stat().st_size > 2000


def test_text_of_a_corpus_is_escaped(tmp_path, command):
    hostile = "<script>alert(1)</script> is the first sentence. Then comes <b>another</b> one."
    (tmp_path / "corpus.txt").write_text("\n\n".join(f"{hostile} Number {n}." for n in range(8)), encoding="utf-8")
    assert command("segment", tmp_path / "corpus.txt", "-o", tmp_path / "s", "--workers", 1)[0] == 0
    write_report(str(tmp_path / "s"), str(tmp_path / "r.html"))
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


HOSTILE = (
    "<script>document.body.dataset.ran = 1</script>",
    "</script><script>document.body.dataset.ran = 1</script>",
    '<img src=x onerror="document.body.dataset.ran = 1">',
    "\"><svg onload='document.body.dataset.ran = 1'>",
    "</text></svg></figure><iframe srcdoc='<script>parent.document.body.dataset.ran = 1</script>'>",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The page of a run whose every document, title and file name is markup."""
    import json

    from bertprep_cli.main import run

    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {"id": one, "title": one, "text": f"{one} is here. Then {one} again. And number {number}."}
        for number, one in enumerate(HOSTILE * 12)
    ]
    corpus = folder / "<b onclick=x>.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    options = ["--vocab-size", "300", "--max-length", "64", "--workers", "1", "--quiet", "--until", "mask"]
    assert run(["run", str(corpus), "-o", str(folder / "run"), *options]) == 0
    write_report(str(folder / "run"), str(folder / "whole.html"))
    assert not re.search(r"<(script|img|iframe|b onclick)\b", (folder / "whole.html").read_text(encoding="utf-8"))
    write_report(str(folder / "run" / "sentences"), str(folder / "r.html"))
    return (folder / "r.html").read_text(encoding="utf-8")


def test_markup_in_a_corpus_makes_no_element(hostile):
    assert not re.search(r"<(script|img|iframe|b onclick)\b", hostile)
    assert not re.search(r"<[^>]*\son(error|load|click)=", hostile)
    assert "&lt;" in hostile


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to open the page with")
def test_a_browser_shows_markup_of_a_corpus_as_text(hostile, tmp_path):
    probe = (
        "<script>addEventListener('load', () => { const d = document.body.dataset;"
        "d.shown = document.body.innerText.includes('<');"
        "d.made = document.querySelectorAll('img, iframe, [onclick], [onload]').length; })</script>"
    )
    path = tmp_path / "r.html"
    path.write_text(hostile.replace("</head>", probe + "</head>"), encoding="utf-8")
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --dump-dom"
    )
    line = [str(CHROMIUM), *flags.split(), f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
    done = subprocess.run(line, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    found = dict(re.findall(r'data-(\w+)="([^"]*)"', re.search(r"<body[^>]*>", done.stdout)[0]))
    assert found == {"shown": "true", "made": "0"}, done.stderr[-500:]


def test_a_folder_not_made_by_bertprep(tmp_path, command):
    code, _, err = command("report", tmp_path, "-o", tmp_path / "r.html")
    assert code == 4
    assert "manifest.json" in err


def test_an_output_that_is_not_a_page(road, tmp_path, command):
    code, _, err = command("report", road, "-o", tmp_path)
    assert code == 2
    assert "report.html" in err


def test_unknown_words_by_script(road):
    from bertprep import store
    from bertprep.vocab.vocabulary import Vocabulary

    rows = distributions.look_at_spelling(
        store.read_manifest(road / "sentences"), Vocabulary.load(road / "vocab")
    ).by_script()
    assert {"latin", "han", "signs"} <= {row["script"] for row in rows}
    assert all(0 <= row["unknown"] <= row["words"] for row in rows)


def test_scripts_are_named_by_the_first_letter():
    assert [kind_of_word(word) for word in ("ünder", "熊", "привет", "42", "?", "##")] == [
        *("latin", "han", "cyrillic", "digits", "signs", "signs")
    ]


def test_a_histogram_by_hand():
    histogram = Histogram()
    histogram.add(np.array([1, 2, 2]))
    histogram.add(np.array([9]))
    assert histogram.counts.tolist() == [0, 1, 2, 0, 0, 0, 0, 0, 0, 1]
    assert [histogram.quantile(share) for share in (0.25, 0.5, 1)] == [1, 2, 9]
    counts, edges = histogram.binned(4, 2)  # bins of two; larger values are in the last
    assert (counts.tolist(), edges.tolist()) == ([1, 2, 1], [0, 2, 4, 6])


def test_a_table_escapes_and_sets_numbers_right():
    assert page.table(["a", "b"], [("<i>", 1234)]) == (
        '<table><thead><tr><th>a</th><th class="n">b</th></tr></thead>'
        '<tbody><tr><td>&lt;i&gt;</td><td class="n">1,234</td></tr></tbody></table>'
    )


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to open the page with")
def test_a_browser_draws_it_without_an_error(whole, tmp_path):
    """At the width of a phone and of a desktop; the page reports its measurements through its own DOM."""
    probe = (
        "<script>addEventListener('error', e => document.body.dataset.error = e.message, true);"
        "addEventListener('load', () => { const d = document.body.dataset;"
        "const svgs = [...document.querySelectorAll('figure svg')];"
        "d.plots = svgs.length; d.drawn = svgs.filter(s => s.getBoundingClientRect().height > 60).length;"
        "d.wide = document.documentElement.scrollWidth > innerWidth + 1;"
        "d.sections = document.querySelectorAll('section').length; d.width = innerWidth; })</script>"
    )
    text = whole[1].read_text(encoding="utf-8").replace("</head>", probe + "</head>")
    (tmp_path / "probed.html").write_text(text, encoding="utf-8")
    for width in (390, 1200):
        frame = f'<iframe id="f" src="probed.html" style="border:0;width:{width}px;height:900px"></iframe>'
        copy = "<script>onload = () => Object.assign(document.body.dataset, f.contentDocument.body.dataset)</script>"
        (tmp_path / "frame.html").write_text(frame + copy, encoding="utf-8")
        flags = (
            "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
            "--disable-component-update --disable-sync --allow-file-access-from-files --dump-dom"
        )
        profile = f"--user-data-dir={tmp_path / str(width)}"
        address = (tmp_path / "frame.html").as_uri()
        line = [str(CHROMIUM), *flags.split(), profile, address]
        done = subprocess.run(line, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
        found = dict(re.findall(r'data-(\w+)="([^"]*)"', re.search(r"<body[^>]*>", done.stdout)[0]))
        assert found.pop("width") == str(width), done.stderr
        assert "error" not in found
        assert found["wide"] == "false"
        assert found["sections"] == "10"
        assert int(found["plots"]) == int(found["drawn"]) >= 14


def test_no_share_of_tokens_exceeds_all(tmp_path, command):
    """The original pairing uses tokens again in random B's; the report once said that 189 % of the tokens were trimmed."""
    words = [f"w{first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    text = "\n\n".join(f"{' '.join(words[number:] + words[:number])}. ".capitalize() * 4 for number in range(40))
    (tmp_path / "a.txt").write_text(text)
    line = ["run", tmp_path / "a.txt", "-o", tmp_path / "run", "--until", "build-pairs", "--pairing", "original"]
    code, out, err = command(*line, "--max-length", 16, "--vocab-size", 300, "--workers", 1)
    assert code == 0, err
    assert command("report", tmp_path / "run", "-o", tmp_path / "r.html")[0] == 0
    page = (tmp_path / "r.html").read_text()
    shares = [float(share) for share in re.findall(r"([\d.]+) %", out + page)]
    assert len(shares) > 10 and max(shares) <= 100, out
    assert "including random B&#x27;s, drawn once more" in page


def test_added_tokens_are_not_unknown_words(tmp_path, command):
    """Nor are the words that contain them."""
    from bertprep import store
    from bertprep.vocab.vocabulary import SPECIAL_TOKENS, AddedToken, Vocabulary

    pieces = [
        *SPECIAL_TOKENS,
        *"abcdefghijklmnopqrstuvwxyz.",
        *("##" + letter for letter in "abcdefghijklmnopqrstuvwxyz"),
    ]
    words = Vocabulary([*pieces, "[URL]"], added=[AddedToken("[URL]")], model_size=len(pieces))
    (tmp_path / "c.txt").write_text(
        "\n\n".join(f"we saw [URL] there.\nit was {'xyz'[n % 3]}." for n in range(20)) + "\n"
    )
    assert command("segment", tmp_path / "c.txt", "-o", tmp_path / "s", "--validation-share", 0)[0] == 0
    rows = distributions.look_at_spelling(store.read_manifest(tmp_path / "s"), words).by_script()
    assert [row["unknown"] for row in rows] == [0] * len(rows) and rows[0]["script"] == "latin"
