"""Turn text corpora into BERT pre-training data, and train on it."""

__version__ = "0.1.0"
