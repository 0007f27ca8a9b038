/** A value as JSON.stringify can write it: 64-bit integers become strings, maps objects, sets and iterables of their kind arrays. */
export function toJson(value: unknown): unknown {
  const own = plain(value)
  if (typeof own !== 'object' || own === null) return own
  if (Array.isArray(own)) return own.map(toJson)
  return Object.fromEntries(Object.entries(own).map(([key, inner]) => [key, toJson(inner)]))
}

/** As `toJson`, of the value alone and not of what is in it. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  return 'toJSON' in value && typeof value.toJSON === 'function' ? plain(value.toJSON()) : value
}

/** Characters that are written together. */
const PIECE = 2 ** 16

/**
 * Prints the one document of `--json` in pieces: its lists may be longer than a text can be.
 *
 * @param replace what is printed for each text in it, names aside
 */
export function printDocument(document: unknown, replace: (text: string) => string = (text) => text): void {
  let piece = ''
  const write = (text: string) => {
    piece += text
    if (piece.length < PIECE) return
    process.stdout.write(piece)
    piece = ''
  }
  writeJson(document, {write, replace}, '\n')
  process.stdout.write(`${piece}\n`)
}

interface JsonWriter {
  readonly write: (text: string) => void
  readonly replace: (text: string) => string
}

/** Writes what `JSON.stringify` with an indent of two makes of `toJson`. `line` begins a line as deep as the value is. */
function writeJson(value: unknown, writer: JsonWriter, line: string): void {
  const own = plain(value)
  if (typeof own !== 'object' || own === null) {
    writer.write(JSON.stringify(typeof own === 'string' ? writer.replace(own) : own) ?? 'null')
    return
  }
  const isList = Array.isArray(own)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  let before = open
  const writeInner = (name: string, inner: unknown) => {
    writer.write(`${before}${line}  ${name}`)
    writeJson(inner, writer, `${line}  `)
    before = ','
  }
  if (isList) for (const element of own) writeInner('', element)
  else for (const [name, inner] of Object.entries(own)) if (isWritten(inner)) writeInner(`${JSON.stringify(name)}: `, inner)
  writer.write(before === open ? `${open}${close}` : `${line}${close}`)
}

const isWritten = (value: unknown) => value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
