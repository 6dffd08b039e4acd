"""What a vocabulary is made of: tokens in order of id, rules that prepare a text, and tokens that are found in it whole."""

import dataclasses
from typing import Any, NamedTuple

import tokenizers
from tokenizers import normalizers

from .given.tokenizer import Given

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST_WORD = 100  # BERT's; `transformers` has no way to set another for its BertTokenizer


@dataclasses.dataclass(frozen=True)
class TextRules:
    """How text is prepared before pieces are looked up: the settings of BERT's normaliser, and the longest word."""

    lowercase: bool = True
    strip_accents: bool = True
    split_chinese: bool = True
    max_word_chars: int = LONGEST_WORD

    def normalizer(self) -> normalizers.Normalizer:
        """The same rules as `tokenizers` applies them."""
        return normalizers.BertNormalizer(
            clean_text=True,
            handle_chinese_chars=self.split_chinese,
            strip_accents=self.strip_accents,
            lowercase=self.lowercase,
        )


UNCASED = TextRules()  # those of the published uncased models


@dataclasses.dataclass(frozen=True)
class AddedToken:
    """A token that is found in a text before words are cut into pieces; the names are those of `tokenizers`."""

    content: str
    special: bool = True
    normalized: bool = False  # looked for in the prepared text, prepared itself; else in the text as it stands
    single_word: bool = False  # only where no letter stands beside it
    lstrip: bool = False  # takes white space with it
    rstrip: bool = False

    def flags(self) -> dict[str, Any]:
        """All but the content."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "content"}

    def for_tokenizers(self) -> tokenizers.AddedToken:
        """The same as `tokenizers` has it."""
        return tokenizers.AddedToken(self.content, **self.flags())


class Contents(NamedTuple):
    """What the files of a vocabulary say."""

    tokens: list[str]  # in order of id: first those of the WordPiece model, then those that were only added
    rules: TextRules
    added: tuple[AddedToken, ...] = ()  # besides BERT's five, which stay text where a text holds them
    model_size: int | None = None  # so many tokens are the model's; None: all of them
    notes: tuple[str, ...] = ()  # what someone should know who uses these files
    given: Given | None = None  # another tokenizer than BERT's; it alone tells how text becomes ids

    @property
    def ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}
