"""Predictions for a text: the words at [MASK], and whether a second text follows a first.

Works with any Hugging Face BERT folder that has the required head. Runs on the CPU.
"""

import torch

from ..core.counts import quantity
from ..core.errors import InputError
from ..vocab.vocabulary import Vocabulary
from .asking import MASK, refuse_empty, refuse_no_mask, vocabulary_of, words_of
from .bert.folder import read_model
from .bert.model import Bert
from .data.collate import single

HEAD_NAMES = {"mlm": "masked-language-model", "nsp": "next-sentence"}


def fill_mask(model_dir: str, text: str, top: int = 5, pieces: bool = False) -> list[list[tuple[str, float]]]:
    """For each [MASK] in the text, in order, the `top` most probable whole words with their probabilities.

    With `pieces`, any tokens, such as `##ing` and `[UNK]`. Probabilities are over all tokens in both cases.
    """
    vocabulary = vocabulary_of(model_dir)
    refuse_no_mask(text, vocabulary)
    row, _ = vocabulary.layout.row(masked_ids(vocabulary, text))
    model = model_with(model_dir, "mlm", vocabulary, len(row))
    masks = [place for place, number in enumerate(row) if number == vocabulary.mask_id]
    with torch.no_grad():
        encoded_PH = model.encode(single(row, len(row), masks, vocabulary.layout))
        probabilities_MV = model.mlm_logits(encoded_PH[1:]).softmax(-1)[:, : vocabulary.size]  # without spare rows
    if not pieces:
        is_whole_V = torch.from_numpy(vocabulary.is_ordinary & ~vocabulary.is_continuation)
        probabilities_MV = probabilities_MV.where(is_whole_V, -1.0)
    words = words_of(vocabulary, pieces)
    best = probabilities_MV.topk(min(top, vocabulary.size))
    return [
        [(words[number], value) for number, value in zip(numbers, row_values, strict=True) if value >= 0]
        for numbers, row_values in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]


def masked_ids(vocabulary: Vocabulary, text: str) -> list[int]:
    """Ids of a text, with the mask id for each [MASK], encoded as the tokenizer would encode its own mask token."""
    if vocabulary.given:
        return vocabulary.given.encode_masked(text.replace(MASK, vocabulary.special_tokens["mask"]))
    texts = [vocabulary.encode_one(piece) for piece in text.split(MASK)]
    return texts[0] + [number for piece in texts[1:] for number in (vocabulary.mask_id, *piece)]


def next_probability(model_dir: str, first: str, second: str) -> float:
    """The probability that the second text follows the first (label 0)."""
    refuse_empty(first, second)
    vocabulary = vocabulary_of(model_dir)
    row, start_b = vocabulary.layout.row(*map(vocabulary.encode_one, (first, second)))
    model = model_with(model_dir, "nsp", vocabulary, len(row))
    with torch.no_grad():
        logits_12 = model.nsp_logits(model.encode(single(row, start_b, [], vocabulary.layout)))
    return float(logits_12.softmax(-1)[0, 0])


def refuse_few_embeddings(model_dir: str, model: Bert, vocabulary: Vocabulary) -> None:
    """Raise `InputError` if the vocabulary has more tokens than the model has embeddings."""
    if model.config.vocab_size < vocabulary.size:
        raise InputError(
            f"{model_dir}: {quantity(vocabulary.size, 'token')} in its vocabulary, {model.config.vocab_size} in its weights"
        )


def model_with(model_dir: str, head: str, vocabulary: Vocabulary, length: int) -> Bert:
    """Read a model, in evaluation mode; `InputError` if it lacks this head, or positions for a row of this length."""
    model, lacking = read_model(model_dir)
    if head in lacking:
        raise InputError(
            f"{model_dir}: has no trained {HEAD_NAMES[head]} head; expected a BertForPreTraining trained "
            f"{'on pairs with labels' if head == 'nsp' else 'to fill masks'}"
        )
    refuse_few_embeddings(model_dir, model, vocabulary)
    if length > model.config.max_position_embeddings:
        raise InputError(
            f"the text has {quantity(length, 'token')}, the model has "
            f"{quantity(model.config.max_position_embeddings, 'position')}; shorten it"
        )
    return model.eval()
