import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {type ContributionList, hasCode, type LakehouseResource, type ReadSchema, type SchemaDocument, usage} from '@phlo/core'
import {currentSchema, findSnapshot, type IcebergTable, type Schema, schemaById} from '@phlo/iceberg'
import {documentOf, schemaWithId} from './document-of.js'
import {formatsOfFile, readSchemaFile} from './formats.js'

/** A schema that was named on the command line, of a table or of a file. */
export interface SchemaSide {
  /** As it was named. */
  readonly label: string
  readonly schema: Schema
  /** Whether its ids say which column is which. */
  readonly hasIds: boolean
  /** The table's UUID; undefined for a file. Two schemas of one table are compared by id. */
  readonly tableId?: string
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
  'a table (sales.orders), at a branch, tag, snapshot or time (sales.orders@audit), with a schema id (sales.orders#3), or a file of a schema format'

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
  // References of a whole catalog are the catalog's to read.
  const isOfCatalog = ref !== undefined && (await source.catalog()).branches !== undefined
  const table = await source.openTable(tableName, isOfCatalog ? ref : undefined)
  const schema =
    id !== undefined
      ? schemaWithId(table, Number(id), tableName)
      : ref !== undefined && !isOfCatalog
        ? schemaById(table.metadata, findSnapshot(table, ref)['schema-id'])
        : currentSchema(table.metadata)
  return {label: whole, schema, hasIds: true, tableId: table.metadata['table-uuid'], document: documentOf(table, schema), losses: []}
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
      if (!hasCode(error, 'SCHEMA_NOT_READABLE')) throw error
      refusal ??= error
    }
  }
  throw refusal
}
