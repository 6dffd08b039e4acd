"""Compare vocabularies: whether they encode texts to the same ids, by tokens and text preparation."""

from .vocabulary import UNUSED, Vocabulary

WORDS = {
    "lowercase": "lower-casing",
    "strip_accents": "stripping of accents",
    "split_chinese": "splitting of Chinese characters",
    "max_word_chars": "the longest word",
}


def difference(first: Vocabulary, second: Vocabulary) -> str | None:
    """Describe the first difference between two vocabularies, called `here` and `there`; None if there is none.

    >>> from bertprep.vocab.vocabulary import TextRules
    >>> tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    >>> difference(Vocabulary(tokens), Vocabulary(tokens, TextRules(lowercase=False)))
    'lower-casing (true here, false there)'
    """
    if first.digest == second.digest:
        return None
    if first.given or second.given:
        return _difference_of_given(first, second)
    for name, words in WORDS.items():
        here, there = getattr(first.rules, name), getattr(second.rules, name)
        if here != there:
            return f"{words} ({str(here).lower()} here, {str(there).lower()} there)"
    if found := _difference_of_tokens(first, second):
        return found
    for token in {token.content: token for token in (*first.added, *second.added)}:
        here, there = (_how_found(vocabulary, token) for vocabulary in (first, second))
        if here != there:
            return f"how {token!r} is found in a text ({here} here, {there} there)"
    return f"which tokens were added ({first.size - first.model_size} here, {second.size - second.model_size} there)"


def words_added(before: Vocabulary, after: Vocabulary) -> list[int] | None:
    """Ids of pieces that only `after` has, in [unusedN] entries or at the end; None if anything else differs.

    Free entries after the words do not count.

    >>> tokens = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    >>> words_added(Vocabulary(tokens), Vocabulary([tokens[0], "cardio", *tokens[2:], "stent", "[unused1]"]))
    [1, 6]
    """
    if before.given or after.given:
        return None
    if (before.rules, before.added) != (after.rules, after.added) or after.size < before.size:
        return None
    if after.model_size - after.size != before.model_size - before.size:
        return None
    declared = {token.content for token in before.added}
    new = [number for number, pair in enumerate(zip(before.tokens, after.tokens, strict=False)) if pair[0] != pair[1]]
    if any(not UNUSED.fullmatch(before.tokens[number]) or before.tokens[number] in declared for number in new):
        return None
    at_end = range(before.size, after.size)
    return [*new, *(number for number in at_end if not UNUSED.fullmatch(after.tokens[number]))]


def _difference_of_given(first: Vocabulary, second: Vocabulary) -> str:
    """Describe the first difference between two vocabularies, at least one of which is not BERT's WordPiece."""
    kinds = [vocabulary.given.kind if vocabulary.given else "WordPiece as BERT's" for vocabulary in (first, second)]
    if kinds[0] != kinds[1]:
        return f"the kind of tokenizer ({kinds[0]} here, {kinds[1]} there)"
    if found := _difference_of_tokens(first, second):
        return found
    for role, here in first.special_tokens.items():
        if here != second.special_tokens[role]:
            return f"the token for {role} ({here!r} here, {second.special_tokens[role]!r} there)"
    contents = [vocabulary.given.content if vocabulary.given else {} for vocabulary in (first, second)]
    part = next(
        (name for name in (*contents[0], *contents[1]) if contents[0].get(name) != contents[1].get(name)), "model"
    )
    return f"the {part} of their tokenizer.json"


def _difference_of_tokens(first: Vocabulary, second: Vocabulary) -> str | None:
    for number, (here, there) in enumerate(zip(first.tokens, second.tokens, strict=False)):
        if here != there:
            return f"id {number} ({here!r} here, {there!r} there)"
    if first.size != second.size:
        return f"the number of tokens ({first.size:,} here, {second.size:,} there)"
    return None


def _how_found(vocabulary: Vocabulary, content: str) -> str:
    """Describe how a token is found in a text."""
    found = next((token for token in vocabulary.added if token.content == content), None)
    if found is None:
        return "as a piece"
    return ", ".join(["whole", *(name for name, value in found.flags().items() if value)])
