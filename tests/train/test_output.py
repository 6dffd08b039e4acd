"""Output of a run: model card, TensorBoard, dry run, and errors for too little memory and for NaN."""

import json
import re
from pathlib import Path

import pytest
import torch
from train_samples import before_step, interrupt, random_rows, write_shards

from bertprep.core.errors import StageError, UsageError
from bertprep.core.places import temporary_name
from bertprep.train import dry_run, evaluate, flops, log, memory, train
from bertprep.train.metrics import wilson
from bertprep.train.run import prepared
from bertprep.train.settings import TrainSettings
from bertprep.train.world import World

SHAPE = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128}
TINY = {"model_config": SHAPE, "batch_size": 8, "steps": 6, "save_every": 2, "log_every": 1, "threads": 1}


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "shards"
    return write_shards(folder, [random_rows(50), random_rows(31, seed=1)], [random_rows(40, seed=2)])


@pytest.fixture(scope="module")
def made(shards, tmp_path_factory):
    output = tmp_path_factory.mktemp("made") / "model"
    return output, train([shards], str(output), TrainSettings(**TINY), quiet=True)


def lines_of(output):
    return [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]


def test_the_card_has_what_a_paper_needs_and_nothing_of_the_machine(made, shards, tmp_path):
    output, summary = made
    card = (output / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlibrary_name: transformers\npipeline_tag: fill-mask\ntags:\n- bert\n")
    digest = json.loads((output / "training.json").read_text())["data"][0]
    validation = summary["validation"]
    for words in (
        f"shards `{digest}`", "6 steps of 8 rows", f"{summary['words']:,} words", f"{summary['tokens']:,} tokens",
        "seed 0", f"{summary['flops']:.3g} floating-point operations", "peak learning rate 0.002",
        f"| MLM loss (nats per masked token) | {validation['mlm_loss']:.3f} | {validation['unigram_loss']:.3f} |",
        f"| NSP accuracy | {validation['nsp_accuracy']:.1%} (",
    ):  # fmt: skip
        assert words in card, words
    assert str(tmp_path.parent) not in card and shards not in card
    assert not re.search(r"\b20\d\d-\d\d", card)


def test_the_card_of_a_whole_run_has_words_and_sources(road, tmp_path):
    train([str(road / "shards")], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    counters = json.loads((road / "sentences" / "manifest.json").read_text())["counters"]
    assert f"{counters['words']:,} words in {counters['sentences']:,} sentences of {counters['documents']:,}" in card
    assert "sources as recorded: animals.txt, articles.jsonl" in card and str(road) not in card
    assert "pairing matched, at most 48 tokens" in card


def test_words_are_counted_by_the_tokens_that_begin_one(road, tmp_path):
    summary = train([str(road / "shards")], str(tmp_path / "model"), TrainSettings(**{**TINY, "steps": 1}), quiet=True)
    assert 0.3 < summary["words"] / summary["tokens"] < 0.95
    run = prepared([str(road / "shards")], tmp_path, TrainSettings(**TINY), World(0, 1, torch.device("cpu")))
    rows = run.data.training.take(torch.arange(20).numpy())
    true = rows.ids.copy()
    starts = rows.offsets[:-1].repeat(rows.mask_offsets[1:] - rows.mask_offsets[:-1])
    true[rows.positions + starts] = rows.true_ids
    words = [
        token for token in map(run.data.vocabulary.tokens.__getitem__, true) if token[:2] != "##" and token[0] != "["
    ]
    assert run.data.batch(torch.zeros(20).numpy(), torch.arange(20).numpy(), False).words == len(words)


def test_speed_counts_only_what_the_losses_need(made):
    output, summary = made
    logged = [line for line in lines_of(output) if "loss" in line]
    assert all(line["flops_per_second"] > 0 and "mfu" not in line for line in logged)  # the peak of a CPU is unknown
    assert summary["mfu"] is None and summary["peak_memory_bytes"] > 10**7
    assert flops.speed_of(100, 50, 2, 1e3) == {"tokens_per_second": 50.0, "flops_per_second": 25, "mfu": 0.025}
    assert log.speed_text({"tokens_per_second": 7e5, "flops_per_second": 4e14, "mfu": 0.5}) == (
        "700,000 tokens/s, 400 TFLOP/s (MFU 50.0 %)"
    )


def test_tensorboard_gets_the_metrics_and_drops_repeated_steps(shards, made, tmp_path, monkeypatch):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    output = tmp_path / "model"
    settings = TrainSettings(**TINY, tensorboard=True, eval_every=3)

    before_step(monkeypatch, 3, interrupt)  # step 3 is logged, but not in the checkpoint
    with pytest.raises(KeyboardInterrupt):
        train([shards], str(output), settings, quiet=True)
    monkeypatch.undo()
    train([shards], str(output), settings, quiet=True)
    events = accumulator.EventAccumulator(str(output / "tensorboard")).Reload()
    found = {event.step: event.value for event in events.Scalars("loss")}
    expected = {line["step"]: line["loss"] for line in lines_of(made[0]) if "loss" in line}
    assert found == pytest.approx(expected, rel=1e-6) and len(events.Scalars("loss")) == 6
    assert [event.step for event in events.Scalars("validation/mlm_loss")] == [3]
    train([shards], str(output), TrainSettings(**TINY), overwrite=True, quiet=True)
    assert not (output / "tensorboard").exists()


def test_tensorboard_that_is_not_installed_is_named_before_any_work(shards, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch.utils.tensorboard", None)
    with pytest.raises(
        UsageError, match=r"needs tensorboard, which is not installed; try: pip install 'bertprep\[tensor"
    ):
        train([shards], str(tmp_path / "model"), TrainSettings(**TINY, tensorboard=True))
    assert not (tmp_path / "model").exists()


def test_a_dry_run_predicts_the_run_and_writes_nothing(shards, made, tmp_path, monkeypatch):
    monkeypatch.setattr(dry_run, "STEPS_BEFORE", 1)
    found = train([shards], str(tmp_path / "model"), TrainSettings(**TINY), dry_run=True, quiet=True)
    assert list(tmp_path.iterdir()) == []
    summary = made[1]
    assert (found["steps"], found["rows"], found["measured_steps"]) == (6, 48, 5)
    for name in ("words", "tokens", "flops"):
        assert found[name] == pytest.approx(summary[name], rel=0.1), name
    assert found["hours"] == pytest.approx(found["tokens"] / found["tokens_per_second"] / 3600, rel=1e-3)
    assert found["peak_memory_bytes"] > 10**7
    one = train([shards], str(tmp_path / "model"), TrainSettings(**{**TINY, "steps": 1}), dry_run=True, quiet=True)
    assert one["measured_steps"] == 1


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nmore"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ],
)
def test_too_little_memory_says_what_to_lower(shards, tmp_path, monkeypatch, error):
    def fail(_):
        raise error

    before_step(monkeypatch, 5, fail)
    settings = TrainSettings(**TINY, gradient_accumulation=2)
    with pytest.raises(
        StageError, match=r"with --batch-size 8 in 2 part.*step-000004.*--gradient-accumulation 4.*--grad"
    ):
        train([shards], str(tmp_path / "model"), settings, quiet=True)
    monkeypatch.undo()
    less = TrainSettings(**TINY, gradient_accumulation=2, gradient_checkpointing=True)
    assert train([shards], str(tmp_path / "model"), less, quiet=True)["finished"]


def test_other_errors_of_torch_are_left_alone():
    with pytest.raises(RuntimeError, match="shapes"), memory.out_of_memory_explained(TrainSettings(), Path()):
        raise RuntimeError("shapes differ")


def test_checkpointed_gradients_are_the_same_bit_for_bit(shards, made, tmp_path):
    output = tmp_path / "model"
    train([shards], str(output), TrainSettings(**TINY, gradient_checkpointing=True), quiet=True)  # dropout is on
    for one, two in zip(lines_of(output), lines_of(made[0]), strict=True):
        assert [one.get(name) for name in ("loss", "gradient")] == [two.get(name) for name in ("loss", "gradient")]
    assert (output / "model.safetensors").read_bytes() == (made[0] / "model.safetensors").read_bytes()


def test_checkpointing_keeps_less_for_the_gradients(shards, tmp_path):
    def kept(checkpointing):
        settings = TrainSettings(**TINY, gradient_checkpointing=checkpointing)
        run = prepared([shards], tmp_path, settings, World(0, 1, torch.device("cpu")))
        sizes = []
        with torch.autograd.graph.saved_tensors_hooks(lambda x: sizes.append(x.numel()) or x, lambda x: x):
            run.model(run.batches.read(0)[0])
        return sum(sizes)

    assert kept(True) < 0.5 * kept(False)


def test_evaluate_reports_perplexity_and_an_interval(made, shards):
    measured = evaluate(str(made[0]), [shards], device="cpu")
    assert measured["mlm_perplexity"] == pytest.approx(torch.tensor(measured["mlm_loss"]).exp().item(), rel=1e-5)
    assert measured == evaluate(str(made[0]), [f"wiki=1:{shards}"], device="cpu")
    low, high = measured["nsp_accuracy_interval"]
    assert 0 < low < measured["nsp_accuracy"] < high < 1
    assert wilson(10, 20) == pytest.approx([0.2993, 0.7007], abs=1e-4)  # Wilson's, by hand
    assert wilson(0, 10) == pytest.approx([0, 0.2775], abs=1e-4)


def test_onednn_keeps_nothing_by_shape_while_training_in_float32():
    with memory.steady_memory(World(0, 1, torch.device("cpu"))):
        assert not torch.backends.mkldnn.enabled
    assert torch.backends.mkldnn.enabled
    with memory.steady_memory(World(0, 1, torch.device("cpu"), dtype=torch.bfloat16)):
        assert torch.backends.mkldnn.enabled  # needed for fast bfloat16 products


def test_a_temporary_file_of_a_killed_run_does_not_block_the_next(made, shards, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / temporary_name("training.json")).write_text("{")
    settings = TrainSettings(steps=1, batch_size=4, device="cpu")
    assert train([str(shards)], str(tmp_path / "model"), settings, quiet=True)["finished"]
    assert not list((tmp_path / "model").glob(".*"))


def test_checkpoints_half_written_or_half_deleted_are_cleared_away(shards, tmp_path):
    settings = TrainSettings(steps=2, batch_size=4, save_every=1, keep=1, device="cpu")
    train([str(shards)], str(tmp_path / "model"), settings, quiet=True)
    states = tmp_path / "model" / "checkpoints"
    for left in (".step-000009.partial", "step-000001"):
        (states / left).mkdir()
        (states / left / "config.json").write_text("{}")
    train([str(shards)], str(tmp_path / "model"), settings, quiet=True)
    assert [path.name for path in states.iterdir()] == ["step-000002"]
