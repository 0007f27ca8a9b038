import {type InputFile, refused} from '@phlo/core'
import type {SchemaElement} from 'hyparquet'
import type {FileLeaf} from '../../parquet/file-leaves.js'
import type {Leaf} from '../../parquet/leaves.js'
import {schemaFromParquet} from '../../parquet/schema-from-parquet.js'
import {baseType, DEFAULT_CRS, decimalType, geographic} from '../../spec/primitive-types.js'
import type {PrimitiveType} from '../../spec/types.js'

/**
 * Makes sure that a column of a file means what the table's column does, and is not only stored alike: a date is no number, a
 * moment no local time, an unsigned number no signed one.
 *
 * @throws PhloError `COLUMN_TYPE_DIFFERS` (exit 6) naming file, column and types
 */
export function assertSameType(file: InputFile, {element}: FileLeaf, leaf: Leaf): void {
  const own = typeOf(element)
  if (own !== undefined && means(own, element, leaf.type)) return
  const stored = [element.type, annotation(element)].filter(Boolean).join(' ')
  throw refused(
    'COLUMN_TYPE_DIFFERS',
    `Column ${leaf.name} of ${file.path} is ${own === undefined ? `stored as ${stored}` : `a ${own}`}, and in the table it is a ${leaf.type}.`,
  )
}

/** The Iceberg type of a column by itself; undefined for what Iceberg has none for. */
function typeOf(element: SchemaElement): PrimitiveType | undefined {
  const {converted_type: converted, logical_type: logical} = element
  const isUnsigned =
    converted === 'UINT_32' || converted === 'UINT_64' || (logical?.type === 'INTEGER' && !logical.isSigned && logical.bitWidth >= 32)
  if (isUnsigned || (logical?.type === 'TIME' && logical.unit !== 'MICROS') || converted === 'TIME_MILLIS') return undefined
  if (converted === 'INTERVAL' || logical?.type === 'FLOAT16') return undefined
  if (converted === 'TIME_MICROS') return 'time'
  const [field] = schemaFromParquet({schema: [{name: 'root', num_children: 1}, element]}).fields
  return typeof field?.type === 'string' ? field.type : undefined
}

/** Which types are read as which others: promotions (spec, "Schema Evolution"), and what files without annotations leave open. */
function means(own: PrimitiveType, element: SchemaElement, wanted: PrimitiveType): boolean {
  if (own === wanted) return true
  const [ownDecimal, wantedDecimal] = [decimalType(own), decimalType(wanted)]
  if (ownDecimal && wantedDecimal) return ownDecimal.scale === wantedDecimal.scale && ownDecimal.precision <= wantedDecimal.precision
  if (geographic(wanted)) return isSamePlace(geographic(own), geographic(wanted))
  switch (wanted) {
    case 'long':
      return own === 'int'
    case 'double':
      return own === 'float'
    case 'string':
      return own === 'binary'
    case 'uuid':
      return own === 'fixed[16]'
    case 'binary':
      return baseType(own) === 'fixed'
    case 'timestamp':
      // Without a logical type it is not known whether it is a moment or a local time.
      return own === 'timestamptz' && element.logical_type === undefined
    default:
      return false
  }
}

/** Reference system and algorithm may be left out where they are the usual ones. */
function isSamePlace(own: ReturnType<typeof geographic>, wanted: ReturnType<typeof geographic>): boolean {
  const crs = (type: typeof own) => type?.crs ?? DEFAULT_CRS
  const algorithm = (type: typeof own) => type?.algorithm?.toLowerCase() ?? 'spherical'
  return own?.kind === wanted?.kind && crs(own) === crs(wanted) && algorithm(own) === algorithm(wanted)
}

const annotation = ({converted_type: converted, logical_type: logical}: SchemaElement) => logical?.type ?? converted
