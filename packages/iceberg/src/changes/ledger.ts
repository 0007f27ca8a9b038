import {refused} from '@phlo/core'

export type RowChange = 'INSERT' | 'DELETE'
export type ChangeType = RowChange | 'UPDATE_BEFORE' | 'UPDATE_AFTER'

/** What happened to a row, as one number: when, and whether it came. */
const codeOf = (ordinal: number, change: RowChange) => ordinal * 2 + Number(change === 'INSERT')

interface Kept {
  /** What is left of what happened to rows of the same values, in the order in which it happened. */
  readonly codes: number[]
  readonly identifier: string | undefined
}

/** What is left of changes once rows that went and came back, or came and went again, are struck out. */
export interface Ledger {
  /** Adds a change; the changes of a row in the order in which they happened. */
  add(row: string, change: RowChange, ordinal: number, identifier: string | undefined): void
  /** How a change is to be told, once all were added; undefined when it was struck out. Each is told once. */
  take(row: string, change: RowChange, ordinal: number): ChangeType | undefined
  /** @throws PhloError `AMBIGUOUS_IDENTIFIER` (exit 6) when more than one row with the same identifier came, or went */
  assertIdentified(columns: readonly string[]): void
}

/** Makes an empty ledger. Its memory is that of the changes that are left, not of those that were added. */
export function createLedger(): Ledger {
  const rows = new Map<string, Kept>()
  let pairs: Map<string, {deletes: number; inserts: number}> | undefined
  const countPairs = () => {
    const counted = new Map<string, {deletes: number; inserts: number}>()
    for (const {codes, identifier} of rows.values()) {
      if (identifier === undefined) continue
      const pair = counted.get(identifier) ?? {deletes: 0, inserts: 0}
      for (const code of codes) pair[code % 2 === 0 ? 'deletes' : 'inserts'] += 1
      counted.set(identifier, pair)
    }
    return counted
  }
  const pairOf = (identifier: string | undefined) => {
    pairs ??= countPairs()
    return identifier === undefined ? undefined : pairs.get(identifier)
  }
  return {
    add(row, change, ordinal, identifier) {
      const kept = rows.get(row)
      const code = codeOf(ordinal, change)
      if (!kept) rows.set(row, {codes: [code], identifier})
      else if (kept.codes.length > 0 && (kept.codes.at(-1) as number) % 2 !== code % 2) kept.codes.pop()
      else kept.codes.push(code)
      if (kept?.codes.length === 0) rows.delete(row)
    },
    take(row, change, ordinal) {
      const kept = rows.get(row)
      const pair = pairOf(kept?.identifier)
      const at = kept?.codes.indexOf(codeOf(ordinal, change)) ?? -1
      if (at < 0) return undefined
      kept?.codes.splice(at, 1)
      if (!pair?.deletes || !pair.inserts) return change
      return change === 'DELETE' ? 'UPDATE_BEFORE' : 'UPDATE_AFTER'
    },
    assertIdentified(columns) {
      pairs ??= countPairs()
      for (const {deletes, inserts} of pairs.values()) {
        if (deletes < 2 && inserts < 2) continue
        throw refused(
          'AMBIGUOUS_IDENTIFIER',
          `Several rows with the same ${columns.join(', ')} were ${deletes > 1 ? 'deleted' : 'inserted'}, so that it cannot be told which became which.`,
          ['name columns that identify a row', 'leave --identifier out: every update is then a delete and an insert'],
        )
      }
    },
  }
}
