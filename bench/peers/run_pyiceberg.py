"""Does one thing with the table bench.events in PyIceberg and tells how long it took:
run_pyiceberg.py <catalog properties as JSON> overwrite|files|schemas"""

import json
import sys
import time

from pyiceberg.catalog.sql import SqlCatalog


def overwrite(table):
    table.overwrite(table.scan().to_arrow())


def files(table):
    table.inspect.files()


def schemas(table):
    table.schemas()


properties, what = json.loads(sys.argv[1]), {"overwrite": overwrite, "files": files, "schemas": schemas}[sys.argv[2]]
begin = time.perf_counter()
what(SqlCatalog("local", **properties).load_table("bench.events"))
print(json.dumps({"ms": (time.perf_counter() - begin) * 1000}))
