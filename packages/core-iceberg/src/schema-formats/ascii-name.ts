/** A name of letters, digits and underscores of ASCII that begins with no digit: letters lose their accents, all else becomes an underscore. */
export function asciiName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
  return /^\d/.test(plain) ? `_${plain}` : plain
}

/** The name of a type for a name: `order items` is `OrderItems`. Empty when no letter or digit is left. */
export function typeName(name: string): string {
  const words = asciiName(name)
    .split('_')
    .filter((word) => word !== '')
  const joined = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return /^\d/.test(joined) ? `T${joined}` : joined
}
