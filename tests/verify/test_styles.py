"""`verify` warns if the style of characters or the sources predict the label, and not for good pairs."""

import random

import numpy as np
import pytest
from corpora import json_lines, write

import bertprep
from bertprep import store
from bertprep.verify.styles import Guess

STYLE, SOURCES = "the style of characters does not predict the label", "sources do not predict the label"


def documents(name, count, rewrite=lambda text: text, seed=0):
    """Documents in which every sentence has characters of all kinds, in the style that `rewrite` gives them."""
    draw = random.Random(seed)
    words = [
        "cat",
        "dog",
        "house",
        "tree",
        "river",
        "mountain",
        "bread",
        "water",
        "star",
        "moon",
        "road",
        "bell",
        "ship",
    ]
    said = "The {} said “it’s {}” to a {} — and {}."
    return [
        {"set": name, "text": " ".join(rewrite(said.format(*draw.sample(words, 4))) for _ in range(24))}
        for _ in range(count)
    ]


def plain(text):
    return text.translate({ord(curly): straight for curly, straight in zip("“”’—", '""\'-', strict=True)})


def findings(folder, rows, *, plain_quotes=False, source_field=None, cased=False, pairing="sentence"):
    write(folder / "a.jsonl", json_lines(*rows))
    quiet = {"workers": 1}
    bertprep.segment(
        folder / "a.jsonl",
        folder / "sentences",
        lang="en",
        validation_share=0,
        plain_quotes=plain_quotes,
        source_field=source_field,
        **quiet,
    )
    bertprep.train_vocab(folder / "sentences", folder / "vocab", size=300, lowercase=not cased, **quiet)
    bertprep.build_pairs(folder / "sentences", folder / "vocab", folder / "pairs", pairing=pairing, **quiet)
    found = {finding.promise: finding for finding in bertprep.verify(folder / "pairs")}
    assert all(finding.ok for finding in found.values())
    return found[STYLE], found[SOURCES]


def test_what_predicts_the_label_is_named_with_advice(tmp_path, command):
    curly, straight = documents("a", 40), documents("b", 40, plain, seed=1)
    style, sources = findings(tmp_path / "mixed", curly + straight)
    # half of the random pairs mix two styles, no adjacent pair does: 1/2 + 1/4
    assert style.warns and not sources.warns
    for kind in ("quotation marks", "apostrophes", "dashes"):
        assert "The label can be guessed at 7" in style.found and f"% from {kind} alone" in style.found
    assert "segment with --plain-quotes" in style.found and "--source-field" in style.found
    code, out, _ = command("verify", tmp_path / "mixed" / "pairs")
    assert code == 0 and "warning" in out

    style, _ = findings(tmp_path / "plain", curly + straight, plain_quotes=True)
    assert style.warns and "from dashes alone" in style.found and "from quotation marks" not in style.found
    style, sources = findings(tmp_path / "apart", curly + straight, source_field="set")
    assert not style.warns and not sources.warns and "guessed" not in style.found + sources.found
    shouted = documents("b", 40, lambda text: text.upper(), seed=1)
    style, _ = findings(tmp_path / "shouted", curly + shouted, cased=True, pairing="original")
    assert "% from capitals alone" in style.found and "from quotation" not in style.found
    style, sources = findings(tmp_path / "honest", documents("a", 40) + documents("b", 40, seed=2))
    assert not style.warns and "quotation marks 50.0 %" in style.found


def test_sources_that_random_pairs_mix_are_named(tmp_path):
    rows = documents("a", 12) + documents("b", 12, seed=1)
    findings(tmp_path, rows, source_field="set")
    line = (tmp_path / "sentences", tmp_path / "vocab", tmp_path / "original")
    bertprep.build_pairs(*line, pairing="original", workers=1)
    found = {finding.promise: finding for finding in bertprep.verify(tmp_path / "original")}
    assert found[SOURCES].ok and found[SOURCES].warns and "from sources alone: give each source" in found[SOURCES].found
    folder = tmp_path / "original"
    folder.rename(tmp_path.parent / f"{tmp_path.name}-away")
    found = {finding.promise: finding for finding in bertprep.verify(tmp_path.parent / f"{tmp_path.name}-away")}
    assert found[SOURCES].ok is None
    assert store.read_manifest(tmp_path / "pairs").counters["pairs_of_two_sources"] == 0


@pytest.mark.parametrize("pairs", [40, 4000])
def test_a_guess_is_half_right_if_style_predicts_nothing_and_has_an_interval(pairs):
    warned, shares = 0, []
    for seed in range(200):
        draw = np.random.default_rng(seed)
        guess = Guess("dashes", "")
        # adjacent pairs have the mark more often, which is not a matter of style
        is_next = draw.random(pairs) < 0.5
        can_tell = draw.random(pairs) < np.where(is_next, 0.8, 0.4)
        guess.add(draw.random(pairs) < 0.7, can_tell, is_next)
        share, error = guess.share()
        assert 0.5 <= share <= 1 and share - 0.5 <= 5.5 * error
        warned += guess.tells
        shares.append(share)
    assert warned <= 2
    empty = Guess("dashes", "")
    assert empty.share() == (0.5, 0.0) and not empty.tells
    # by hand: of 8 pairs, 3 adjacent and 3 random ones can be guessed, of which 3 and 1 have a style in common
    empty.add(
        np.array([1, 1, 1, 1, 0, 0, 0, 0], bool),
        np.array([1] * 6 + [0] * 2, bool),
        np.array([1, 1, 1, 0, 0, 0, 1, 0], bool),
    )
    assert empty.share()[0] == pytest.approx(0.5 + (1 - 1 / 3) / 2 * 6 / 8)
