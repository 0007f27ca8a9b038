import {type ColumnPath, type ColumnPosition, type SchemaChange, usage} from '@phlo/core'
import {formatType, parseTypePrefix} from '../spec/type-text.js'
import {parseColumnPath} from './columns.js'

const NAME = /^\s*((?:`(?:[^`]|``)+`|[^\s`.:,]+)(?:\.(?:`(?:[^`]|``)+`|[^\s`.:,]+))*)(?:\s*:|\s)\s*/su
const LITERAL = /^(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(\S+))/su

/**
 * Reads `name type [not null] [default value] [comment 'text'] [first | last | after name | before name]`: a column that is to be added. The
 * name may be a path (`address.zip`); texts are quoted when they hold blanks.
 *
 * @throws PhloError (exit 2) `INVALID_COLUMN` saying what was expected, `INVALID_TYPE`
 */
export function parseAddedColumn(text: string): SchemaChange {
  const [whole, name] = NAME.exec(text) ?? []
  if (whole === undefined || name === undefined) throw invalid(text, 'a name and a type, as in "amount decimal(9,2)"')
  const {type, end} = parseTypePrefix(text.slice(whole.length))
  const options = readOptions(text, whole.length + end)
  return {kind: 'add', path: parseColumnPath(name), type: formatType(type), required: false, ...options}
}

type Options = {-readonly [Key in 'required' | 'doc' | 'default' | 'position']?: Extract<SchemaChange, {kind: 'add'}>[Key]}

function readOptions(text: string, from: number): Options {
  const found: Options = {}
  let at = from
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(text.slice(at))
    if (match) at += match[0].length
    return match ?? undefined
  }
  const literal = (what: string): string => {
    take(/^\s+/)
    const match = take(LITERAL)
    if (!match) throw invalid(text, `${what} at character ${at + 1}`)
    return match[1]?.replaceAll("''", "'") ?? match[2]?.replaceAll('""', '"') ?? (match[3] as string)
  }
  while (text.slice(at).trim() !== '') {
    take(/^\s+/)
    if (take(/^not\s+null\b/i)) found.required = true
    else if (take(/^null\b/i)) found.required = false
    else if (take(/^default\b/i)) found.default = literal('a default value')
    else if (take(/^(?:comment|doc)\b/i)) found.doc = literal('a comment')
    else if (take(/^first\b/i)) found.position = 'first'
    else if (take(/^last\b/i)) found.position = 'last'
    else if (take(/^after\b/i)) found.position = {after: siblingName(literal('a column'))}
    else if (take(/^before\b/i)) found.position = {before: siblingName(literal('a column'))}
    else throw invalid(text, `not null, default, comment, first, last, after or before at character ${at + 1}`)
  }
  return found
}

/**
 * Reads `column=value`, where the column may be a path and stands before the first `=` outside of backquotes.
 *
 * @throws PhloError `INVALID_COLUMN` (exit 2)
 */
export function parseAssignment(text: string, what: string): {readonly path: ColumnPath; readonly value: string} {
  const [, name, value] = /^((?:`(?:[^`]|``)+`|[^`=])+)=(.*)$/su.exec(text) ?? []
  if (name === undefined || value === undefined) throw invalid(text, `a column and ${what}, as in column=${what.replace(/^an? /, '')}`)
  return {path: parseColumnPath(name), value}
}

/**
 * Reads where a column goes: `column first`, `column last`, `column after other`, `column before other`.
 *
 * @throws PhloError `INVALID_COLUMN` (exit 2)
 */
export function parseMove(text: string): SchemaChange {
  const [, name, word, sibling] = /^\s*((?:`(?:[^`]|``)+`|[^\s`])+)\s+(first|last|after|before)\b\s*(.*?)\s*$/isu.exec(text) ?? []
  const place = word?.toLowerCase()
  const isWhole = place === 'after' || place === 'before' ? sibling !== '' : sibling === ''
  if (name === undefined || !isWhole) throw invalid(text, 'a place, as in "amount after id" or "amount first"')
  const position: ColumnPosition =
    place === 'after'
      ? {after: siblingName(sibling as string)}
      : place === 'before'
        ? {before: siblingName(sibling as string)}
        : (place as 'first' | 'last')
  return {kind: 'move', path: parseColumnPath(name), position}
}

/** The own name of a column that is given by its path: it is beside the other one. */
const siblingName = (text: string): string => parseColumnPath(text).at(-1) as string

const invalid = (text: string, expected: string) =>
  usage('INVALID_COLUMN', `${JSON.stringify(text)} is not understood: expected ${expected}.`)
