import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {type ContributionList, hasCode, type LakehouseResource, type ReadSchema, type SchemaDocument, usage} from '@phlo/core'
import {
  currentSchema,
  findSnapshot,
  type IcebergTable,
  type PairOptions,
  type Schema,
  type Snapshot,
  schemaById,
  sharedIds,
} from '@phlo/iceberg'
import {notReadable} from '../schema-formats/unreadable.js'
import {documentOf, schemaWithId} from './document-of.js'
import {formatsOfFile, readSchemaFile} from './formats.js'

/** A schema that was named on the command line, of a table or of a file. */
export interface SchemaSide {
  /** As it was named. */
  readonly label: string
  readonly schema: Schema
  /** Whether its ids say which column is which. */
  readonly hasIds: boolean
  /** Undefined for a file. Two schemas of one table are compared by id. */
  readonly table?: IcebergTable
  readonly document: Partial<SchemaDocument>
  readonly losses: ReadSchema['losses']
}

/** What finding a side needs of the command. */
export interface SideSource {
  readonly contributions: ContributionList
  readonly cwd: string
  catalog(): Promise<LakehouseResource>
  openTable(name: string, ref: string | undefined): Promise<IcebergTable>
}

/** How every command names a schema. */
export const SCHEMA_NAMES =
  'a table (sales.orders), at a branch, tag, snapshot or time (sales.orders@audit), on Nessie at whatever --ref takes (sales.orders@dev~2), with a schema id (sales.orders#3), or a file of a schema format'

/**
 * The schema that a name means. What begins with `@` or `#` is of the same table as `other`.
 *
 * @throws PhloError (exit 2) `SCHEMA_NOT_READABLE`, `SCHEMA_NOT_FOUND`, `REF_NOT_FOUND`, `AMBIGUOUS_SCHEMA`; `SCHEMA_NOT_READ` (exit 3);
 * whatever opening a table throws
 */
export async function schemaSide(source: SideSource, name: string, other?: string): Promise<SchemaSide> {
  const file = resolve(source.cwd, name)
  if (existsSync(file)) return fileSide(source, name, file)
  const whole = /^[@#]/.test(name) && other !== undefined ? `${withoutPlace(other)}${name}` : name
  const [, tableName, ref, id] = /^(.*?)(?:@([^#]*))?(?:#(\d+))?$/su.exec(whole) as unknown as readonly [string, string, string?, string?]
  const {table, snapshot} = await openAt(source, tableName, ref)
  const schema =
    id !== undefined
      ? schemaWithId(table, Number(id), tableName)
      : snapshot
        ? schemaById(table.metadata, snapshot['schema-id'])
        : currentSchema(table.metadata)
  return {label: whole, schema, hasIds: true, table, document: documentOf(table, schema), losses: []}
}

/** What a catalog answers that knows nothing of such a name; the id of a snapshot may look like a hash to it. */
const UNKNOWN = ['REF_NOT_FOUND', 'INVALID_REF', 'REFUSED_BY_CATALOG']

/** A table at a reference of the whole catalog, where it has such that are called so; else at one of the table's own, a snapshot or a time. */
async function openAt(source: SideSource, name: string, ref: string | undefined): Promise<{table: IcebergTable; snapshot?: Snapshot}> {
  if (ref === undefined) return {table: await source.openTable(name, undefined)}
  let unknown: unknown
  if ((await source.catalog()).branches) {
    try {
      return {table: await source.openTable(name, ref)}
    } catch (error) {
      if (!UNKNOWN.some((code) => hasCode(error, code))) throw error
      unknown = error
    }
  }
  const table = await source.openTable(name, undefined)
  try {
    return {table, snapshot: findSnapshot(table, ref)}
  } catch (error) {
    throw unknown !== undefined && hasCode(error, 'REF_NOT_FOUND') ? unknown : error
  }
}

/**
 * How the columns of two sides are told: by the ids of one table, or of a file that was made from a table; otherwise by name.
 */
export function comparison(left: Pick<SchemaSide, 'hasIds' | 'table'>, right: Pick<SchemaSide, 'hasIds' | 'table'>): PairOptions {
  if (!left.table || !right.table) return {byId: left.hasIds && right.hasIds}
  const [one, other] = [left.table.metadata, right.table.metadata]
  return {byId: one['table-uuid'] === other['table-uuid'], sharedIds: sharedIds(one, other)}
}

const withoutPlace = (name: string) => name.replace(/[@#].*$/su, '')

async function fileSide(source: SideSource, name: string, path: string): Promise<SchemaSide> {
  const [read, ...others] = await readTables(source.contributions, name, path)
  if (!read || others.length > 0) {
    throw usage(
      'AMBIGUOUS_SCHEMA',
      `${name} declares ${others.length + 1} tables, and one is needed here: ${[read, ...others].map((one) => one?.name?.join('.') ?? 'one without a name').join(', ')}.`,
    )
  }
  const {schema, hasIds, losses, ...document} = read
  return {label: name, schema, hasIds, document: {...document, schema}, losses}
}

/**
 * The tables that a file declares, in the first of the formats with such names that can read it.
 *
 * @throws PhloError (exit 2) `UNKNOWN_SCHEMA_FORMAT`, `SCHEMA_NOT_READABLE`; `SCHEMA_NOT_READ` (exit 3)
 */
export async function readTables(contributions: ContributionList, name: string, path: string): Promise<readonly ReadSchema[]> {
  const formats = await formatsOfFile(contributions, path)
  if (formats.length === 0)
    throw usage('UNKNOWN_SCHEMA_FORMAT', `No schema format reads files that are named like ${name}.`, ['phlo schema formats'])
  const content = await readSchemaFile(path)
  let refusal: unknown
  for (const {read} of formats) {
    try {
      // Nobody chose a variant: a format that has such finds out which it is.
      const tables = await read?.(content, name, {})
      if (tables) return tables
    } catch (error) {
      const isTooDeep = error instanceof RangeError
      if (!isTooDeep && !hasCode(error, 'SCHEMA_NOT_READABLE')) throw error
      refusal ??= isTooDeep ? notReadable(name, 'it is nested deeper than any schema', error) : error
    }
  }
  throw refusal
}
