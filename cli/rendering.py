"""Rows of any folder formatted for a terminal; colours are optional."""

from typing import Any

from bertprep.core.counts import quantity

from .layout import colour, flow, paragraph, terminal_width

SENTENCES_SHOWN = 12
MARKS = {"mask": "green", "random": "yellow", "kept": "cyan"}
LEGENDS = {
    "segment": "One row is one document: its sentences in order. Pairs are cut from these.",
    "clean": "One row is one document: its remaining sentences; [...] marks where others were removed.",
    "build-pairs": "One row is a pair, A and B, with the label that the model must predict; or A alone, without a label.",
    "mask": "One row is what the model reads: [CLS] A [SEP] B [SEP], with some tokens masked. The true token is "
    "in braces: {mask} after [MASK], {random} after a random token, {kept} after a token that was kept.",
}
SIGNS = {  # signs of tokens in braces, with their explanation
    "##": "## goes on with the word before",
    "␣": "␣ is a space that is a token",
    "<0x": "<0xE5> is a byte, a part of a character",
}
GUESSES = "If the model predicts another word, it follows a bar: {truth|guess}."


def rows_lines(stage: str, rows: list[dict[str, Any]]) -> list[str]:
    """Rows of a folder made by this stage, after a legend."""
    draw = {"segment": _document, "clean": _document, "build-pairs": _pair, "mask": _example}[stage]
    lines = paragraph(LEGENDS[stage], terminal_width())
    if stage == "mask":
        legend = LEGENDS[stage].format(**{kind: _brace("word", kind) for kind in MARKS})
        for token, own in _special_names(rows).items():
            legend = legend.replace(token, own)
        lines = paragraph(legend, terminal_width())
        lines += _signs(rows)
        lines += paragraph(GUESSES, terminal_width()) if any("next_probability" in row for row in rows) else []
    for row in rows:
        lines += ["", *draw(row)]
    return lines


def _signs(rows: list[dict[str, Any]]) -> list[str]:
    """A sentence that explains the signs in the braces of these rows."""
    masked = [token for row in rows for token in row["tokens"] if token["kind"]]
    named = [name for token in masked for name in (token["true"], token.get("guess", ""))]
    met = [words for sign, words in SIGNS.items() if any(name.startswith(sign) for name in named)]
    return paragraph(f"{'; '.join(met)}.", terminal_width()) if met else []


