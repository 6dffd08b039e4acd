"""Documents with near-duplicates of known similarity, and a plain implementation of the similarity."""

import random
import unicodedata

UNSPACED = dict.fromkeys("一二三四五六七八九十東京\U00020000", 7) | dict.fromkeys(
    "กขคงจฉ", 20
)  # characters -> shingle length


def plain_words(sentence):
    """The words of a sentence, folded for comparison."""
    words = [""]
    for character in sentence.lower():
        category = unicodedata.category(character)
        if character in UNSPACED:
            words += [character, ""]
        elif category == "Nd":
            words[-1] += "" if words[-1].endswith("0") else "0"
        elif category[0] in "LMN":
            words[-1] += character
        else:
            words.append("")
    return [word for word in words if word]


def shingles(document):
    """The set of the shingles of a document, which is a list of sentences."""
    words = [word for sentence in document for word in plain_words(sentence)]
    lengths = [UNSPACED.get(word, 5) for word in words]
    return {
        tuple(words[at : at + length]) for at, length in enumerate(lengths) if at + length <= len(words)
    }  # fmt: skip


def jaccard(left, right):
    """The share of the shingles of two documents that both have."""
    left, right = shingles(left), shingles(right)
    return len(left & right) / max(len(left | right), 1)


def documents(seed, count, vocabulary=4000, shortest=60, longest=600):
    """Random documents (lists of sentences), which are hardly similar to each other."""
    draws = random.Random(seed)
    words = ["".join(draws.choices("abcdefghijklmnopqrstuvwxyz", k=draws.randint(2, 9))) for _ in range(vocabulary)]
    return [
        _sentences(draws.choices(words, k=draws.randint(shortest, longest)), draws) for _ in range(count)
    ]  # fmt: skip


def _sentences(words, draws):
    found, rest = [], list(words)
    while rest:
        size = draws.randint(5, 25)
        found.append(" ".join(rest[:size]).capitalize() + ".")
        rest = rest[size:]
    return found


def edited(document, draws):
    """A copy with changes typical of the web: words changed, sentences moved, an end cut, a line added, other signs and case."""
    kinds = draws.sample(["words", "moved", "cut", "added", "dressed"], k=draws.randint(1, 2))
    found = list(document)
    if "words" in kinds:
        rate = draws.choice([0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3])
        changed = [
            [f"changed{draws.randrange(10**6):x}x" if draws.random() < rate else word for word in sentence.split(" ")]
            for sentence in found
        ]
        found = [" ".join(sentence) for sentence in changed]
    if "moved" in kinds:
        place, other = draws.randrange(len(found)), draws.randrange(len(found))
        found[place], found[other] = found[other], found[place]
    if "cut" in kinds:
        kept = max(1, round(len(found) * draws.uniform(0.4, 1)))
        found = found[:kept] if draws.random() < 0.5 else found[-kept:]
    if "added" in kinds:
        found.append(f"Retrieved on {draws.randint(1, 30)} May {draws.randint(1990, 2024)} from the archive of pages.")
    if "dressed" in kinds:
        found = [sentence.upper().replace(" ", " - ") for sentence in found]
    return found
