"""The columns of every folder, as Arrow schemas.

Readers yield DOCUMENTS, which are never written to disk; SENTENCES, PAIRS and EXAMPLES are the on-disk format
(`docs/format.md`). Each field's unit is in its metadata. Token ids are uint16, or uint32 if the vocabulary has more than
65,536 entries, so `pairs` and `examples` take the vocabulary's size.
"""

import pyarrow as pa

FORMAT_VERSION = 1


def field(name: str, kind: pa.DataType, unit: str, nullable: bool = True) -> pa.Field:
    """A column with its unit in the field's metadata."""
    return pa.field(name, kind, nullable, {"unit": unit})


def id_type(vocabulary_size: int) -> pa.DataType:
    """uint16 if it holds every id of the vocabulary, else uint32."""
    return pa.uint16() if vocabulary_size <= 65_536 else pa.uint32()


DOCUMENTS = pa.schema(
    [
        field("source", pa.string(), "input file, relative to the argument that named it"),
        field("source_id", pa.string(), "page id, JSON id, or null where the line tells"),
        field("line", pa.int64(), "first line or row in the file, from 1; null where source_id tells"),
        field("title", pa.string(), "title, or null"),
        field("declared_language", pa.string(), "code of the language that the source says it is in, or null"),
        field(
            "paragraph_lines", pa.bool_(), "whether each line of the text is a paragraph; null where the format tells"
        ),
        field("source_group", pa.string(), "value of --source-field, or null"),
        field("text", pa.string(), "text"),
    ]
)

SENTENCES = pa.schema(
    [
        field("document_id", pa.string(), "128-bit hash of the cleaned text, hex"),
        field("source", pa.string(), "input file, relative to the argument that named it"),
        field("source_id", pa.string(), "page id, JSON id, or line"),
        field("title", pa.string(), "title, or null"),
        field("language", pa.string(), "ISO 639-1 code, or und"),
        field("sentences", pa.list_(pa.string()), "sentences in order"),
        field("source_group", pa.string(), "value of --source-field, or the number of the argument, from 1"),
    ]
)
CLEANED = SENTENCES.append(
    field("holes", pa.list_(pa.uint32()), "indices of the sentences before which others were cut out, ascending")
)
LATER = ("source_group",)  # columns that folders made by earlier versions do not have


def is_of(found: pa.Schema, expected: pa.Schema) -> bool:
    """Whether a schema is the expected one, or that of an earlier version."""
    earlier = pa.schema([each for each in expected if each.name not in LATER])
    return found.equals(expected) or found.equals(earlier)


def sentences(vocabulary_size: int) -> pa.Schema:
    """The columns of a `sentences` folder; they hold no ids, so the vocabulary's size does not matter."""
    return SENTENCES


def cleaned(vocabulary_size: int) -> pa.Schema:
    """The columns of a `clean` folder: those of `sentences` and `holes`."""
    return CLEANED


def pairs(vocabulary_size: int) -> pa.Schema:
    """The columns of a `pairs` folder; sentence indices and counts describe A and B before trimming."""
    ids = pa.list_(id_type(vocabulary_size))
    return pa.schema(
        [
            field("ids_a", ids, "token ids of A"),
            field("ids_b", ids, "token ids of B; empty without a second part"),
            field("is_next", pa.bool_(), "B follows A in the corpus; null without a second part"),
            field("document_a", pa.string(), "document_id in sentences"),
            field("first_sentence_a", pa.uint32(), "index of A's first sentence in its document, from 0"),
            field("sentence_count_a", pa.uint32(), "sentences"),
            field("document_b", pa.string(), "document_id in sentences; null without a second part"),
            field("first_sentence_b", pa.uint32(), "index of B's first sentence in its document, from 0"),
            field("sentence_count_b", pa.uint32(), "sentences"),
        ]
    )


def examples(vocabulary_size: int) -> pa.Schema:
    """The columns of a `shards` folder."""
    ids = pa.list_(id_type(vocabulary_size))
    return pa.schema(
        [
            field("input_ids", ids, "token ids, masked: [CLS] A [SEP] B [SEP]; no padding"),
            field("segment_b_start", pa.uint16(), "position where B begins; the row's length without B"),
            field("masked_lm_positions", pa.list_(pa.uint16()), "positions to predict, ascending"),
            field("masked_lm_ids", ids, "true token ids at these positions"),
            field("next_sentence_label", pa.uint8(), "0 is next, 1 is random; null without a second part"),
            field("pair", pa.uint64(), "row number in the split's pairs, from 0"),
        ]
    )
