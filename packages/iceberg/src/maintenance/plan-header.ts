import type {Json, OperationContext, OperationPlan} from '@phlo/core'
import {ExitCode, formatTableName, PhloError, refused} from '@phlo/core'
import {headOf} from '../refs.js'
import type {IcebergTable} from '../table.js'

/** What every plan begins with: what it is for and what it was made from. */
export function planHeader(
  operation: string,
  table: IcebergTable,
  options: {readonly [key: string]: Json | undefined},
  context: Pick<OperationContext, 'clock'>,
): Omit<OperationPlan, 'noop' | 'summary'> {
  const head = headOf(table)
  return {
    $type: '@phlo/plan',
    contract: 1,
    operation,
    table: {
      catalog: table.catalog,
      name: formatTableName(table.name),
      ref: table.catalogRef ?? table.ref,
      uuid: table.metadata['table-uuid'],
    },
    base: {metadataLocation: table.metadataLocation, snapshotId: head ? String(head['snapshot-id']) : null},
    createdAt: new Date(context.clock.now()).toISOString(),
    options,
  }
}

/**
 * Deleting a table's files is for the one who owns them: `gc.enabled=false`, or a catalog with branches, says that somebody else may
 * need them.
 */
export function assertGcEnabled(table: IcebergTable, what: string): void {
  const name = formatTableName(table.name)
  const {hasBranches, history} = table.source
  if (hasBranches) {
    const why = `The catalog ${table.catalog} has branches and tags of its own, which may need files that ${name} does not refer to here`
    throw refused('GC_DISABLED', `${why}, so ${what} is refused.`, history ? ['phlo branch gc --dry-run'] : [])
  }
  if (table.properties['gc.enabled']?.toLowerCase() !== 'false') return
  throw refused('GC_DISABLED', `${name} has gc.enabled=false: other tables or branches may need its files, so ${what} is refused.`, [
    `phlo table properties ${name} --set gc.enabled=true   (only when nothing else refers to its files)`,
  ])
}

/**
 * The same for what asks all branches and tags of the catalog which files they need. There `gc.enabled=false`, which catalogs like
 * Nessie's give every table, says no more than that they have to be asked.
 */
export function assertGcEnabledOrKnown(table: IcebergTable, what: string): void {
  if (!table.source.history) assertGcEnabled(table, what)
}

/** The plan was made for something that is no longer so; nothing was changed. */
export function planOutdated(
  {operation, table: {name}}: Pick<OperationPlan, 'operation' | 'table'>,
  what: string,
  suggestion = `phlo table ${operation} ${name} --dry-run`,
): PhloError {
  return new PhloError(`The plan no longer fits ${name}: ${what} Nothing was changed.`, {
    code: 'PLAN_OUTDATED',
    exit: ExitCode.conflict,
    suggestions: [suggestion],
  })
}

/** Encrypted manifests and files cannot be copied or told apart without their keys. */
export function assertNotEncrypted(table: IcebergTable, what: string): void {
  if (table.properties['encryption.key-id'] === undefined) return
  throw refused('TABLE_ENCRYPTED', `${formatTableName(table.name)} is encrypted (encryption.key-id), so ${what} is refused.`)
}

/** Writing or deleting a table's files is for a catalog that can commit to it. */
export function assertWritable({source}: IcebergTable): void {
  if (source.readOnly) throw source.readOnly()
}
