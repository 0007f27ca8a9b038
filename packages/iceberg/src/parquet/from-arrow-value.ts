import {ExitCode, PhloError, refused} from '@phlo/core'
import type {Data, DataType} from 'apache-arrow'
import {baseType, decimalType} from '../spec/primitive-types.js'
import type {PrimitiveType} from '../spec/types.js'
import type {Leaf, PhysicalValue} from './leaves.js'
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
  fixed: 15,
  dictionary: -1,
  largeBinary: 19,
  largeUtf8: 20,
}

type Reader = (data: Data, index: number) => Exclude<PhysicalValue, null>

/** How values of an Arrow type become physical ones of an Iceberg type; values are read from the buffers, where they are exact. */
export function arrowValueReader(type: PrimitiveType, given: DataType, leaf: Leaf, source: string): Reader {
  if ((given.typeId as number) === ARROW.dictionary) {
    const dictionary = given as DataType & {dictionary: DataType}
    const read = arrowValueReader(type, dictionary.dictionary, leaf, source)
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
  switch (baseType(type)) {
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
    case 'geometry':
    case 'geography':
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
