import {type Cursor, takeBytes, takeCount, takeInt, takeLong} from './cursor.js'
import type {FileType} from './file-type.js'

/** Elements that take no bytes; more of them at a time are taken for damage. */
const MOST_EMPTY = 2 ** 20

/** True when every value of the type takes no bytes at all, so that their number is not bounded by the file. */
export function isEmptyType(type: FileType): boolean {
  if (type.kind === 'record') return type.fields.every((field) => isEmptyType(field.type))
  return type.kind === 'primitive' && (type.type === 'null' || type.size === 0)
}

/**
 * How many elements the next block of a list or map has; 0 at its end.
 *
 * @param isEmpty whether elements take no bytes
 * @throws RangeError for more than there can be
 */
export function takeBlockCount(cursor: Cursor, isEmpty: boolean): number {
  let count = takeCount(cursor)
  if (count < 0) {
    // The size of the block in bytes, for those who pass over it.
    takeLong(cursor)
    count = -count
  }
  if (count > (isEmpty ? MOST_EMPTY : cursor.bytes.length - cursor.at)) throw new RangeError(`a list claims to have ${count} elements`)
  return count
}

/** Moves past a value that nobody wants. */
export function skipper(type: FileType): (cursor: Cursor) => void {
  switch (type.kind) {
    case 'record': {
      const skips = type.fields.map((field) => skipper(field.type))
      return (cursor) => {
        for (const skip of skips) skip(cursor)
      }
    }
    case 'union': {
      const skips = type.branches.map(skipper)
      return (cursor) => branchOf(skips, cursor)(cursor)
    }
    case 'repeated': {
      const skips = type.entries.map((entry) => skipper(entry.type))
      const isEmpty = type.entries.every((entry) => isEmptyType(entry.type))
      return (cursor) => {
        for (let count = takeBlockCount(cursor, isEmpty); count !== 0; count = takeBlockCount(cursor, isEmpty)) {
          for (let element = 0; element < count; element++) for (const skip of skips) skip(cursor)
        }
      }
    }
    case 'primitive':
      return skipPrimitive(type.type, type.size ?? 0)
  }
}

/** What belongs to the branch of a union that comes next. */
export function branchOf<Branch>(branches: readonly Branch[], cursor: Cursor): Branch {
  const branch = branches[takeInt(cursor)]
  if (branch === undefined) throw new RangeError('a union has no such branch')
  return branch
}

const WIDTHS = {null: 0, boolean: 1, float: 4, double: 8}

function skipPrimitive(type: string, size: number): (cursor: Cursor) => void {
  switch (type) {
    case 'int':
    case 'long':
    case 'enum':
      return takeLong
    case 'bytes':
    case 'string':
      return (cursor) => takeBytes(cursor, takeCount(cursor))
    default: {
      const width = type === 'fixed' ? size : WIDTHS[type as keyof typeof WIDTHS]
      return (cursor) => takeBytes(cursor, width)
    }
  }
}
