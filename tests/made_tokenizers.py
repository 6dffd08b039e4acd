"""Small tokenizers of every kind, trained with `tokenizers` on the sample corpus, and saved as Hugging Face folders."""

import functools
import itertools
import json
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, processors, trainers
from tokenizers import normalizers as norm
from tokenizers import pre_tokenizers as pre

from bertprep.vocab.subwords import preparation

SAMPLE = Path(__file__).parent.parent / "sample_corpus" / "small"
FAIRSEQ = ["<s>", "<pad>", "</s>", "<unk>"]
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@functools.cache
def lines() -> list[str]:
    files = sorted((SAMPLE / "english").glob("*.txt"))[:6]
    found = [line for file in files for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [line for text in found for line in text.split(". ")][:700]


def fairseq_pair(cls: str = "<s>", sep: str = "</s>") -> processors.TemplateProcessing:
    tokens = [(cls, FAIRSEQ.index(cls)), (sep, FAIRSEQ.index(sep))]
    return processors.TemplateProcessing(
        single=f"{cls} $A {sep}", pair=f"{cls} $A {sep} {sep} $B {sep}", special_tokens=tokens
    )


def bert_pair(ids: tuple[int, int] = (2, 3)) -> processors.TemplateProcessing:
    tokens = list(zip(("[CLS]", "[SEP]"), ids, strict=True))
    return processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=tokens
    )


def trained(model: str, special: list, size: int = 700, **options) -> Tokenizer:
    """Train a tokenizer; `options` are its components by name, or options of the trainer and the model."""
    parts = {name: options.pop(name, None) for name in ("normalizer", "pre_tokenizer", "post_processor", "decoder")}
    own = {
        name: options.pop(name)
        for name in ("unk_token", "fuse_unk", "byte_fallback")
        if name in options and model != "Unigram"
    }
    made = Tokenizer(getattr(models, model)(**own))
    for name, part in parts.items():
        if part is not None and name != "post_processor":
            setattr(made, name, part)
    trainer = {
        "BPE": trainers.BpeTrainer,
        "Unigram": trainers.UnigramTrainer,
        "WordPiece": trainers.WordPieceTrainer,
    }.get(model, trainers.WordLevelTrainer)
    made.train_from_iterator(lines(), trainer(vocab_size=size, special_tokens=special, show_progress=False, **options))
    if parts["post_processor"] is not None:
        made.post_processor = parts["post_processor"]
    return made


def roberta() -> Tokenizer:
    return trained(
        "BPE",
        [*FAIRSEQ, AddedToken("<mask>", lstrip=True)],
        initial_alphabet=pre.ByteLevel.alphabet(),
        pre_tokenizer=pre.ByteLevel(add_prefix_space=False),
        decoder=decoders.ByteLevel(),
        post_processor=processors.RobertaProcessing(("</s>", 2), ("<s>", 0)),
    )


def gpt2() -> Tokenizer:
    """Byte-level BPE with special tokens added after the vocabulary, and without a template."""
    made = trained(
        "BPE",
        ["<|endoftext|>"],
        initial_alphabet=pre.ByteLevel.alphabet(),
        pre_tokenizer=pre.ByteLevel(add_prefix_space=True),
        decoder=decoders.ByteLevel(),
    )
    made.add_special_tokens(BERT)
    return made


