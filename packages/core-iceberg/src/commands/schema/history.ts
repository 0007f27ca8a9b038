import {type CatalogCommit, formatTableName, formatTimestamp, type SchemaDifference, type SchemaVersion} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {diffSchemas} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {schemaVersions} from '../../schema/versions.js'

interface Version extends Omit<SchemaVersion, 'schema'> {
  /** Against the schema before it; of the first one all columns. */
  readonly changes: readonly SchemaDifference[]
}

export default class SchemaHistory extends SchemaCommand<{table: string; versions: readonly Version[]}> {
  static override summary = 'Shows every schema that a table has had: when it came, by which snapshot and whom, and what it changed.'
  static override description =
    "When a schema came is read from the table's metadata log, as far as it goes back, else from the first snapshot that was made with it. On a catalog with a log of its own, such as Nessie, the commit that made it is told, too, and the merge that brought it to the branch."
  static override examples = [
    '<%= config.bin %> schema history sales.orders',
    '<%= config.bin %> schema history sales.orders --ref dev --json',
  ]
  static override args = {table: tableArg}

  async run() {
    const {args} = await this.parse(SchemaHistory)
    const table = await this.openIcebergTable(args.table)
    const known = await schemaVersions(await this.openCatalog(), table)
    const versions = known.map(({schema, ...version}, index): Version => {
      const before = known[index - 1]?.schema ?? {type: 'struct' as const, fields: []}
      return {...version, changes: diffSchemas(before, schema)}
    })
    for (const {schemaId, since, snapshotId, author, commit, mergedBy, isBeforeLog, current, changes} of versions) {
      const facts = [
        since === null ? 'nobody knows since when' : formatTimestamp(since),
        ...(snapshotId === null ? [] : [`snapshot ${snapshotId}`]),
        ...(author === null ? [] : [`by ${author}`]),
        ...(commit === null ? [] : [commitText(commit, isBeforeLog)]),
        ...(mergedBy === null ? [] : [`merged by ${shortened(mergedBy.hash)}`]),
        ...(current ? ['current'] : []),
      ]
      this.log(`Schema ${schemaId}: ${facts.join(', ')}`)
      const lines = formatTable(changes, [
        {header: 'change', value: ({change}) => change},
        {header: 'column', value: ({column}) => column},
        {header: 'from', value: ({from}) => from},
        {header: 'to', value: ({to}) => to},
      ])
      this.log(changes.length === 0 ? '  no column differs\n' : `${lines.replaceAll(/^/gm, '  ')}\n`)
    }
    return {table: formatTableName(table.name), versions}
  }
}

function commitText({hash, message}: CatalogCommit, isBeforeLog: boolean): string {
  const short = shortened(hash)
  return isBeforeLog
    ? `before commit ${short}, where the catalog's log begins`
    : `commit ${short} (${shortened(message.split('\n', 1)[0] ?? '')})`
}

/** Hashes, which merges name in their messages, are told by their beginnings. */
const shortened = (text: string) => text.replace(/\b[0-9a-f]{64}\b/g, (hash) => hash.slice(0, 12))
