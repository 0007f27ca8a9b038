import type {ColumnPath, ReadSchema, SchemaField, SchemaLoss, SchemaType} from '@phlo/core'
import type {Schema as ArrowSchema, DataType, Field} from 'apache-arrow'
import {NO_ID, numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'

type Arrow = typeof import('apache-arrow')

/**
 * The table of an Arrow schema.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` naming a field of a type that no table has
 */
export function tableOfArrow(arrow: Arrow, {fields, metadata}: ArrowSchema, source: string): ReadSchema {
  const losses: SchemaLoss[] = []
  const fieldOf = (field: Field, path: ColumnPath): SchemaField => {
    const doc = field.metadata.get('doc')
    const own = [...path, field.name]
    return {id: idOf(field), name: field.name, required: !field.nullable, ...(doc !== undefined && {doc}), type: typeOf(field, own)}
  }
  const typeOf = (field: Field, path: ColumnPath): SchemaType => {
    const extended = extension(field)
    if (extended !== undefined) return extended
    const {type} = field
    if (arrow.DataType.isStruct(type)) return {type: 'struct', fields: type.children.map((child: Field) => fieldOf(child, path))}
    if (arrow.DataType.isList(type) || arrow.DataType.isLargeList(type) || arrow.DataType.isFixedSizeList(type)) {
      const [element] = type.children as readonly Field[]
      if (!element) throw notReadable(source, `field ${path.join('.')} is a list of nothing`)
      if (arrow.DataType.isFixedSizeList(type)) losses.push({column: path, what: `a list of ${type.listSize} became a list of any length`})
      return {
        type: 'list',
        'element-id': idOf(element),
        element: typeOf(element, [...path, 'element']),
        'element-required': !element.nullable,
      }
    }
    if (arrow.DataType.isMap(type)) {
      const [key, value] = (type.children as readonly Field[])[0]?.type.children ?? []
      if (!key || !value) throw notReadable(source, `field ${path.join('.')} is a map without key and value`)
      const ids = {'key-id': idOf(key), 'value-id': idOf(value)}
      const types = {key: typeOf(key, [...path, 'key']), value: typeOf(value, [...path, 'value'])}
      return {type: 'map', ...ids, ...types, 'value-required': !value.nullable}
    }
    if (arrow.DataType.isDictionary(type)) return typeOf(field.clone({type: type.dictionary}), path)
    const [word, isExact] = primitive(arrow, type) ?? []
    if (word === undefined) throw notReadable(source, `field ${path.join('.')} is ${type}, which no column can be`)
    if (isExact === false) losses.push({column: path, what: `${type} became ${word}`})
    return word
  }
  const doc = metadata.get('doc')
  return {
    ...(doc !== undefined && {doc}),
    ...numbered(
      fields.map((field) => fieldOf(field, [])),
      source,
    ),
    losses,
  }
}

const idOf = ({metadata}: Field) => Number(metadata.get('PARQUET:field_id') ?? NO_ID)

function extension({metadata}: Field): string | undefined {
  switch (metadata.get('ARROW:extension:name')) {
    case 'arrow.uuid':
      return 'uuid'
    case 'arrow.parquet.variant':
      return 'variant'
    case 'geoarrow.wkb':
      return geographic(metadata.get('ARROW:extension:metadata') ?? '')
    default:
      return undefined
  }
}

/** Reference systems that are not named by a text alone are left to be binary. */
function geographic(parameters: string): string | undefined {
  try {
    const {crs = 'OGC:CRS84', edges} = parameters === '' ? {} : JSON.parse(parameters)
    if (typeof crs !== 'string') return undefined
    if (edges !== undefined) return `geography(${crs}, ${edges})`
    return `geometry(${crs})`
  } catch {
    return undefined
  }
}

/** The word for a type, and whether it has the same values. */
function primitive(arrow: Arrow, type: DataType): readonly [string, boolean] | undefined {
  const is = arrow.DataType
  if (is.isBool(type)) return ['boolean', true]
  if (is.isInt(type)) {
    if (type.bitWidth === 64) return type.isSigned ? ['long', true] : ['decimal(20,0)', false]
    return type.bitWidth === 32 && !type.isSigned ? ['long', false] : ['int', type.bitWidth === 32]
  }
  if (is.isFloat(type))
    return type.precision === arrow.Precision.DOUBLE ? ['double', true] : ['float', type.precision === arrow.Precision.SINGLE]
  if (is.isDecimal(type)) return type.precision > 38 ? undefined : [`decimal(${type.precision},${type.scale})`, true]
  if (is.isDate(type)) return ['date', type.unit === arrow.DateUnit.DAY]
  if (is.isTime(type)) return ['time', type.unit === arrow.TimeUnit.MICROSECOND]
  if (is.isTimestamp(type)) {
    const zone = type.timezone ? 'timestamptz' : 'timestamp'
    return type.unit === arrow.TimeUnit.NANOSECOND ? [`${zone}_ns`, true] : [zone, type.unit === arrow.TimeUnit.MICROSECOND]
  }
  if (is.isUtf8(type) || is.isLargeUtf8(type)) return ['string', true]
  if (is.isBinary(type) || is.isLargeBinary(type)) return ['binary', true]
  if (is.isFixedSizeBinary(type)) return [`fixed[${type.byteWidth}]`, true]
  return is.isNull(type) ? ['unknown', true] : undefined
}
