import {usage} from '@phlo/core'

type Properties = Readonly<Record<string, string>>

/**
 * A whole number from a table property, or the default.
 *
 * @throws PhloError `INVALID_PROPERTY` naming the property when its value is not a whole number of at least `min`.
 */
export function numberProperty(properties: Properties, name: string, fallback: number, min = 0): number {
  const text = properties[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < min) {
    throw usage('INVALID_PROPERTY', `Table property ${name} is ${JSON.stringify(text)}; it has to be a whole number of at least ${min}.`)
  }
  return value
}

/** A `true` or `false` from a table property, or the default; anything but `true` is false, as in Iceberg's Java library. */
export function booleanProperty(properties: Properties, name: string, fallback: boolean): boolean {
  const text = properties[name]
  return text === undefined ? fallback : text.toLowerCase() === 'true'
}
