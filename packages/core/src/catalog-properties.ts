import {usage} from './errors-of-tables.js'

type Properties = Readonly<Record<string, string>>

/**
 * A whole number in the properties of a catalog, at most nine digits long.
 *
 * @param otherwise what it is when nobody says
 * @throws PhloError `INVALID_PROPERTY` (exit 2)
 */
export function wholeNumberProperty<Otherwise>(
  catalog: string,
  properties: Properties,
  key: string,
  otherwise: Otherwise,
  least = 1,
): number | Otherwise {
  const text = properties[key]
  if (text === undefined) return otherwise
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  throw usage('INVALID_PROPERTY', `${key} of catalog ${catalog} is ${JSON.stringify(text)}; it has to be a whole number from ${least}.`)
}

/**
 * Yes or no in the properties of a catalog.
 *
 * @param otherwise what it is when nobody says
 * @throws PhloError `INVALID_PROPERTY` (exit 2)
 */
export function booleanProperty(catalog: string, properties: Properties, key: string, otherwise: boolean): boolean {
  const text = properties[key]?.toLowerCase()
  if (text === undefined) return otherwise
  if (text === 'true' || text === 'false') return text === 'true'
  throw usage('INVALID_PROPERTY', `${key} of catalog ${catalog} is ${JSON.stringify(properties[key])}; it can be true or false.`)
}
