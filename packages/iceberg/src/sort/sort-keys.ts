/** A key for each of some rows: bytes whose unsigned order is the order of the rows. No key is the beginning of another. */
export interface SortKeys {
  readonly rows: number
  /** The first twelve bytes of each key as three words, filled up with zeros: they decide nearly always. */
  readonly heads: Uint32Array
  readonly bytes: Uint8Array
  /** Where the keys begin, and where the last one ends. */
  readonly offsets: Uint32Array
}

/** Writes a part of a row's key. */
export interface KeyPart {
  /** The most bytes that it takes. */
  room(row: number): number
  /** Returns where it ends. */
  write(row: number, target: Uint8Array, at: number): number
}

const HEAD = 12

/** The keys of rows, each made of its parts one after the other. */
export function sortKeys(parts: readonly KeyPart[], rows: number): SortKeys {
  const offsets = new Uint32Array(rows + 1)
  let bytes = new Uint8Array(Math.max(64, rows * HEAD))
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      const room = part.room(row)
      if (at + room > bytes.length) bytes = grown(bytes, at + room)
      at = part.write(row, bytes, at)
    }
    offsets[row + 1] = at
  }
  return {rows, heads: headsOf(bytes, offsets, rows), bytes: bytes.slice(0, at), offsets}
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, Math.ceil(bytes.length * 1.5)))
  larger.set(bytes)
  return larger
}

function headsOf(bytes: Uint8Array, offsets: Uint32Array, rows: number): Uint32Array {
  const heads = new Uint32Array(3 * rows)
  for (let row = 0; row < rows; row++) {
    const start = offsets[row] as number
    const end = offsets[row + 1] as number
    for (let word = 0; word < 3; word++) {
      let value = 0
      for (let at = start + 4 * word; at < start + 4 * word + 4; at++) value = (value << 8) | (at < end ? (bytes[at] as number) : 0)
      heads[3 * row + word] = value
    }
  }
  return heads
}

/** Less than, equal to or greater than zero, as row `i` of `a` comes before, with or after row `j` of `b`. */
export function compareKeys(a: SortKeys, i: number, b: SortKeys, j: number): number {
  for (let word = 0; word < 3; word++) {
    const difference = (a.heads[3 * i + word] as number) - (b.heads[3 * j + word] as number)
    if (difference !== 0) return difference
  }
  let left = (a.offsets[i] as number) + HEAD
  let right = (b.offsets[j] as number) + HEAD
  const leftEnd = a.offsets[i + 1] as number
  const rightEnd = b.offsets[j + 1] as number
  for (; left < leftEnd && right < rightEnd; left++, right++) {
    const difference = (a.bytes[left] as number) - (b.bytes[right] as number)
    if (difference !== 0) return difference
  }
  return Math.max(0, leftEnd - left) - Math.max(0, rightEnd - right)
}

/** The rows in the order of their keys; those with equal keys as they came. */
export function sortedRows(keys: SortKeys): Uint32Array {
  const rows = new Uint32Array(keys.rows)
  for (let row = 0; row < rows.length; row++) rows[row] = row
  return rows.sort((i, j) => compareKeys(keys, i, keys, j))
}

/** Keys one after the other. */
export function joinKeys(parts: readonly SortKeys[]): SortKeys {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const heads = new Uint32Array(3 * rows)
  const offsets = new Uint32Array(rows + 1)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0))
  let [row, at] = [0, 0]
  for (const part of parts) {
    heads.set(part.heads, 3 * row)
    bytes.set(part.bytes, at)
    for (let index = 1; index <= part.rows; index++) offsets[row + index] = at + (part.offsets[index] as number)
    row += part.rows
    at += part.bytes.length
  }
  return {rows, heads, bytes, offsets}
}
