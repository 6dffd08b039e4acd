"""The contents of a vocabulary: tokens in order of id, rules for preparing texts, and added tokens."""

import dataclasses
from typing import Any, NamedTuple

import tokenizers
from tokenizers import normalizers

from .given.tokenizer import Given

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST_WORD = 100  # BERT's; cannot be changed in the BertTokenizer of `transformers`


@dataclasses.dataclass(frozen=True)
class TextRules:
    """How text is prepared before pieces are looked up: the settings of BERT's normalizer, and the longest word."""

    lowercase: bool = True
    strip_accents: bool = True
    split_chinese: bool = True
    max_word_chars: int = LONGEST_WORD

    def normalizer(self) -> normalizers.Normalizer:
        """The equivalent normalizer of `tokenizers`."""
        return normalizers.BertNormalizer(
            clean_text=True,
            handle_chinese_chars=self.split_chinese,
            strip_accents=self.strip_accents,
            lowercase=self.lowercase,
        )


UNCASED = TextRules()  # the rules of the published uncased models


@dataclasses.dataclass(frozen=True)
class AddedToken:
    """A token that is found in a text before words are split into pieces; fields are named as in `tokenizers`."""

    content: str
    special: bool = True
    normalized: bool = False  # matched in the prepared text, and prepared itself; else in the original text
    single_word: bool = False  # only without adjacent letters
    lstrip: bool = False  # includes white space before it
    rstrip: bool = False

    def flags(self) -> dict[str, Any]:
        """All fields except the content."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "content"}

    def for_tokenizers(self) -> tokenizers.AddedToken:
        """The equivalent object of `tokenizers`."""
        return tokenizers.AddedToken(self.content, **self.flags())


class Contents(NamedTuple):
    """What the files of a vocabulary contain."""

    tokens: list[str]  # in order of id: first those of the WordPiece model, then added ones
    rules: TextRules
    added: tuple[AddedToken, ...] = ()  # without BERT's five, which are not recognized in a text
    model_size: int | None = None  # number of tokens that are the model's; None: all
    notes: tuple[str, ...] = ()  # messages for the user of these files
    given: Given | None = None  # a tokenizer other than BERT's; it alone determines the ids of a text

    @property
    def ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}
