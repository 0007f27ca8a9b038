import type {TableMetadata} from '../../spec/table-metadata.js'

/** What version 2 brings (spec, "Version 2: Row-level Deletes"). */
const VERSION_2 = [
  'Rows can be deleted without rewriting their data files: by position and equality delete files.',
  'Commits have sequence numbers; what is in the table now has the number 0. No file is rewritten.',
  'Readers and writers that know only format version 1 cannot open the table any more.',
]

/** What version 3 brings (spec, "Version 3: Extended Types and Capabilities"). */
const VERSION_3 = [
  'Rows have ids that stay with them (row lineage): next-row-id begins at 0, and the rows that there are get theirs with the next commit.',
  'Writers delete rows by deletion vectors, and add no position delete files; those that there are go on to apply.',
  'Columns can have default values and the types timestamp_ns, timestamptz_ns, variant, geometry, geography and unknown.',
  'Readers and writers that know only format versions 1 and 2 cannot open the table any more.',
]

/** What an upgrade means for a table, a sentence each. There is no way back. */
export function consequencesOf(metadata: TableMetadata, to: number): readonly string[] {
  const from = metadata['format-version']
  const earlier = metadata.snapshots.length
  return [
    ...(from < 2 && to >= 2 ? VERSION_2 : []),
    ...(from < 3 && to >= 3 ? VERSION_3 : []),
    ...(earlier > 0 ? ['Every snapshot stays, and can be read and rolled back to as before.'] : []),
    'A table cannot go back to an older format version.',
  ]
}
