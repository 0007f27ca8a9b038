"""dbt: what it finds of sources in a properties file, which it parses as a part of a project; types in the words of Iceberg, where they are told."""

import contextlib
import sys
import tempfile
from pathlib import Path

import yaml

with contextlib.redirect_stdout(sys.stderr):
    from dbt.cli.main import dbtRunner

PROJECT = "name: judge\nversion: '1.0'\nprofile: judge\nmodel-paths: [models]\n"
PROFILES = "judge:\n  target: memory\n  outputs:\n    memory: {type: duckdb, path: ':memory:'}\n"

# How data types of an engine begin. Of what has no counterpart it is the nearest.
WORDS = {
    "spark": {
        **{"boolean": "BOOLEAN", "int": "INT", "long": "BIGINT", "float": "FLOAT", "double": "DOUBLE", "decimal": "DECIMAL(", "date": "DATE"},
        **{"time": "BIGINT", "timestamp": "TIMESTAMP_NTZ", "timestamp_ns": "TIMESTAMP_NTZ", "timestamptz": "TIMESTAMP", "timestamptz_ns": "TIMESTAMP"},
        **{"string": "STRING", "uuid": "STRING", "fixed": "BINARY", "binary": "BINARY", "variant": "VARIANT", "geometry": "BINARY"},
        **{"geography": "BINARY", "unknown": "VOID", "struct": "STRUCT<", "list": "ARRAY<", "map": "MAP<"},
    },
    "trino": {
        **{"boolean": "BOOLEAN", "int": "INTEGER", "long": "BIGINT", "float": "REAL", "double": "DOUBLE", "decimal": "DECIMAL(", "date": "DATE"},
        **{"time": "TIME(6)", "timestamp": "TIMESTAMP(6)", "timestamp_ns": "TIMESTAMP(9)", "timestamptz": "TIMESTAMP(6) WITH TIME ZONE"},
        **{"timestamptz_ns": "TIMESTAMP(9) WITH TIME ZONE", "string": "VARCHAR", "uuid": "UUID", "fixed": "VARBINARY", "binary": "VARBINARY"},
        **{"variant": "JSON", "geometry": "VARBINARY", "geography": "VARBINARY", "unknown": "VARCHAR", "struct": "ROW(", "list": "ARRAY("},
        **{"map": "MAP("},
    },
}


class Project:
    """A folder that stays: dbt keeps in it what it has parsed, and parses what has changed."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="phlo-dbt-")
        root = Path(self.folder.name)
        (root / "models").mkdir()
        (root / "dbt_project.yml").write_text(PROJECT)
        (root / "profiles.yml").write_text(PROFILES)
        self.file = root / "models" / "schema.yml"
        self.runner = dbtRunner()

    def parse(self, content):
        self.file.write_bytes(content)
        folder = self.folder.name
        quiet = ["--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-send-anonymous-usage-stats", "--no-version-check"]
        with contextlib.redirect_stdout(sys.stderr):
            answer = self.runner.invoke(["parse", "--project-dir", folder, "--profiles-dir", folder, "--warn-error", *quiet])
        if not answer.success:
            raise answer.exception
        return answer.result


project = Project()


def read(content, engine):
    manifest = project.parse(content)
    required = {}
    for test in manifest.nodes.values():
        assert test.test_metadata.name == "not_null", test
        [source] = test.depends_on.nodes
        required.setdefault(source, set()).add(test.column_name)
    listed = [(source["name"], table["name"]) for source in yaml.safe_load(content)["sources"] for table in source["tables"]]
    assert len(listed) == len(manifest.sources), (listed, list(manifest.sources))
    names = [f"source.judge.{source}.{table}" for source, table in listed]
    return [table_of(manifest.sources[name], required.get(name, set()), engine) for name in names]


def table_of(source, required, engine):
    meta = source.config.meta.get("iceberg", {})
    return {
        "name": meta.get("name") or [*source.schema.split("."), source.identifier],
        "doc": source.description or None,
        **({"identifier": [[path] for path in meta["identifier"]]} if all(plain(path) for path in meta.get("identifier", ["."])) else {}),
        "columns": [listed_column(column, required, engine) for column in source.columns.values()],
    }


def plain(path):
    """Paths of columns are texts with backquotes and dots, where names are odd."""
    return path.isidentifier()


def listed_column(column, required, engine):
    meta = column.config.meta["iceberg"]
    word = meta["type"].split("(")[0].split("[")[0]
    assert column.data_type.startswith(WORDS[engine][word]), f"{meta['type']} is {column.data_type}"
    is_required = column.name in required or f'"{column.name}"' in required
    return column_of({**meta, "name": column.name, "description": column.description or None, "required": is_required})


def column_of(meta):
    found = {
        "name": meta["name"],
        "type": meta["type"],
        "required": meta.get("required", False),
        "id": meta["id"],
        "doc": meta.get("description"),
        "initialDefault": meta.get("initial-default"),
        "writeDefault": meta.get("write-default"),
    }
    return found | ({"children": [column_of(inner) for inner in meta["columns"]]} if "columns" in meta else {})
