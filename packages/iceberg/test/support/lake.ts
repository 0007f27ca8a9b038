import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {
  type Engines,
  type OperationContext,
  type OperationPlan,
  type OperationResult,
  parseTableName,
  type TableOperation,
} from '@phlo/core'
import {type Catalog, type IcebergTable, icebergTable, localFileIO} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'

/** A lakehouse of one test: a SQL catalog, and files in a folder of its own. */
export interface Lake {
  readonly folder: string
  /** As PyIceberg names it. */
  readonly uri: string
  readonly warehouse: string
  readonly catalog: Catalog
  readonly context: OperationContext
  table(name: string, ref?: string): Promise<IcebergTable>
  /** Plans an operation and executes the plan. */
  run<Options, Plan extends OperationPlan, Result extends OperationResult>(
    operation: TableOperation<Options, Plan, Result, IcebergTable>,
    name: string,
    options: Options,
  ): Promise<{plan: Plan; result: Result}>
  close(): Promise<void>
}

/** Opens a lakehouse over SQLite in a new folder, or over the database at `uri`. */
export async function openLake(
  options: {readonly uri?: string; readonly now?: () => number; readonly engines?: Engines} = {},
): Promise<Lake> {
  const folder = mkdtempSync(join(tmpdir(), 'phlo-lake-'))
  const uri = options.uri ?? `sqlite:///${join(folder, 'catalog.db')}`
  const warehouse = `file://${join(folder, 'warehouse')}`
  const {db, close} = await openDatabase<SqlCatalogTables>(uri)
  const io = localFileIO()
  const catalog = createSqlCatalog({name: 'lake', warehouse, db: async () => db, openIO: async () => io})
  const context = {...testContext(options.now ?? Date.now), ...(options.engines && {engines: options.engines})}
  const table = async (name: string, ref?: string) => {
    const tableName = parseTableName(name)
    return icebergTable(catalog, tableName, await catalog.loadTable(tableName), ref)
  }
  return {
    folder,
    uri,
    warehouse,
    catalog,
    context,
    table,
    async run(operation, name, given) {
      const plan = await operation.plan(await table(name), given, context)
      return {plan, result: await operation.execute(await table(name), plan, context)}
    },
    close,
  }
}

/** A context in which nothing is shown and nothing interrupts. */
export function testContext(now: () => number = Date.now): OperationContext {
  return {
    signal: new AbortController().signal,
    clock: {now},
    progress: {start() {}, advance() {}, done() {}},
    log: {debug() {}, warn() {}},
    tracer: {name: 'none', startSpan: () => ({setAttribute() {}, end() {}})},
    principal: {name: 'test', roles: []},
  }
}
