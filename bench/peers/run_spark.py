"""Runs SQL in Spark over the lakehouse in a folder: run_spark.py <folder> <jars>

Each line of the standard input is {"before": [sql, …], "call": sql}; each answer is a line {"ms": …, "result": …}, the time of the call
alone and the first figure that it gave. The catalog `local` is the lakehouse's; in `registered`, which goes with the session, tables are
registered under other names."""

import json
import sys
import tempfile
import time

from pyspark.sql import SparkSession

folder, jars = sys.argv[1:3]
own = tempfile.TemporaryDirectory()
catalogs = {"local": f"{folder}/.phlo/catalog.db", "registered": f"{own.name}/catalog.db"}
builder = SparkSession.builder.master("local[*]").appName("bench").config("spark.jars", jars)
settings = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}
for catalog, database in catalogs.items():
    prefix = f"spark.sql.catalog.{catalog}"
    settings[prefix] = "org.apache.iceberg.spark.SparkCatalog"
    settings[f"{prefix}.type"] = "jdbc"
    settings[f"{prefix}.uri"] = f"jdbc:sqlite:{database}"
    settings[f"{prefix}.jdbc.schema-version"] = "V1"
    settings[f"{prefix}.warehouse"] = f"file://{folder}/.phlo/warehouse"
    settings[f"{prefix}.cache-enabled"] = "false"
for key, value in settings.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
for line in sys.stdin:
    request = json.loads(line)
    for sql in request["before"]:
        spark.sql(sql).collect()
    begin = time.perf_counter()
    rows = spark.sql(request["call"]).collect()
    print(json.dumps({"ms": (time.perf_counter() - begin) * 1000, "result": rows[0][0] if rows else None}, default=str), flush=True)
spark.stop()
