import {type ColumnPath, isPhloError, type SchemaLoss, type SchemaType} from '@phlo/core'
import {parseType} from '@phlo/iceberg/schema'
import {withoutIds} from '../numbered.js'
import {DIALECTS, type Dialect} from '../sql/dialects.js'
import {typeOfText} from '../sql/type-text.js'
import type {Part} from './fields.js'
import {typeOfLogical} from './logical-types.js'
import {CUSTOM} from './vocabulary.js'

/** A type, and what of the contract's it is not. */
interface Found {
  readonly type: SchemaType
  readonly losses: readonly SchemaLoss[]
}

/** Where nobody says which system it is: those first whose words mean the same in most. */
const LIKELIEST: readonly Dialect[] = [...new Set<Dialect>(['trino', 'spark', 'postgres', 'duckdb', ...DIALECTS])]

const OPEN_DECIMAL = 'decimal(38,10)'

/**
 * The type of a property that describes nothing inside of it: by its physical type, or else by its logical one, which leaves a choice.
 *
 * @param dialect of the system that the contract says that its tables are in
 */
export function typeOf(part: Part, path: ColumnPath, dialect: Dialect | undefined): Found {
  const [physical, logical] = [part.text('physicalType'), part.text('logicalType')]
  const options = part.map('logicalTypeOptions')
  const zone = options['timezone']
  if (physical !== undefined) {
    const found = typeOfPhysical(physical, part.custom.has(CUSTOM.id), path, dialect)
    if (found) return isPlainTimestamp(physical) && typeof zone === 'boolean' ? {...found, type: withZone(found.type, zone)} : found
  }
  if (logical === undefined) return part.fail(physical === undefined ? ' has no type' : ` has the type ${physical}, which is not known`)
  const choice = typeOfLogical(logical, options)
  if (!choice) return part.fail(` has the logical type ${logical}, which the standard does not have`)
  if (physical === undefined && choice.lost === undefined) return {type: choice.type, losses: []}
  const was = physical === undefined ? choice.lost : `${physical}, which is not known,`
  return {type: choice.type, losses: [{column: path, what: `${was} became ${choice.type}`}]}
}

/** Words of Iceberg are meant where Phlo wrote the contract, or where no other system is named; else those of SQL come first. */
function typeOfPhysical(text: string, isOwn: boolean, path: ColumnPath, dialect: Dialect | undefined): Found | undefined {
  const own = typeOfIceberg(text)
  if (own !== undefined && (isOwn || dialect === undefined)) return {type: own, losses: []}
  const ofServer = dialect === undefined ? undefined : typeOfText(text, path, [dialect])
  if (ofServer) return ofServer
  if (own !== undefined) return {type: own, losses: []}
  const found = typeOfText(text, path, LIKELIEST)
  // How many digits a bare NUMERIC has is another thing in every system, and most keep fractions.
  const isOpen = found?.losses.length === 0 && /^\s*\w+\s*$/.test(text) && /^decimal/.test(String(found.type))
  return isOpen ? {type: OPEN_DECIMAL, losses: [{column: path, what: `${text} became ${OPEN_DECIMAL}`}]} : found
}

function typeOfIceberg(text: string): SchemaType | undefined {
  try {
    return withoutIds(parseType(text.trim().replace(/^\w+/, (word) => word.toLowerCase())))
  } catch (error) {
    if (!isPhloError(error)) throw error
    return undefined
  }
}

/** A word that says nothing of zones in some systems. */
const isPlainTimestamp = (text: string) => /^\s*(?:timestamp|datetime)\s*(?:\(\s*\d+\s*\))?\s*$/i.test(text)

const withZone = (type: SchemaType, isZoned: boolean): SchemaType =>
  typeof type === 'string' ? type.replace(/^timestamp(?:tz)?/, `timestamp${isZoned ? 'tz' : ''}`) : type
