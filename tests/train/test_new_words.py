"""New words in a published vocabulary: their embeddings begin as the mean of their pieces', and all others are unchanged."""

import pytest
import torch
from train_samples import SPECIAL, random_rows, write_shards

from bertprep.core.errors import InputError
from bertprep.train import evaluate, train
from bertprep.train.bert.folder import read_model
from bertprep.train.bert.new_words import begin_with_pieces
from bertprep.train.settings import TrainSettings
from bertprep.vocab.compare import words_added
from bertprep.vocab.vocabulary import Vocabulary

transformers = pytest.importorskip("transformers", reason="compares with it; pip install 'bertprep[interop]'")

SHORT = {"steps": 3, "batch_size": 8, "threads": 1, "learning_rate": 1e-3}
SIZES = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
OLD = [*SPECIAL, "[unused0]", "w", *(f"##{digit}" for digit in range(10)), *(f"a{number}" for number in range(60))]
WORDS = [
    "w12",
    "ω",
    *(f"w{number}" for number in range(200, 222)),
]  # the first in the entry [unused0], the others behind


def extended() -> Vocabulary:
    return Vocabulary([WORDS[0] if token == "[unused0]" else token for token in OLD] + WORDS[1:])


def bert(folder, rows):
    torch.manual_seed(0)
    model = transformers.BertForPreTraining(transformers.BertConfig(vocab_size=rows, **SIZES))
    with torch.no_grad():
        model.cls.predictions.bias.copy_(torch.linspace(-1, 1, rows))
    model.save_pretrained(folder)
    return folder


def test_new_words_begin_as_the_mean_of_their_pieces(tmp_path):
    before, after = Vocabulary(OLD), extended()
    shards = write_shards(tmp_path / "shards", [random_rows(60)], [random_rows(20, seed=1)], words=after)
    for rows in (before.size, 128):  # a table that must grow, and a padded one that need not
        folder = bert(tmp_path / f"bert{rows}", rows)
        with pytest.raises(InputError, match="put its files there if that of the shards extends it"):
            train([shards], str(tmp_path / "none"), TrainSettings(**SHORT), init_from=str(bert(tmp_path / "bare", 77)))
        before.save(folder)
        old, new = read_model(folder)[0], read_model(folder)[0]
        numbers = [after.ids[word] for word in WORDS]
        begin_with_pieces(new, before, after, numbers)
        for name in ("word_embeddings.weight", "mlm_bias"):
            was, now = old.state_dict()[name], new.state_dict()[name]
            assert len(now) == max(rows, after.size)
            for word in WORDS:
                pieces = was[[*before.encode_one(word)]]
                torch.testing.assert_close(now[after.ids[word]], pieces.mean(0))
            kept = [number for number in range(rows) if number not in numbers]
            assert torch.equal(now[kept], was[kept])
        output = tmp_path / f"model{rows}"
        stopped = TrainSettings(**SHORT, max_minutes=0)
        train([shards], str(output), stopped, init_from=str(folder), quiet=True)
        summary = train([shards], str(output), TrainSettings(**SHORT), init_from=str(folder), quiet=True)
        assert summary["finished"] and summary["validation_before"]["mlm_loss"] > 0
        loaded = transformers.AutoModelForPreTraining.from_pretrained(output)
        assert loaded.config.vocab_size == max(rows, after.size) and evaluate(str(output), [shards])["rows"] == 20
        assert len(transformers.AutoTokenizer.from_pretrained(output)) == after.size


def test_spare_entries_begin_as_the_mean_of_all(tmp_path):
    before = Vocabulary(OLD)
    after = Vocabulary([*extended().tokens, "[unused1]", "[unused2]"])
    new = words_added(before, after)
    assert [after.tokens[number] for number in new] == WORDS
    before.save(bert(tmp_path / "bert", before.size))
    old, model = read_model(tmp_path / "bert")[0], read_model(tmp_path / "bert")[0]
    begin_with_pieces(model, before, after, new)
    for name in ("word_embeddings.weight", "mlm_bias"):
        was, now = old.state_dict()[name], model.state_dict()[name]
        torch.testing.assert_close(now[-2:], was.mean(0).expand_as(now[-2:]))


def test_a_folder_without_a_tokenizer_is_reported(tmp_path, capfd):
    after = Vocabulary([WORDS[0] if token == "[unused0]" else token for token in OLD])  # of the same size
    shards = write_shards(tmp_path / "shards", [random_rows(20, size=70)], words=after)
    folder = bert(tmp_path / "bert", after.size)
    for known in (False, True):
        if known:
            Vocabulary(OLD).save(folder)
        train([shards], str(tmp_path / f"model{known}"), TrainSettings(**SHORT), init_from=str(folder), quiet=True)
        err = capfd.readouterr().err
        assert (f"warning: {folder} has no tokenizer.json or vocab.txt" in err) != known
        assert (
            "start with the embeddings of the [unusedN] entries; put the files of its published vocabulary there" in err
        ) != known


def test_a_vocabulary_that_differs_in_more_is_refused(tmp_path):
    Vocabulary(OLD).save(bert(tmp_path / "bert", 77))
    for tokens in (
        [*OLD[:-1], "other", "more"],
        [*OLD[:3], OLD[4], OLD[3], *OLD[5:], "more"],
    ):
        shards = write_shards(tmp_path / tokens[-2], [random_rows(20, size=70)], words=Vocabulary(tokens))
        with pytest.raises(InputError, match="its vocabulary is not that of the shards"):
            train(
                [shards], str(tmp_path / "model"), TrainSettings(**SHORT), init_from=str(tmp_path / "bert"), quiet=True
            )
