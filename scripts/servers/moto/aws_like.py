"""moto's server with what its Glue lacks and AWS has: versions are checked (VersionId), kept or not (SkipArchive), lists come in pages,
and one change of a table ends before the next begins. Called like `python -m moto.server`."""

import sys
import threading

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.exceptions import GlueClientError
from moto.glue.responses import GlueResponse
from moto.server import main

# AWS gives at most 100; fewer make lists of pages out of the few tables of a test.
MOST_OF_A_PAGE = 20
one_at_a_time = threading.Lock()


def page(name, items, asked):
    """A page goes on behind the last name of the one before, so that nothing is passed over when others are dropped meanwhile."""
    last = asked.get("NextToken") or ""
    rest = sorted((item for item in items if item["Name"] > last), key=lambda item: item["Name"])
    size = min(int(asked.get("MaxResults") or MOST_OF_A_PAGE), MOST_OF_A_PAGE)
    return ActionResult({name: rest[:size], **({"NextToken": rest[size - 1]["Name"]} if len(rest) > size else {})})


def get_tables(self):
    tables = self.glue_backend.get_tables(self.parameters["DatabaseName"], self.parameters.get("Expression"))
    return page("TableList", [table.as_dict() for table in tables], self.parameters)


def get_databases(self):
    return page("DatabaseList", [database.as_dict() for database in self.glue_backend.get_databases()], self.parameters)


def update_table(self):
    asked = self.parameters
    table = self.glue_backend.get_table(asked["DatabaseName"], asked["TableInput"]["Name"])
    version = str(table._current_version)
    if asked.get("VersionId") not in (None, version):
        raise GlueClientError("ConcurrentModificationException", "Update table failed due to concurrent modifications.")
    table.update(asked["TableInput"])
    if asked.get("SkipArchive"):
        table.versions.pop(version, None)
    return EmptyResult()


def alone(call):
    def run(self):
        with one_at_a_time:
            return call(self)

    return run


GlueResponse.get_tables = get_tables
GlueResponse.get_databases = get_databases
GlueResponse.create_table = alone(GlueResponse.create_table)
GlueResponse.update_table = alone(update_table)
GlueResponse.delete_table = alone(GlueResponse.delete_table)
main(sys.argv[1:])
