"""What metadata files need, read by PyIceberg.

Takes JSON on standard input: [{"metadata": METADATA_JSON, "snapshot": id or null, "scan": true or false}, …], and prints for each of them
  files     every path that the metadata refers to: itself, statistics, and the manifest lists, manifests and live files of all snapshots
  one       what of that the one snapshot needs, entries that were deleted among it, and the metadata file itself: what nessie-gc keeps
  rows      the rows of the current snapshot, read in full; null without "scan"
"""

import json
import sys
from functools import cache

from pyiceberg.io import load_file_io
from pyiceberg.manifest import ManifestEntryStatus
from pyiceberg.table import StaticTable

IO = load_file_io({})


@cache
def entries(manifest_path):
    """(path, whether it is live) of each entry; the manifest was met in a list before."""
    return [
        (entry.data_file.file_path, entry.status != ManifestEntryStatus.DELETED)
        for entry in MET[manifest_path].fetch_manifest_entry(IO, discard_deleted=False)
    ]


MET = {}


def of_snapshot(snapshot, deleted_too):
    paths = {snapshot.manifest_list}
    for manifest in snapshot.manifests(IO):
        MET[manifest.manifest_path] = manifest
        paths.add(manifest.manifest_path)
        paths.update(path for path, live in entries(manifest.manifest_path) if live or deleted_too)
    return paths


def judged(item):
    location = item["metadata"]
    table = StaticTable.from_metadata(location)
    metadata = table.metadata
    files = {location}
    files.update(file.statistics_path for file in [*metadata.statistics, *metadata.partition_statistics])
    for snapshot in metadata.snapshots:
        files |= of_snapshot(snapshot, False)
    one = {location}
    wanted = item["snapshot"]
    if wanted is not None and int(wanted) >= 0:
        one |= of_snapshot(metadata.snapshot_by_id(int(wanted)), True)
    return {
        "location": metadata.location,
        "files": sorted(files),
        "one": sorted(one),
        "rows": table.scan().to_arrow().num_rows if item["scan"] else None,
    }


json.dump([judged(item) for item in json.load(sys.stdin)], sys.stdout)
