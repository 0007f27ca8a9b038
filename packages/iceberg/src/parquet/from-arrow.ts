import {ExitCode, PhloError, refused} from '@phlo/core'
import type {Data, DataType} from 'apache-arrow'
import {decimalType} from '../spec/primitive-types.js'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {PrimitiveType, Schema, Type} from '../spec/types.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from './leaves.js'
import {physicalType, signedBytes} from './physical.js'

/** Apache Arrow's numbers of the types that are read (`Type` in its Schema.fbs). */
const ARROW = {
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  list: 12,
  struct: 13,
  fixed: 15,
  fixedList: 16,
  map: 17,
  dictionary: -1,
  largeBinary: 19,
  largeUtf8: 20,
}

interface Output {
  readonly values: PhysicalValue[]
  readonly definition: number[]
  readonly repetition: number[]
}

type Reader = (data: Data, index: number) => Exclude<PhysicalValue, null>

/**
 * The values of one leaf from the columns of an Arrow record batch, by name. A column that is not there is null.
 *
 * @throws PhloError `ARROW_TYPE` (exit 2) when the batch's type cannot become the column's; `NULL_IN_REQUIRED_COLUMN` (exit 2)
 */
export function fromArrow(columns: ReadonlyMap<string, Data>, schema: Schema, leaf: Leaf, rows: number, source: string): LeafValues {
  const field = schema.fields.find((candidate) =>
    leavesOf({type: 'struct', fields: [candidate]}).some(({fieldId}) => fieldId === leaf.fieldId),
  )
  const data = field && columns.get(field.name)
  const output: Output = {values: [], definition: [], repetition: []}
  const walk = field && data ? walker(field.type, field.required, data, leaf, source) : undefined
  for (let row = 0; row < rows; row++) {
    if (walk && data) walk(data, row, 0, 0, 0, output)
    else emit(output, null, 0, 0)
  }
  const definitionLevels = Uint8Array.from(output.definition)
  return {
    leaf,
    values: output.values,
    ...(leaf.maxDefinitionLevel > 0 && definitionLevels.some((level) => level < leaf.maxDefinitionLevel) && {definitionLevels}),
    ...(leaf.maxRepetitionLevel > 0 && {repetitionLevels: Uint8Array.from(output.repetition)}),
    rows,
  }
}

type Walk = (data: Data, index: number, definition: number, repetition: number, depth: number, output: Output) => void

function emit({values, definition, repetition}: Output, value: PhysicalValue, level: number, repeat: number): void {
  values.push(value)
  definition.push(level)
  repetition.push(repeat)
}

/** Goes down to a leaf through one column, row by row, and emits what it meets with its levels (Dremel). */
function walker(type: Type, required: boolean, data: Data, leaf: Leaf, source: string): Walk {
  const inner = below(type, data, leaf, source)
  return (at, index, definition, repetition, depth, output) => {
    if (!at.getValid(index)) {
      if (required) throw nullInRequired(leaf, source)
      emit(output, null, definition, repetition)
      return
    }
    inner(at, index, definition + (required ? 0 : 1), repetition, depth, output)
  }
}

function below(type: Type, data: Data, leaf: Leaf, source: string): Walk {
  if (isStruct(type)) {
    const field = type.fields.find((candidate) =>
      leavesOf({type: 'struct', fields: [candidate]}).some(({fieldId}) => fieldId === leaf.fieldId),
    )
    const child = (data.type.children ?? []).findIndex(({name}) => name === field?.name)
    if (!field || child < 0) return (_at, _index, definition, repetition, _depth, output) => emit(output, null, definition, repetition)
    const walk = walker(field.type, field.required, data.children[child] as Data, leaf, source)
    return (at, index, ...rest) =>
      walk(at.children[child] as Data, at.offset + index - (at.children[child]?.offset === at.offset ? at.offset : 0), ...rest)
  }
  if (isList(type))
    return repeated(
      data,
      walker(type.element, type['element-required'], data.children[0] as Data, leaf, source),
      (at) => at.children[0] as Data,
    )
  if (isMap(type)) {
    const isKey = leavesOf({type: 'struct', fields: [{id: type['key-id'], name: 'key', required: true, type: type.key}]}).some(
      ({fieldId}) => fieldId === leaf.fieldId,
    )
    const child = isKey ? 0 : 1
    const entries = data.children[0] as Data
    const walk = isKey
      ? walker(type.key, true, entries.children[0] as Data, leaf, source)
      : walker(type.value, type['value-required'], entries.children[1] as Data, leaf, source)
    return repeated(data, walk, (at) => at.children[0]?.children[child] as Data)
  }
  const read = reader(type, data.type, leaf, source)
  return (at, index, definition, repetition, _depth, output) => emit(output, read(at, index), definition, repetition)
}

function repeated(data: Data, walk: Walk, elements: (data: Data) => Data): Walk {
  const width = data.typeId === ARROW.fixedList ? (data.type as DataType & {listSize: number}).listSize : undefined
  return (at, index, definition, repetition, depth, output) => {
    const [begin, end] =
      width === undefined
        ? [Number(at.valueOffsets[index]), Number(at.valueOffsets[index + 1])]
        : [(at.offset + index) * width, (at.offset + index + 1) * width]
    if (begin === end) return emit(output, null, definition, repetition)
    const inner = elements(at)
    for (let element = begin; element < end; element++) {
      walk(inner, element, definition + 1, element === begin ? repetition : depth + 1, depth + 1, output)
    }
  }
}

