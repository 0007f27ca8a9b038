import {usage} from '@phlo/core'
import {parseJson, stringifyJson} from '../spec/json.js'
import {valueFromJson, valueToJson} from '../spec/single-value-json.js'
import type {Type} from '../spec/types.js'

/**
 * A default value that is written as text (`0`, `true`, `2026-01-31`, of a text the text itself), as the JSON that metadata has of it
 * (spec, Appendix D), read as `parseJson` does.
 *
 * @throws PhloError `INVALID_DEFAULT` (exit 2) naming the column
 */
export function defaultFromText(type: Type, text: string, column: string): unknown {
  if (typeof type !== 'string') {
    throw usage('INVALID_DEFAULT', `Column ${column} holds other columns, and can have no default value of its own: give defaults to them.`)
  }
  try {
    const value = valueFromJson(type, isBare(type) ? parseJson(text) : text)
    if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('JSON has no text for it')
    return parseJson(stringifyJson(valueToJson(type, value)))
  } catch {
    throw usage('INVALID_DEFAULT', `${JSON.stringify(text)} is no default value for column ${column}, which has type ${type}.`)
  }
}

/** The default value as `defaultFromText` reads it. */
export function defaultToText(type: Type, json: unknown): string {
  if (typeof type !== 'string') return JSON.stringify(json)
  const value = valueToJson(type, valueFromJson(type, json))
  return typeof value === 'string' ? value : stringifyJson(value)
}

/** Values that JSON has without quotes. */
const isBare = (type: string) => ['boolean', 'int', 'long', 'float', 'double'].includes(type)
