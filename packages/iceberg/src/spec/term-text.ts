import {usage} from '@phlo/core'

/** A column with a transform, as people write it: `bucket(16, id)`, `month(ts)`, `region`. */
export interface Term {
  readonly column: string
  /** As metadata writes it: `bucket[16]`, `identity`. */
  readonly transform: string
  /** What follows the term, in lower case with single blanks: `desc nulls last`. */
  readonly suffix: string
}

const COLUMN = String.raw`(?:\x60(?:[^\x60]|\x60\x60)+\x60|[^\s(),\x60]+)`
const TERM = new RegExp(String.raw`^(?:(\w+)\s*\(\s*(?:(\d+)\s*,\s*)?(${COLUMN})\s*\)|(${COLUMN}))(?:\s+(.*))?$`, 's')

/** Reads a list of terms, separated by commas outside of brackets and backquotes. An empty text is an empty list. */
export function parseTermList(text: string, code: string): readonly Term[] {
  if (text.trim() === '') return []
  return splitTerms(text).map((part) => parseTerm(part.trim(), code))
}

function parseTerm(part: string, code: string): Term {
  const match = TERM.exec(part)
  const [, name, width, argument, plain, suffix = ''] = match ?? []
  const column = argument ?? plain
  if (column === undefined) {
    throw usage(code, `${JSON.stringify(part)} is not a column or a transform of one: write region, month(ts) or bucket(16, id).`)
  }
  return {
    column: column.startsWith('`') ? column.slice(1, -1).replaceAll('``', '`') : column,
    transform: transformText(name, width),
    suffix: suffix.trim().toLowerCase().replace(/\s+/g, ' '),
  }
}

/** SQL dialects write years, months, days and hours; metadata has the singular. */
function transformText(name: string | undefined, width: string | undefined): string {
  const word = (name ?? 'identity').toLowerCase().replace(/^(year|month|day|hour)s$/, '$1')
  return width === undefined ? word : `${word}[${width}]`
}

function splitTerms(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '`') quoted = !quoted
    else if (quoted) continue
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}
