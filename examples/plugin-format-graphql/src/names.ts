/** Names of GraphQL are of ASCII, and two underscores at their beginning are its own. */
const clean = (name: string) =>
  name
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .replace(/^__+/, '_')

/** Names of the fields of a type, each another one: who can keep a name keeps it. */
export function fieldNames(names: readonly string[]): readonly string[] {
  const used = new Set(names.filter((name) => name !== '' && clean(name) === name))
  return names.map((name) => (used.has(name) ? name : unused(clean(name) || '_', used)))
}

/** Gives names to types, each once, and none that a scalar has. */
export function typeNames(scalars: readonly string[]): (words: string) => string {
  const used = new Set(scalars)
  return (words) => {
    const parts = clean(words)
      .split('_')
      .filter((part) => part !== '')
    const name = parts.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join('')
    return unused(/^[A-Z]/.test(name) ? name : `T${name}`, used)
  }
}

function unused(name: string, used: Set<string>): string {
  let candidate = name
  for (let number = 2; used.has(candidate); number++) candidate = `${name}_${number}`
  used.add(candidate)
  return candidate
}
