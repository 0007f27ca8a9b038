import type {PhloError} from '@phlo/core'
import {notReadable} from '../unreadable.js'
import type {Token} from './tokens.js'

/** Where reading is in a file's tokens. */
export interface Cursor {
  /** The next token, or one after it. Past the end: an empty symbol. */
  peek(ahead?: number): Token
  next(): Token
  readonly isAtEnd: boolean
  /** Whether these come next, keywords in any letters. */
  is(...texts: readonly string[]): boolean
  /** Passes these when they come next, and says whether they did. */
  take(...texts: readonly string[]): boolean
  /** @throws PhloError `SCHEMA_NOT_READABLE` when something else comes */
  expect(...texts: readonly string[]): void
  /** An identifier, quoted or not. */
  name(): string
  /** Identifiers with dots between them. */
  path(): readonly string[]
  /** The content of a text. */
  text(): string
  /** Passes all up to one of these outside of brackets, and gives it as text. */
  until(...stops: readonly string[]): string
  /** Reads what is between brackets, item by item, with commas between them. */
  list<Item>(open: string, item: () => Item): readonly Item[]
  /** An error that tells the line, and what was wanted there. */
  fail(wanted: string): PhloError
}

const OPEN: Readonly<Record<string, string>> = {'(': ')', '[': ']', '{': '}', '<': '>'}
const plain = (token: Token) => (token.kind === 'text' ? `'${token.text}'` : token.text)

export function cursorOf(tokens: readonly Token[], source: string): Cursor {
  let at = 0
  const end: Token = {kind: 'symbol', text: '', line: tokens.at(-1)?.line ?? 1}
  const peek = (ahead = 0) => tokens[at + ahead] ?? end
  const isText = (text: string, ahead: number) => {
    const token = peek(ahead)
    return (token.kind === 'word' || token.kind === 'symbol') && token.text.toUpperCase() === text
  }
  const is = (...texts: readonly string[]) => texts.every((text, index) => isText(text, index))
  const take = (...texts: readonly string[]) => {
    const found = is(...texts)
    if (found) at += texts.length
    return found
  }
  const fail = (wanted: string) => {
    const token = peek()
    const found = token === end ? 'the end' : JSON.stringify(plain(token))
    return notReadable(source, `line ${token.line} has ${found} where ${wanted} was expected`)
  }
  const expect = (...texts: readonly string[]) => {
    if (!take(...texts)) throw fail(texts.join(' '))
  }
  const next = () => {
    const token = peek()
    at++
    return token
  }
  const name = () => {
    const token = peek()
    if (token.kind !== 'word' && token.kind !== 'name') throw fail('a name')
    if (token.text === '') throw fail('a name that is not empty')
    return next().text
  }
  return {
    peek,
    next,
    get isAtEnd() {
      return at >= tokens.length
    },
    is,
    take,
    expect,
    name,
    path() {
      const parts = [name()]
      while (take('.')) parts.push(name())
      return parts
    },
    text() {
      if (peek().kind !== 'text') throw fail('a text')
      return next().text
    },
    until(...stops) {
      const passed: string[] = []
      const open: string[] = []
      while (at < tokens.length && !(open.length === 0 && stops.some((stop) => isText(stop, 0)))) {
        const token = next()
        const closing = token.kind === 'symbol' ? OPEN[token.text] : undefined
        if (closing !== undefined && token.text !== '<') open.push(closing)
        else if (token.kind === 'symbol' && token.text === open.at(-1)) open.pop()
        passed.push(plain(token))
      }
      return passed.join(' ').replaceAll(/ ?([(),.]) ?/g, '$1')
    },
    list(open, item) {
      expect(open)
      const close = OPEN[open] ?? ')'
      const items = []
      do items.push(item())
      while (take(','))
      expect(close)
      return items
    },
    fail,
  }
}
