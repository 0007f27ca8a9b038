import {notReadable} from '../unreadable.js'
import {type Dialect, hasBackquotes, hasBackslashes} from './dialects.js'

export interface Token {
  /** `name` is a quoted identifier; a `word` may be one or a keyword. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol'
  /** Without quotes. */
  readonly text: string
  /** What stands right before a text: the X of X'00', in capital letters. */
  readonly prefix?: string
  /** Counted from 1 on. */
  readonly line: number
}

const SPACE = /(?:\s|--[^\n]*|\/\*[\s\S]*?\*\/)+/y
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const DOLLAR = /\$([\p{L}_][\p{L}\p{N}_]*)?\$/uy
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '0': '\0'}

/**
 * The pieces that a text of SQL is made of, without comments.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` for a character that SQL has not, or a quote that does not end
 */
export function tokensOf(sql: string, source: string, dialect: Dialect): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(sql)
  }
  const push = (kind: Token['kind'], text: string, end: number, prefix?: string) => {
    tokens.push({kind, text, line, ...(prefix !== undefined && {prefix})})
    line += sql.slice(at, end).split('\n').length - 1
    at = end
  }
  const quotedFrom = (start: number, escapes: boolean) => {
    const quote = sql[start]
    let text = ''
    for (let index = start + 1; index < sql.length; index++) {
      const character = sql[index] as string
      if (character === '\\' && escapes) {
        const {value, length} = escaped(sql, index + 1)
        text += value
        index += length
      } else if (character !== quote) text += character
      else if (sql[index + 1] === quote) {
        text += quote
        index++
      } else return {text, end: index + 1}
    }
    throw notReadable(source, `what begins with ${quote} in line ${line} does not end`)
  }
  while (at < sql.length) {
    const space = match(SPACE)
    if (space) {
      line += space[0].split('\n').length - 1
      at += space[0].length
      continue
    }
    const character = sql[at] as string
    const dollar = dialect === 'postgres' || dialect === 'snowflake' || dialect === 'duckdb' ? match(DOLLAR) : null
    const word = match(WORD)
    const number = match(NUMBER)
    if (dollar) {
      const start = at + dollar[0].length
      const end = sql.indexOf(dollar[0], start)
      if (end === -1) throw notReadable(source, `what begins with ${dollar[0]} in line ${line} does not end`)
      push('text', sql.slice(start, end), end + dollar[0].length)
    } else if (word && sql[at + word[0].length] === "'" && /^(?:x|b|e|r|n|rb|br)$/i.test(word[0])) {
      const prefix = word[0].toUpperCase()
      const hasEscapes = prefix.includes('E') || (hasBackslashes(dialect) && !prefix.includes('R') && prefix !== 'X')
      const {text, end} = quotedFrom(at + word[0].length, hasEscapes)
      push('text', text, end, prefix)
    } else if (word) push('word', word[0], at + word[0].length)
    else if (number) push('number', number[0], at + number[0].length)
    else if (character === "'" || (character === '"' && hasBackquotes(dialect))) {
      const {text, end} = quotedFrom(at, hasBackslashes(dialect))
      push('text', text, end)
    } else if (character === '"' || (character === '`' && hasBackquotes(dialect))) {
      const {text, end} = quotedFrom(at, false)
      push('name', text, end)
    } else if (sql.startsWith('::', at)) push('symbol', '::', at + 2)
    else if (/[()<>[\],;.:=+\-*/%!|&?@~^{}#$]/.test(character)) push('symbol', character, at + 1)
    else
      throw notReadable(
        source,
        `line ${line} has ${JSON.stringify(String.fromCodePoint(sql.codePointAt(at) ?? 0))}, which is no SQL of ${dialect}`,
      )
  }
  return tokens
}

/** What a backslash and the characters behind it mean, and how many those are. */
function escaped(sql: string, at: number): {readonly value: string; readonly length: number} {
  const [all, hex] = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(sql.slice(at, at + 5)) ?? []
  if (all !== undefined) return {value: String.fromCharCode(Number.parseInt(hex ?? all.slice(1), 16)), length: all.length}
  const character = sql[at] ?? ''
  return {value: ESCAPES[character] ?? character, length: 1}
}
