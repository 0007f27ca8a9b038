/** The folders of one depth. */
export interface Shards {
  add(folder: string): void
  /** Every folder that was added; undefined when they were too many to be kept, however few prefixes they share. */
  folders(): readonly string[] | undefined
  /** At most `most` prefixes that together cover every folder that was added, none of them a prefix of another. */
  prefixes(): readonly string[]
}

export interface ShardLimits {
  /** Prefixes. */
  readonly most: number
  /** More names than these are not kept, but only what they begin with. */
  readonly namesKept: number
}

/** Names that are random from their first character on can be divided: base64, which Iceberg's object store layout had, has 64. */
const LIMITS: ShardLimits = {most: 80, namesKept: 10_000}

/** Takes folders of one depth, each of which ends in a slash, in bounded memory. */
export function createShards({most, namesKept}: ShardLimits = LIMITS): Shards {
  let names = new Set<string>()
  let shared: readonly string[] = []
  return {
    add(folder) {
      if (shared.some((prefix) => folder.startsWith(prefix))) return
      names.add(folder)
      if (names.size <= namesKept) return
      shared = sharedPrefixes([...shared, ...names], most)
      names = new Set()
    },
    folders: () => (shared.length === 0 ? [...names] : undefined),
    prefixes: () => sharedPrefixes([...shared, ...names], most),
  }
}

/** At most so many prefixes that cover some names, of which none is a prefix of another: the largest group is divided first. */
export function sharedPrefixes(names: readonly string[], most: number): readonly string[] {
  const groups = names.length === 0 ? [] : [names]
  for (;;) {
    groups.sort((a, b) => b.length - a.length)
    const [largest] = groups
    if (!largest || largest.length === 1) break
    const at = sharedPrefix(largest).length
    const parts = [...Map.groupBy(largest, (name) => name.codePointAt(at)).values()]
    if (groups.length - 1 + parts.length > most) break
    groups.splice(0, 1, ...parts)
  }
  return groups.map(sharedPrefix)
}

/** What all of them begin with; never half of a character. */
function sharedPrefix(names: readonly string[]): string {
  const [first = ''] = names
  let length = first.length
  for (const name of names) {
    while (!name.startsWith(first.slice(0, length))) length -= 1
  }
  return length < first.length ? first.slice(0, length).replace(/[\uD800-\uDBFF]$/, '') : first
}
