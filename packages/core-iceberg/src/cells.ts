import type {Data, DataType} from 'apache-arrow'

/** Apache Arrow's numbers of types (`Type` in its Schema.fbs). */
const ARROW = {null: 1, binary: 4, utf8: 5, bool: 6, decimal: 7, date: 8, time: 9, timestamp: 10, list: 12, struct: 13, fixed: 15, map: 17}

const DAY = 86_400_000
const text = new TextDecoder()

/**
 * One value of an Arrow column as JSON has it, exactly: 64-bit integers that a number does not hold and decimals are strings, times
 * are ISO 8601 with all their digits, bytes are hexadecimal.
 */
export function jsonValue(data: Data, index: number): unknown {
  if (!data.getValid(index)) return null
  const {type, values} = data
  switch (type.typeId as number) {
    case ARROW.null:
      return null
    case ARROW.utf8:
      return text.decode(values.subarray(data.valueOffsets[index], data.valueOffsets[index + 1]))
    case ARROW.binary:
      return hex(values.subarray(data.valueOffsets[index], data.valueOffsets[index + 1]))
    case ARROW.fixed: {
      const width = (type as DataType & {byteWidth: number}).byteWidth
      return hex(values.subarray(index * width, (index + 1) * width))
    }
    case ARROW.bool:
      return ((values[(data.offset + index) >> 3] >> ((data.offset + index) & 7)) & 1) === 1
    case ARROW.decimal:
      return decimalText(values, index, (type as DataType & {scale: number}).scale)
    case ARROW.date:
      return new Date(values[index] * DAY).toISOString().slice(0, 10)
    case ARROW.time:
      return timestampText(BigInt(values[index]), 6).slice(11)
    case ARROW.timestamp: {
      const {unit, timezone} = type as DataType & {unit: number; timezone?: string | null}
      return `${timestampText(BigInt(values[index]), unit === 3 ? 9 : 6)}${timezone ? 'Z' : ''}`
    }
    case ARROW.list:
      return range(data, index).map((at) => jsonValue(data.children[0] as Data, at))
    case ARROW.map: {
      const entries = data.children[0] as Data
      return Object.fromEntries(
        range(data, index).map((at) => [String(jsonValue(entries.children[0] as Data, at)), jsonValue(entries.children[1] as Data, at)]),
      )
    }
    case ARROW.struct:
      return Object.fromEntries((type.children ?? []).map(({name}, child) => [name, jsonValue(data.children[child] as Data, index)]))
    default:
      return numberValue(values[index])
  }
}

function numberValue(value: number | bigint): unknown {
  if (typeof value === 'bigint')
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)
  return Number.isFinite(value) ? value : String(value)
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

const range = (data: Data, index: number) => {
  const begin = Number(data.valueOffsets[index])
  return Array.from({length: Number(data.valueOffsets[index + 1]) - begin}, (_, at) => begin + at)
}

function decimalText(words: Uint32Array, index: number, scale: number): string {
  let unscaled = 0n
  for (let word = 3; word >= 0; word--) unscaled = (unscaled << 32n) | BigInt(words[index * 4 + word] as number)
  const value = BigInt.asIntN(128, unscaled)
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`
}

function timestampText(value: bigint, digits: 6 | 9): string {
  const perSecond = 10n ** BigInt(digits)
  const fraction = ((value % perSecond) + perSecond) % perSecond
  const seconds = Number((value - fraction) / perSecond)
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction.toString().padStart(digits, '0')}`
}

/** A value as a cell of a table for people. */
export function cellText(value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A value as a cell of CSV (RFC 4180); null is an empty cell. */
export function csvCell(value: unknown): string {
  const cell = String(cellText(value) ?? '')
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
