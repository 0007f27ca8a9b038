import {type FileIO, isPhloError, messageOf, unavailable, usage} from '@phlo/core'
import {parseJson, parseType, readFooter, type Schema, schemaFromParquet} from '@phlo/iceberg'
import {pathOrUri} from './arguments.js'

interface SchemaFlags {
  readonly schema?: string | undefined
  readonly from?: string | undefined
}

/**
 * The schema that `--schema` or `--from` gives.
 *
 * @param openIO storage for a path, which whoever gives it closes
 * @throws PhloError `INVALID_SCHEMA`, `INVALID_TYPE` (exit 2), `SCHEMA_NOT_READ` (exit 3)
 */
export async function schemaFrom({schema, from}: SchemaFlags, cwd: string, openIO: (path: string) => Promise<FileIO>): Promise<Schema> {
  if (schema !== undefined) return structOf(parseType(`struct<${schema}>`), schema)
  if (from === undefined) throw usage('INVALID_SCHEMA', 'A table needs a schema: give --schema or --from.')
  const path = pathOrUri(cwd, from)
  if (/\.json$/i.test(path)) return structOf(await readJson(await openIO(path), path), path)
  if (!/\.parquet$/i.test(path)) throw usage('INVALID_SCHEMA', `${from} is neither a .parquet nor a .json file.`)
  const file = await (await openIO(path)).open(path)
  try {
    return schemaFromParquet(await readFooter(file))
  } finally {
    await file.close()
  }
}

async function readJson(io: FileIO, path: string): Promise<unknown> {
  try {
    return parseJson(new TextDecoder().decode(await io.readAll(path)))
  } catch (cause) {
    if (isPhloError(cause)) throw cause
    throw unavailable('SCHEMA_NOT_READ', `The schema ${path} cannot be read: ${messageOf(cause)}.`, {cause})
  }
}

function structOf(value: unknown, source: string): Schema {
  const isStruct = typeof value === 'object' && value !== null && 'type' in value && value.type === 'struct' && 'fields' in value
  if (isStruct && Array.isArray(value.fields) && value.fields.length > 0) return value as Schema
  throw usage('INVALID_SCHEMA', `${JSON.stringify(source)} is not a schema with columns.`)
}
