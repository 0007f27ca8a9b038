export interface NameRules {
  /**
   * The nearest name that the language can have, perhaps none at all. A name that it can have stays as it is, and so does a number at the end of
   * one: a language with short names cuts before it.
   */
  clean(name: string): string
  /** For a name of which nothing is left. */
  readonly fallback: string
  /** Names are the same that have the same key: in small letters, where the language does not tell them from capitals. */
  key?(name: string): string
  /** Names that something else has. */
  readonly taken?: Iterable<string>
}

/**
 * Names of the language for names of siblings, in their order, each another one. Who can keep a name keeps it, whoever else would be cleaned into it;
 * the others are numbered from 2 on.
 */
export function uniqueNames(names: readonly string[], {clean, fallback, key = (name) => name, taken = []}: NameRules): readonly string[] {
  const used = new Set(Array.from(taken, key))
  const found = new Map<number, string>()
  const take = (index: number, name: string) => {
    used.add(key(name))
    found.set(index, name)
  }
  for (const [index, name] of names.entries()) if (clean(name) === name && !used.has(key(name))) take(index, name)
  for (const [index, name] of names.entries()) {
    if (found.has(index)) continue
    const base = clean(name) || fallback
    let number = 2
    let candidate = base
    while (used.has(key(candidate))) candidate = withNumber(base, number++, clean)
    take(index, candidate)
  }
  return names.map((_, index) => found.get(index) ?? fallback)
}

/** Gives names of one file, each once, to types that are met one after the other. */
export function namer(rules: NameRules): (name: string) => string {
  const taken = [...(rules.taken ?? [])]
  return (name) => {
    const [own = rules.fallback] = uniqueNames([name], {...rules, taken})
    taken.push(own)
    return own
  }
}

/** As much of the name as leaves room for a number, where names have a greatest length. */
function withNumber(base: string, number: number, clean: NameRules['clean']): string {
  const kept = Array.from(base)
  for (;;) {
    const candidate = clean(`${kept.join('')}_${number}`)
    if (candidate.endsWith(String(number)) || kept.pop() === undefined) return candidate
  }
}
