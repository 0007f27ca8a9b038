import {isMap, isStruct} from '../spec/schema.js'
import {type Column, formatColumnPath, keyOf} from './columns.js'
import {impossible} from './impossible.js'

/**
 * What new columns have to be, besides columns of the specification: told apart by every engine, and such that files can have them.
 *
 * @throws PhloError `IMPOSSIBLE_CHANGE` (exit 2) naming the column
 */
export function assertColumns(columns: readonly Column[]): void {
  const known = new Map<string, string>()
  for (const {path, type, required, parent} of columns) {
    const name = formatColumnPath(path)
    const key = keyOf(path).toLowerCase()
    const other = known.get(key)
    if (other !== undefined) {
      throw impossible(`Columns ${other} and ${name} differ in case only, or not at all: most engines take the two for one.`)
    }
    known.set(key, name)
    if (path.at(-1) === '') throw impossible(`Column ${name} has no name.`)
    if (isStruct(type) && type.fields.length === 0)
      throw impossible(`Column ${name} is a struct with nothing in it, for which files have no place.`)
    if (type !== 'unknown') continue
    if (required) throw impossible(`Column ${name} of type unknown has nothing but nulls, and cannot be required.`)
    if (parent && !isStruct(parent.type)) {
      throw impossible(`Column ${name} of type unknown is in a ${isMap(parent.type) ? 'map' : 'list'}, for which files have no place.`)
    }
  }
}
