import type {SchemaChange} from '@phlo/core'
import type {Schema} from '../spec/types.js'
import {type Column, columnsOf} from './columns.js'
import type {Pair} from './pair-columns.js'

interface Rename {
  readonly left: Column
  readonly right: Column
  readonly to: string
}

/** The renames among some pairs, outer columns first and in an order in which no name is taken: two that change places go by a third name. */
export function inferRenames(from: Schema, pairs: readonly Pair[]): readonly SchemaChange[] {
  const dropped = new Set(pairs.filter(({right}) => !right).map(({left}) => left?.id))
  const groups = new Map<number | undefined, Rename[]>()
  for (const {left, right} of pairs) {
    if (!left?.field || !right || left.path.at(-1) === right.path.at(-1)) continue
    const group = groups.get(left.parent?.id) ?? []
    group.push({left, right, to: right.path.at(-1) as string})
    groups.set(left.parent?.id, group)
  }
  return [...groups.entries()].flatMap(([parent, renames]) => {
    const siblings = columnsOf(from).filter((column) => column.parent?.id === parent && !dropped.has(column.id))
    return ordered(renames, new Map(siblings.map((column) => [column.id, column.path.at(-1) as string])))
  })
}

function ordered(renames: readonly Rename[], names: Map<number, string>): readonly SchemaChange[] {
  const changes: SchemaChange[] = []
  const rename = ({left, right}: Rename, to: string) => {
    changes.push({kind: 'rename', path: [...right.path.slice(0, -1), names.get(left.id) as string], to})
    names.set(left.id, to)
  }
  const isFree = (name: string, id: number) => [...names].every(([other, own]) => other === id || own.toLowerCase() !== name.toLowerCase())
  let left = renames
  while (left.length > 0) {
    const [ready, waiting] = [left.filter(({to, left: {id}}) => isFree(to, id)), left.filter(({to, left: {id}}) => !isFree(to, id))]
    const [next] = ready
    if (next) rename(next, next.to)
    else {
      const [stuck] = waiting as [Rename]
      const spare = `${stuck.to}_${stuck.left.id}`
      if (names.get(stuck.left.id) === spare || !isFree(spare, stuck.left.id)) {
        // A name that a column keeps is wanted: the change is refused where it is judged.
        rename(stuck, stuck.to)
        left = left.filter((item) => item !== stuck)
        continue
      }
      rename(stuck, spare)
      left = [...left.filter((item) => item !== stuck), stuck]
      continue
    }
    left = left.filter((item) => item !== next)
  }
  return changes
}
