"""Random settings of the two writers."""

import random

ENCODINGS = {
    "BOOLEAN": ["PLAIN", "RLE"],
    "INT32": ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
    "INT64": ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
    "INT96": ["PLAIN"],
    "FLOAT": ["PLAIN", "BYTE_STREAM_SPLIT"],
    "DOUBLE": ["PLAIN", "BYTE_STREAM_SPLIT"],
    "BYTES": ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"],
    "FIXED": ["PLAIN", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT"],
}
CODECS = ["zstd", "snappy", "gzip", "brotli", "lz4", "none"]


def of_arrow(name, habits, leaves, rows):
    """
    Arguments of PyArrow's `write_table`.

    :param name: of the file: what is asked of a column stays the same when others are dropped
    :param leaves: paths with their physical types
    """
    rng = random.Random(f"{name} settings")
    owns = {path: random.Random(f"{name} {path}") for path, _ in leaves}
    dictionary = [path for path, own in owns.items() if own.random() < 0.6]
    encodings = {path: owns[path].choice(ENCODINGS[kind]) for path, kind in leaves if path not in dictionary}
    codec = rng.choice(CODECS)
    has_own_codecs = rng.random() < 0.2
    has_statistics = rng.random() < 0.7
    # Many row groups of one row would only take time.
    row_groups = (rows, rows, rows // 2 + 1, rows // 5 + 1, rows // 20 + 1)
    return {
        "version": "2.6",
        "compression": {path: own.choice(CODECS) for path, own in owns.items()} if has_own_codecs else codec,
        "data_page_version": rng.choice(("1.0", "2.0")),
        "data_page_size": rng.choice((64, 300, 1000, 20_000, 2**20, 2**20)),
        "write_batch_size": rng.choice((1 if rows < 60 else 50, 5, 20, 100, 1024)),
        "max_rows_per_page": rng.choice((None, None, 1 if rows < 60 else None, 10, 100)),
        "use_dictionary": dictionary,
        "dictionary_pagesize_limit": rng.choice((20, 200, 5000, 2**20, 2**20)),
        "column_encoding": encodings or None,
        "row_group_size": max(1, rng.choice(row_groups)),
        "write_page_index": rng.random() < 0.5,
        "write_statistics": True if has_statistics else [path for path, own in owns.items() if own.random() < 0.5],
        "write_page_checksum": rng.random() < 0.5,
        "store_decimal_as_integer": habits.integers,
        "use_deprecated_int96_timestamps": habits.int96,
        "use_compliant_nested_type": habits.compliant,
        "store_schema": rng.random() < 0.5,
        "bloom_filter_options": {path: {"ndv": 50} for path, kind in leaves if kind != "BOOLEAN" and owns[path].random() < 0.05} or None,
    }


def of_duckdb(name):
    """Options of DuckDB's `COPY`."""
    rng = random.Random(f"{name} settings")
    return {
        "CODEC": rng.choice(("zstd", "snappy", "gzip", "brotli", "lz4_raw", "uncompressed")),
        "PARQUET_VERSION": rng.choice(("V1", "V2")),
        "ROW_GROUP_SIZE": rng.choice((1, 2048, 122_880)),
        "DICTIONARY_SIZE_LIMIT": rng.choice((0, 2, 20, 100_000)),
        "STRING_DICTIONARY_PAGE_SIZE_LIMIT": rng.choice((50, 1000, 2**20)),
        "WRITE_BLOOM_FILTER": rng.choice(("true", "false")),
    }