def _special_names(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The row layout and the mask token of a tokenizer other than BERT's, by BERT's names; else empty."""
    row = next((row for row in rows if any("id" in token for token in row["tokens"])), None)
    if row is None:
        return {}
    names = [token["shown"] if token["special"] and not token["kind"] else "" for token in row["tokens"]]
    start = row["segment_b_start"]
    sides = [names[:start], names[start:]]
    words = [
        " ".join([*_run(side), letter, *_run(side[::-1])[::-1]])
        for side, letter in zip(sides, "AB", strict=True)
        if side
    ]
    masks = [token["shown"] for each in rows for token in each["tokens"] if token["kind"] == "mask"]
    return {"[CLS] A [SEP] B [SEP]": " ".join(words), "[MASK]": masks[0] if masks else "the mask"}


def _run(names: list[str]) -> list[str]:
    """The names before the first empty one."""
    return names[: names.index("")] if "" in names else names


def curve_lines(curve: list[dict[str, Any]]) -> list[str]:
    """A line per interval of training, with its losses and a bar for the MLM loss."""
    if not curve:
        return ["no steps logged yet"]
    highest = max(point["mlm_loss"] for point in curve)
    lines = ["    step  MLM loss  NSP loss"]
    for point in curve:
        bar = "█" * round(40 * point["mlm_loss"] / highest)
        lines.append(
            f"{point['step']:8,}  {point['mlm_loss']:8.3f}  {point['nsp_loss']:8.3f}  {colour(bar, fg='green')}"
        )
    return lines


def vocabulary_lines(folder: str, content: dict[str, Any]) -> list[str]:
    """Sizes of a vocabulary and some entries of each kind."""
    sizes = content["sizes"]
    marks = "without accents" if content["strip_accents"] else "accents kept"
    case = "lower-cased" if content["lowercase"] else "cased"
    lines = [f"{folder}: {quantity(content['entries'], 'entry')}, text is {case}, {marks}"]
    lines += [f"  {sizes['special']:8,} special        {' '.join(content['special'])}"]
    for name, words in (
        ("characters", "characters"),
        ("words", "words and beginnings"),
        ("continuations", "go on (##)"),
    ):
        head = f"  {sizes[name]:8,} {words:21}"
        lines += paragraph(" ".join(content["entries_of"][name]), terminal_width(), head, " " * len(head))
    return lines


def _document(row: dict[str, Any]) -> list[str]:
    width, sentences = terminal_width(), row["sentences"]
    title = f" '{row['title']}'" if row["title"] else ""
    head = f"row {row['row']}: document{title}, {quantity(len(sentences), 'sentence')}, language {row['language']}"
    lines = [colour(head, bold=True), colour(f"     from {row['source']} ({row['source_id']})", dim=True)]
    for number, sentence in enumerate(sentences[:SENTENCES_SHOWN]):
        lines += ["       [...]"] if number in row.get("holes", ()) else []
        lines += paragraph(sentence, width, f"{number:5}  ", " " * 7)
    if len(sentences) > SENTENCES_SHOWN:
        lines.append(f"       ... and {len(sentences) - SENTENCES_SHOWN} more (--json shows all)")
    return lines


def _pair(row: dict[str, Any]) -> list[str]:
    width = terminal_width()
    lines = [colour(f"row {row['row']}: {row['label']}", bold=True)]
    for side in ("a", "b"):
        where = row[f"from_{side}"]
        if where:
            lines += paragraph(row[f"text_{side}"], width, f"  {side.upper()}  ", " " * 5)
            last = where["first_sentence"] + where["sentence_count"] - 1
            which = (
                f"sentence {last}" if where["sentence_count"] == 1 else f"sentences {where['first_sentence']} to {last}"
            )
            lines.append(colour(f"     {which} of document {where['document']}", dim=True))
    return lines


def _example(row: dict[str, Any]) -> list[str]:
    tokens, label = row["tokens"], row["next_sentence_label"]
    masked = sum(token["kind"] is not None for token in tokens)
    masks = quantity(masked, "mask")
    tasks = masks if label is None else f"{masks} and the label: {masked} + 1 = {quantity(masked + 1, 'prediction')}"
    number = "" if label is None else f"label {label}, "
    head = f"row {row['row']} (pair {row['pair']}): {number}{row['label']}"
    lines = [colour(head, bold=True), f"     {quantity(len(tokens), 'token')}; {tasks}"]
    if "next_probability" in row:
        lines += paragraph(_guesses(row), terminal_width(), " " * 5, " " * 5)
    start = row["segment_b_start"]
    lines += _side("A", tokens[:start])
    return lines + (_side("B", tokens[start:]) if start < len(tokens) else [])


def _guesses(row: dict[str, Any]) -> str:
    """How well the model predicts a row, in words."""
    masked = [token for token in row["tokens"] if token["kind"]]
    right = sum(token["guess"] == token["true"] for token in masked)
    probability, words = row["next_probability"], f"{right} of {quantity(len(masked), 'word')} right"
    if probability is None:
        return f"the model: {words}"
    verdict = "right" if (probability > 0.5) == (row["next_sentence_label"] == 0) else "wrong"
    return f"the model: {words}; probability {probability:.2f} that B follows A, {verdict}"


def _side(name: str, tokens: list[dict[str, Any]]) -> list[str]:
    units = [(_token(token), token["space"], token["space"] or not token["shown"].startswith("##")) for token in tokens]
    units = [
        (text, space, may_break and not _closes(token))
        for (text, space, may_break), token in zip(units, tokens, strict=True)
    ]
    return flow(units, terminal_width(), f"  {name}  ", " " * 5)


def _closes(token: dict[str, Any]) -> bool:
    return not token["space"] and len(token["shown"]) == 1 and not token["shown"].isalnum()


def _token(token: dict[str, Any]) -> str:
    """A token as the model reads it; if it must be predicted, followed by the true one."""
    shown = token["shown"].removeprefix("##") or token["shown"]
    if token["kind"] is None:
        return colour(shown, dim=True) if token["special"] else shown
    guess = token.get("guess", token["true"])
    text = token["true"] if guess == token["true"] else f"{token['true']}|{guess}"
    return colour(shown, fg=MARKS[token["kind"]], bold=True) + _brace(text, token["kind"])


def _brace(word: str, kind: str) -> str:
    return colour("{" + word + "}", fg=MARKS[kind], underline=True)
