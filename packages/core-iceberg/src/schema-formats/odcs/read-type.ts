import type {ColumnPath, SchemaType} from '@phlo/core'
import type {Dialect} from '../sql/dialects.js'
import {type FoundType, typeOfWords} from '../type-of-words.js'
import type {Part} from './fields.js'
import {typeOfLogical} from './logical-types.js'
import {CUSTOM} from './vocabulary.js'

/**
 * The type of a property that describes nothing inside of it: by its physical type, or else by its logical one, which leaves a choice.
 *
 * @param dialect of the system that the contract says that its tables are in
 */
export function typeOf(part: Part, path: ColumnPath, dialect: Dialect | undefined): FoundType {
  const [physical, logical] = [part.text('physicalType'), part.text('logicalType')]
  const options = part.map('logicalTypeOptions')
  const zone = options['timezone']
  if (physical !== undefined) {
    const found = typeOfWords(physical, path, {dialect, isOwn: part.custom.has(CUSTOM.id)})
    if (found) return isPlainTimestamp(physical) && typeof zone === 'boolean' ? {...found, type: withZone(found.type, zone)} : found
  }
  if (logical === undefined) return part.fail(physical === undefined ? ' has no type' : ` has the type ${physical}, which is not known`)
  const choice = typeOfLogical(logical, options)
  if (!choice) return part.fail(` has the logical type ${logical}, which the standard does not have`)
  if (physical === undefined && choice.lost === undefined) return {type: choice.type, losses: []}
  const was = physical === undefined ? choice.lost : `${physical}, which is not known,`
  return {type: choice.type, losses: [{column: path, what: `${was} became ${choice.type}`}]}
}

/** A word that says nothing of zones in some systems. */
const isPlainTimestamp = (text: string) => /^\s*(?:timestamp|datetime)\s*(?:\(\s*\d+\s*\))?\s*$/i.test(text)

const withZone = (type: SchemaType, isZoned: boolean): SchemaType =>
  typeof type === 'string' ? type.replace(/^timestamp(?:tz)?/, `timestamp${isZoned ? 'tz' : ''}`) : type