/** How values of an Arrow type become physical ones of an Iceberg type; values are read from the buffers, where they are exact. */
function reader(type: PrimitiveType, given: DataType, leaf: Leaf, source: string): Reader {
  if ((given.typeId as number) === ARROW.dictionary) {
    const dictionary = given as DataType & {dictionary: DataType}
    const read = reader(type, dictionary.dictionary, leaf, source)
    return (data, index) => {
      const entry = Number(data.values[index])
      const found = locate(data.dictionary?.data ?? [], entry)
      return read(found.data, found.index)
    }
  }
  const read = primitiveReader(type, given)
  if (!read)
    throw new PhloError(`Column ${leaf.name} of ${source} is an Arrow ${given}, which cannot become ${type}.`, {
      code: 'ARROW_TYPE',
      exit: ExitCode.usage,
    })
  return read
}

function locate(chunks: readonly Data[], index: number): {readonly data: Data; readonly index: number} {
  let left = index
  for (const data of chunks) {
    if (left < data.length) return {data, index: left}
    left -= data.length
  }
  throw refused('ARROW_CORRUPT', 'A dictionary of the Arrow data lacks a value.')
}

function primitiveReader(type: PrimitiveType, given: DataType): Reader | undefined {
  const id = given.typeId as number
  const target = physicalType(type)?.type
  const whole: Reader = target === 'INT64' ? (data, index) => BigInt(data.values[index]) : (data, index) => Number(data.values[index])
  if (decimalType(type)) return decimalReader(type, given)
  switch (type) {
    case 'boolean':
      return id === ARROW.bool
        ? (data, index) => ((data.values[(data.offset + index) >> 3] >> ((data.offset + index) & 7)) & 1) === 1
        : undefined
    case 'int':
      return id === ARROW.int && (given as DataType & {bitWidth: number}).bitWidth <= 32 ? whole : undefined
    case 'long':
      return id === ARROW.int ? whole : undefined
    case 'float':
    case 'double':
      return id === ARROW.float && (given as DataType & {precision: number}).precision <= (type === 'float' ? 1 : 2)
        ? (data, index) => data.values[index]
        : undefined
    case 'date':
      return id === ARROW.date && (given as DataType & {unit: number}).unit === 0 ? whole : undefined
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return timeReader(type, given)
    case 'string':
      return id === ARROW.utf8 || id === ARROW.largeUtf8 ? variableBytes : undefined
    case 'binary':
      return id === ARROW.binary || id === ARROW.largeBinary || id === ARROW.utf8
        ? variableBytes
        : id === ARROW.fixed
          ? fixedBytes
          : undefined
    default:
      return id === ARROW.fixed && (given as DataType & {byteWidth: number}).byteWidth === physicalType(type)?.length
        ? fixedBytes
        : undefined
  }
}

const variableBytes: Reader = (data, index) => data.values.subarray(Number(data.valueOffsets[index]), Number(data.valueOffsets[index + 1]))

const fixedBytes: Reader = (data, index) => {
  const width = (data.type as DataType & {byteWidth: number}).byteWidth
  return data.values.subarray(index * width, (index + 1) * width)
}

/** Units of a second by Arrow's TimeUnit. */
const PER_SECOND = [1n, 1000n, 1_000_000n, 1_000_000_000n]

function timeReader(type: PrimitiveType, given: DataType): Reader | undefined {
  const isTime = type === 'time'
  if ((given.typeId as number) !== (isTime ? ARROW.time : ARROW.timestamp)) return undefined
  const from = PER_SECOND[(given as DataType & {unit: number}).unit] as bigint
  const to = type.endsWith('_ns') ? 1_000_000_000n : 1_000_000n
  // A finer unit would lose digits without a word.
  if (from > to) return undefined
  return (data, index) => BigInt(data.values[index]) * (to / from)
}

function decimalReader(type: PrimitiveType, given: DataType): Reader | undefined {
  const {typeId, scale, bitWidth} = given as unknown as {typeId: number; scale: number; bitWidth: number}
  const decimal = decimalType(type)
  if (typeId !== ARROW.decimal || scale !== decimal?.scale || bitWidth !== 128) return undefined
  const target = physicalType(type)
  return (data, index) => {
    let unscaled = 0n
    for (let word = 3; word >= 0; word--) unscaled = (unscaled << 32n) | BigInt(data.values[index * 4 + word])
    const value = BigInt.asIntN(128, unscaled)
    if (target?.type === 'INT32') return Number(value)
    return target?.type === 'INT64' ? value : signedBytes(value, target?.length ?? 16)
  }
}

function nullInRequired({name}: Leaf, source: string): PhloError {
  return new PhloError(`Column ${name} of ${source} has nulls, and the table requires it.`, {
    code: 'NULL_IN_REQUIRED_COLUMN',
    exit: ExitCode.usage,
  })
}
