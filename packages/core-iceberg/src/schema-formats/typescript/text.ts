import {typeName} from '../ascii-name.js'
import {namer} from '../unique-names.js'

/** A string of TypeScript on one line. */
export const tsString = (text: string) =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replaceAll(/[\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`)}'`

/** The name of a property: any name there is, in quotation marks where it needs them. */
export const tsProperty = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : tsString(name))

/** A comment before what it is about, indented. */
export function tsComment(lines: readonly string[], indent = ''): string {
  const safe = lines.map((line) => line.replaceAll('*/', '*\\/'))
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`
  return `${indent}/**\n${safe.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`
}

/** Types that the files themselves use. */
const TAKEN = ['ReadonlyArray', 'ReadonlyMap', 'Uint8Array']

/** Names for types of a module. */
export const types = () => namer({clean: typeName, fallback: 'Table', taken: TAKEN})
