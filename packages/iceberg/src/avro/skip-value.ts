import {type Cursor, skipBytes, skipVarint, takeCount, takeInt} from './cursor.js'
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
    skipVarint(cursor)
    count = -count
  }
  if (count > (isEmpty ? MOST_EMPTY : cursor.bytes.length - cursor.at)) throw new RangeError(`a list claims to have ${count} elements`)
  return count
}

/** Moves past a value that nobody wants. */
export function skipper(type: FileType): (cursor: Cursor) => void {
  switch (type.kind) {
    case 'record':
      return together(type.fields.map((field) => skipper(field.type)))
    case 'union': {
      const skips = type.branches.map(skipper)
      return (cursor) => branchOf(skips, cursor)(cursor)
    }
    case 'repeated': {
      const isEmpty = type.entries.every((entry) => isEmptyType(entry.type))
      const skipEntry = together(type.entries.map((entry) => skipper(entry.type)))
      return (cursor) => {
        for (let count = takeBlockCount(cursor, isEmpty); count !== 0; count = takeBlockCount(cursor, isEmpty)) {
          for (let element = 0; element < count; element++) skipEntry(cursor)
        }
      }
    }
    case 'primitive':
      return skipPrimitive(type.type, type.size ?? 0)
  }
}

/** Moves past several values; keys and values of maps, of which there are most, without a loop. */
function together(skips: readonly ((cursor: Cursor) => void)[]): (cursor: Cursor) => void {
  const [first, second] = skips
  if (!first || !second || skips.length > 2) {
    return (cursor) => {
      for (const skip of skips) skip(cursor)
    }
  }
  return (cursor) => {
    first(cursor)
    second(cursor)
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
      return skipVarint
    case 'bytes':
    case 'string':
      return (cursor) => skipBytes(cursor, takeCount(cursor))
    default: {
      const width = type === 'fixed' ? size : WIDTHS[type as keyof typeof WIDTHS]
      return (cursor) => skipBytes(cursor, width)
    }
  }
}
