"""Runs the SQL of the standard input, a JSON list of statements, in DuckDB and tells how long the last one took: run_duckdb.py [extension]…"""

import glob
import json
import sys
import time

import duckdb

connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
for extension in sys.argv[1:]:
    found = [path for folder in sys.path for path in glob.glob(f"{folder}/**/{extension}.duckdb_extension", recursive=True)]
    connection.execute(f"LOAD '{found[0]}'")
for statement in json.load(sys.stdin):
    begin = time.perf_counter()
    connection.execute(statement)
    ms = (time.perf_counter() - begin) * 1000
print(json.dumps({"ms": ms}))
