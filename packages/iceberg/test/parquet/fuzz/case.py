"""One random case: the files of a table, what is to be made of them, and what has to come out."""

import json
import os
import random

import fingerprint
import table
from file import Habits, has, write

# Which part of the files has how many rows.
SIZES = ((0.06, 0, 0), (0.06, 1, 1), (0.5, 2, 20), (0.32, 20, 120), (0.05, 120, 1000), (0.01, 1000, 3000))


def rows_of(rng):
    [(_, least, most)] = rng.choices(SIZES, [share for share, _, _ in SIZES])
    return rng.randint(least, most)


def make(folder, seed, number, columns=None, files=None):
    """
    Writes the files of a case, and describes it.

    :param columns: the field ids of the columns that are kept, when a failing case is made smaller
    :param files: the numbers of its files that are kept
    """
    rng = random.Random(f"{seed} {number}")
    all_fields = table.columns(rng)
    properties = table.properties(rng, all_fields)
    has_mapping = rng.random() < 0.1
    has_lineage = rng.random() < 0.15
    outputs = rng.choice((1, 1, 1, 1, 2, 3))
    on_threads = rng.random() < 0.5
    # INT96 is not read as nanoseconds.
    may_be_int96 = not any(has(field["type"], lambda one: one.endswith("_ns")) for field in all_fields)
    rows = [rows_of(rng) for _ in range(rng.choice((2, 2, 2, 3, 3, 4, 5)))]
    described = [rng.choice(("bare", "footer", "footer")) for _ in rows]
    fields = [field for field in all_fields if columns is None or field["id"] in columns]
    if has_lineage:
        fields += [table.ROW_ID, table.LAST_UPDATED]
    if has_mapping:
        properties["schema.name-mapping.default"] = json.dumps(table.mapping({"type": "struct", "fields": all_fields}))
    texts = {field["id"]: [] for field in fields}
    inputs = []
    for at, count in enumerate(rows):
        if files is None or at in files:
            name = f"{seed} {number} {at}"
            habits = Habits.of(random.Random(f"{name} habits"), fields, has_mapping and at % 2 == 0, may_be_int96)
            own, own_texts = write(os.path.join(folder, f"{at}.parquet"), name, fields, count, habits, has_lineage)
            inputs.append({**own, "described": described[at]})
            for key, column in own_texts.items():
                texts[key] += column
    return {
        "schema": {"type": "struct", "schema-id": 0, "fields": fields},
        "properties": properties,
        "outputs": outputs,
        "threads": on_threads,
        "inputs": inputs,
        "rows": len(next(iter(texts.values()))),
        "expected": {str(key): fingerprint.digest(column) for key, column in texts.items()},
        "foreign": [field["id"] for field in fields if has(field["type"], lambda one: one == "timestamptz_ns")],
    }
