import {usage} from '@phlo/core'
import type {MappedField} from '../spec/name-mapping-json.js'
import {allFields} from '../spec/schema.js'
import type {Schema} from '../spec/types.js'

/** Field ids by dotted path, for files that carry none. */
export type NameMapping = ReadonlyMap<string, number>

/**
 * The table's `schema.name-mapping.default` (spec, "Name Mapping Serialization"), with every name of a field that has several.
 *
 * @throws PhloError `INVALID_PROPERTY` when it is no name mapping
 */
export function nameMapping(properties: Readonly<Record<string, string>>): NameMapping | undefined {
  const text = properties['schema.name-mapping.default']
  if (text === undefined) return undefined
  const found = new Map<string, number>()
  try {
    collect(JSON.parse(text) as readonly MappedField[], [''], found)
  } catch {
    throw usage('INVALID_PROPERTY', 'Table property schema.name-mapping.default is not a name mapping.')
  }
  return found
}

function collect(fields: readonly MappedField[], prefixes: readonly string[], found: Map<string, number>): void {
  for (const {'field-id': id, names, fields: inner = []} of fields) {
    const paths = prefixes.flatMap((prefix) => names.map((name) => `${prefix}${name}`))
    if (id !== undefined) for (const path of paths) found.set(path, id)
    collect(
      inner,
      paths.map((path) => `${path}.`),
      found,
    )
  }
}

/** The mapping that matches columns by the names that they have in a schema. */
export function mappingByName(schema: Schema): NameMapping {
  return new Map(allFields(schema).map(({name, id}) => [name, id]))
}
