import {type Fields, isMap, partOf, type Part as YamlPart} from '../yaml-part.js'

/** A part of a contract. */
export interface Part extends YamlPart {
  /** Values of custom properties by their names. */
  readonly custom: ReadonlyMap<string, unknown>
}

/**
 * A part of a contract, of which a key that is nearly one of `keys` is misspelt.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` when it is no map of keys and values
 */
export function contractPart(value: unknown, place: string, source: string, keys: readonly string[] = []): Part {
  const part = partOf(value, place, source, keys)
  const custom = part.list('customProperties').filter((one): one is Fields => isMap(one))
  return {...part, custom: new Map(custom.map((one) => [String(one['property']), one['value']]))}
}
