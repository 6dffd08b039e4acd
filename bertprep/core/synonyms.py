"""Names of our options in Google's BERT code, `transformers`, `datasets` and fairseq; suggestions for unknown names."""

import difflib
from collections.abc import Iterable

SYNONYMS = {
    "lr": "learning_rate",
    "peak_lr": "learning_rate",
    "mlm_probability": "mask_prob",
    "masked_lm_prob": "mask_prob",
    "mlm_prob": "mask_prob",
    "mask_probability": "mask_prob",
    "max_seq_length": "max_length",
    "max_seq_len": "max_length",
    "seq_length": "max_length",
    "block_size": "max_length",
    "max_position_embeddings": "max_length",
    "dupe_factor": "copies",
    "short_seq_prob": "short_probability",
    "short_seq_probability": "short_probability",
    "max_predictions_per_seq": "max_predictions",
    "do_whole_word_mask": "strategy",
    "whole_word_mask": "strategy",
    "random_seed": "seed",
    "num_train_epochs": "epochs",
    "num_epochs": "epochs",
    "max_steps": "steps",
    "num_train_steps": "steps",
    "train_steps": "steps",
    "total_steps": "steps",
    "output_dir": "output",
    "output_file": "output",
    "out": "output",
    "num_workers": "workers",
    "num_proc": "workers",
    "processes": "workers",
    "jobs": "workers",
    "per_device_train_batch_size": "batch_size",
    "train_batch_size": "batch_size",
    "gradient_accumulation_steps": "gradient_accumulation",
    "accumulate": "gradient_accumulation",
    "grad_accum": "gradient_accumulation",
    "warmup_ratio": "warmup_share",
    "warmup_proportion": "warmup_share",
    "num_warmup_steps": "warmup_share",
    "warmup_steps": "warmup_share",
    "max_grad_norm": "clip",
    "clip_norm": "clip",
    "grad_clip": "clip",
    "hidden_dropout_prob": "dropout",
    "bf16": "precision",
    "fp16": "precision",
    "torch_compile": "compile",
    "eval_steps": "eval_every",
    "evaluation_steps": "eval_every",
    "save_steps": "save_every",
    "save_checkpoints_steps": "save_every",
    "save_interval": "save_every",
    "logging_steps": "log_every",
    "save_total_limit": "keep",
    "init_checkpoint": "init_from",
    "model_name_or_path": "init_from",
    "resume_from_checkpoint": "resume",
    "overwrite_output_dir": "overwrite",
    "force": "overwrite",
    "bert_config_file": "model_config",
    "config_name": "model_config",
    "no_cuda": "device",
    "use_cpu": "device",
    "vocab_file": "vocab",
    "tokenizer": "vocab",
    "tokenizer_name": "vocab",
    "vocab_size": "size",
    "do_lower_case": "lowercase",
    "uncased": "lowercase",
    "language": "lang",
    "validation_split_percentage": "validation_share",
    "test_size": "validation_share",
    "text_column": "text_field",
    "text_column_name": "text_field",
    "text_key": "text_field",
    "max_samples": "limit",
    "dry": "dry_run",
    "verbose": "log_file",
    "silent": "quiet",
    "checkpoint": "resume",
    "num_shards": "shards",
}


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, by another tool's name for it or by similar spelling; else None.

    >>> meant("lr", ["learning_rate", "seed"]), meant("sede", ["learning_rate", "seed"]), meant("zzz", ["seed"])
    ('learning_rate', 'seed', None)
    """
    names = {each.strip("-").replace("-", "_"): each for each in known}
    plain = name.strip("-").replace("-", "_")
    if (ours := SYNONYMS.get(plain)) in names:
        return names[ours]
    if f"vocab_{ours}" in names:  # the name in `run` of the vocabulary's size
        return names[f"vocab_{ours}"]
    close = difflib.get_close_matches(plain, list(names), 1)
    return names[close[0]] if close else None
