import {type ColumnPath, isPhloError, type SchemaLoss, type SchemaType} from '@phlo/core'
import {parseType} from '@phlo/iceberg/schema'
import {withoutIds} from './numbered.js'
import {DIALECTS, type Dialect} from './sql/dialects.js'
import {typeOfText} from './sql/type-text.js'

/** A type, and what of the one that was read it is not. */
export interface FoundType {
  readonly type: SchemaType
  readonly losses: readonly SchemaLoss[]
}

/** Where nobody says which system it is: those first whose words mean the same in most. */
const LIKELIEST: readonly Dialect[] = [...new Set<Dialect>(['trino', 'spark', 'postgres', 'duckdb', ...DIALECTS])]

const OPEN_DECIMAL = 'decimal(38,10)'

/**
 * The type that a text means, which is in words of Iceberg or of SQL; undefined when nobody has it. Words of Iceberg come first where Phlo wrote
 * them, or where nobody says which system they are of.
 */
export function typeOfWords(
  text: string,
  path: ColumnPath,
  {dialect, isOwn}: {readonly dialect: Dialect | undefined; readonly isOwn: boolean},
): FoundType | undefined {
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
    if (!isPhloError(error) && !(error instanceof RangeError)) throw error
    return undefined
  }
}
