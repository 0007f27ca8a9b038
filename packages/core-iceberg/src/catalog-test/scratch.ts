import {randomBytes} from 'node:crypto'
import {type FileIO, formatTableName, hasCode, messageOf, type TableName} from '@phlo/core'
import type {IcebergLakehouse, LoadedTable, Schema} from '@phlo/iceberg'

const ONE_COLUMN: Schema = {type: 'struct', fields: [{id: 1, name: 'id', required: false, type: 'long'}]}

/** Codes of a creation that may have been done all the same. */
const LOST = ['COMMIT_STATE_UNKNOWN', 'CATALOG_UNAVAILABLE']

/** What probes work in: a namespace that nobody else has, with one table. */
export interface Scratch {
  readonly lake: IcebergLakehouse
  readonly namespace: readonly string[]
  readonly table: TableName
  /** Makes a table, whose files are then deleted at the end. */
  create(table: TableName): Promise<void>
  /** Takes away what was made, and tells in sentences what stays and why. Never throws. */
  clear(): Promise<readonly string[]>
}

/** A name that nobody has. */
export const scratchName = (): string => `phlo_test_${randomBytes(6).toString('hex')}`

/** Nothing is made yet. */
export function openScratch(lake: IcebergLakehouse, namespace: readonly string[]): Scratch {
  const made = new Map<string, FileIO>()
  /** Tables of which nobody knows whether they were made. */
  const unsure = new Set<string>()
  const note = ({metadata, io}: Pick<LoadedTable, 'metadata' | 'io'>) => void made.set(metadata.location.replace(/\/+$/, ''), io)
  return {
    lake,
    namespace,
    table: {namespace, name: 'orders'},
    async create(table) {
      try {
        note(await lake.catalog.createTable(table, {schema: ONE_COLUMN}))
      } catch (error) {
        if (LOST.some((code) => hasCode(error, code))) unsure.add(formatTableName(table))
        throw error
      }
    },
    async clear() {
      const left: string[] = []
      const attempt = async (what: string, work: () => Promise<unknown>) => {
        try {
          await work()
        } catch (error) {
          if (!hasCode(error, 'NAMESPACE_NOT_FOUND') && !hasCode(error, 'TABLE_NOT_FOUND')) left.push(`${what}: ${messageOf(error)}`)
        }
      }
      await dropTree(lake, namespace, attempt, async (table) => {
        if (!unsure.has(formatTableName(table))) return
        note(await lake.catalog.loadTable(table))
        unsure.delete(formatTableName(table))
      })
      for (const name of unsure) left.push(`${name} may have files: the answer to its creation was lost, and it is not there`)
      // What a branch has forgotten, another or an older commit may still have.
      const isShared = lake.branches !== undefined || lake.catalog.hasBranches === true
      for (const [location, io] of isShared ? [] : made) await attempt(location, () => deleteFiles(io, location, namespace))
      if (isShared && made.size > 0) left.push('the files of the tables stay: the history of the catalog refers to them')
      return left
    },
  }
}

async function dropTree(
  lake: IcebergLakehouse,
  namespace: readonly string[],
  attempt: (what: string, work: () => Promise<unknown>) => Promise<void>,
  look: (table: TableName) => Promise<void>,
): Promise<void> {
  const name = namespace.join('.')
  await attempt(name, async () => {
    for await (const table of lake.listTables(namespace)) {
      await attempt(formatTableName(table), () => look(table))
      await attempt(formatTableName(table), () => lake.dropTable(table))
    }
  })
  await attempt(name, async () => {
    for await (const child of lake.listNamespaces(namespace)) await dropTree(lake, child, attempt, look)
  })
  await attempt(name, () => lake.dropNamespace(namespace))
}

/** Only where the catalog put a table of the scratch namespace into a folder that bears its name is every file certainly ours. */
async function deleteFiles(io: FileIO, location: string, namespace: readonly string[]): Promise<void> {
  if (!location.includes(namespace.at(-1) ?? ''))
    throw new Error('its files stay, since the folder does not bear the name of the namespace')
  for await (const page of io.list(`${location}/`)) {
    const [problem] = await io.delete(page.map(({path}) => path))
    if (problem) throw new Error(problem.error)
  }
}