def llama3() -> Tokenizer:
    """Byte-level BPE that splits words by its own pattern."""
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
    pattern += r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    split = pre.Sequence(
        [pre.Split(Regex(pattern), "isolated"), pre.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    return trained(
        "BPE",
        [*FAIRSEQ, "<mask>"],
        initial_alphabet=pre.ByteLevel.alphabet(),
        pre_tokenizer=split,
        decoder=decoders.ByteLevel(),
        post_processor=fairseq_pair(),
    )


def xlm_roberta() -> Tokenizer:
    return trained(
        "Unigram",
        [*FAIRSEQ, AddedToken("<mask>", lstrip=True)],
        unk_token="<unk>",
        post_processor=fairseq_pair(),
        normalizer=norm.Sequence([norm.NFKC(), norm.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizer=pre.Metaspace(),
        decoder=decoders.Metaspace(),
    )


def albert() -> Tokenizer:
    normalizer = norm.Sequence(
        [norm.Replace("``", '"'), norm.Replace("''", '"'), norm.NFKD(), norm.StripAccents(), norm.Lowercase()]
    )
    return trained(
        "Unigram",
        ["<pad>", "<unk>", *BERT[2:]],
        unk_token="<unk>",
        normalizer=normalizer,
        decoder=decoders.Metaspace(),
        pre_tokenizer=pre.Sequence([pre.WhitespaceSplit(), pre.Metaspace()]),
        post_processor=bert_pair(),
    )


def deberta() -> Tokenizer:
    """Unigram over whole sentences: no pre-token ends at a space."""
    made = trained(
        "Unigram",
        BERT,
        unk_token="[UNK]",
        normalizer=norm.Sequence([norm.Strip(), norm.NFKC()]),
        post_processor=bert_pair(),
        pre_tokenizer=pre.Metaspace(),
        decoder=decoders.Metaspace(),
    )
    made.pre_tokenizer = pre.Metaspace(split=False)
    return made


def gemma(pre_tokenizer: pre.PreTokenizer | None = None) -> Tokenizer:
    """BPE over whole sentences with byte fallback."""
    fallback = [f"<0x{number:02X}>" for number in range(256)]
    made = trained(
        "BPE",
        [*FAIRSEQ, "<mask>", *fallback],
        size=1000,
        unk_token="<unk>",
        fuse_unk=True,
        byte_fallback=True,
        normalizer=norm.Replace(" ", "▁"),
        pre_tokenizer=pre_tokenizer,
        post_processor=fairseq_pair(),
    )
    content = json.loads(made.to_str())
    content["added_tokens"] = [token for token in content["added_tokens"] if token["content"] not in fallback]
    return Tokenizer.from_str(json.dumps(content))


def llama() -> Tokenizer:
    """Like `gemma`, with a space before the first word."""
    content = json.loads(gemma_of_words().to_str())
    before = {"type": "Prepend", "prepend": "▁"}
    content["normalizer"] = {"type": "Sequence", "normalizers": [before, content["normalizer"]]}
    return Tokenizer.from_str(json.dumps(content))


def mistral() -> Tokenizer:
    """Like `llama`, with a pre-tokenizer that splits nothing."""
    made = gemma_of_words()
    made.normalizer = None
    made.pre_tokenizer = pre.Metaspace(prepend_scheme="first", split=False)
    return made


def gemma_of_words() -> Tokenizer:
    """Like `gemma`, but no token spans a space."""
    made = gemma(pre.Metaspace())
    made.pre_tokenizer = None
    return made


def t5() -> Tokenizer:
    """Unigram after a character map in the format of sentencepiece."""
    table = {"\u200d": " ", "\u3000": " ", "\u00a0": " ", "ﬁ": "fi", "½": "1⁄2", "É": "É", "e\u0301": "é", "\ufeff": ""}
    normalizer = norm.Sequence([norm.Precompiled(charsmap(table)), norm.Replace(Regex(" {2,}"), " ")])
    made = trained("Unigram", [*FAIRSEQ, "<mask>"], unk_token="<unk>", pre_tokenizer=pre.Metaspace())
    made.normalizer, made.post_processor = normalizer, fairseq_pair()
    return made


def own() -> Tokenizer:
    """Unigram with the normalization of `train-vocab`."""
    split = pre.Split(Regex(preparation.WORD), "isolated")
    return trained(
        "Unigram",
        BERT,
        unk_token="[UNK]",
        normalizer=norm.Sequence([norm.NFKC(), norm.Lowercase(), norm.NFD(), norm.StripAccents(), norm.NFC()]),
        pre_tokenizer=pre.Sequence([split, pre.Metaspace(prepend_scheme="first", split=False)]),
        post_processor=bert_pair(),
    )


def charsmap(table: dict[str, str]) -> bytes:
    """A character map in the format of sentencepiece: a double-array trie over the bytes of the keys, then the texts."""
    keys = {key.encode(): text.encode() + b"\0" for key, text in table.items()}
    prefixes = sorted({key[:size] for key in keys for size in range(len(key) + 1)})
    base = {prefix: 256 * number for number, prefix in enumerate(prefixes, 1)}
    units = np.zeros(256 * (len(prefixes) + 1), np.uint32)
    units[0] = base[b""] << 10
    for prefix in prefixes[1:]:
        place = base[prefix[:-1]] + prefix[-1]
        units[place] = (place ^ base[prefix]) << 10 | (prefix in keys) << 8 | prefix[-1]
    for key, begin in zip(keys, itertools.accumulate(map(len, keys.values()), initial=0), strict=False):
        units[base[key]] = 1 << 31 | begin
    return (4 * units.size).to_bytes(4, "little") + units.tobytes() + b"".join(keys.values())


def xlm() -> Tokenizer:
    return trained(
        "BPE",
        [*FAIRSEQ, "<mask>"],
        unk_token="<unk>",
        end_of_word_suffix="</w>",
        normalizer=norm.BertNormalizer(),
        pre_tokenizer=pre.BertPreTokenizer(),
        post_processor=fairseq_pair(),
        decoder=decoders.BPEDecoder(),
    )


def wordpiece() -> Tokenizer:
    return trained(
        "WordPiece",
        [*FAIRSEQ, "<mask>"],
        unk_token="<unk>",
        normalizer=norm.NFC(),
        post_processor=fairseq_pair(),
        pre_tokenizer=pre.Sequence([pre.Whitespace(), pre.Digits(individual_digits=True)]),
    )


def tutorial() -> Tokenizer:
    """BPE as in tutorials, whose tokens do not show where words begin."""
    return trained("BPE", BERT, unk_token="[UNK]", pre_tokenizer=pre.Whitespace(), post_processor=bert_pair())


def word_level() -> Tokenizer:
    return trained(
        "WordLevel", BERT, unk_token="[UNK]", pre_tokenizer=pre.WhitespaceSplit(), post_processor=bert_pair()
    )


MADE = {
    each.__name__: each
    for each in (
        *(roberta, gpt2, llama3, xlm_roberta, albert, deberta, t5, own, gemma, llama, mistral),
        *(xlm, wordpiece, tutorial, word_level),
    )
}


def write(folder: Path, tokenizer: Tokenizer, config: dict | None = None) -> Path:
    """A folder with a tokenizer.json and, if one is given, a tokenizer_config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    if config is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder
