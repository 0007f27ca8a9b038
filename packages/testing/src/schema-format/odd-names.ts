import type {SchemaDocument} from '@phlo/core'
import {documentOf} from './documents.js'

const RESERVED = [
  'select',
  'table',
  'order',
  'user',
  'class',
  'def',
  'None',
  'lambda',
  'function',
  'interface',
  'message',
  'optional',
  'type',
  'id',
]
/** What objects have in languages in which a record is one. */
const INHERITED = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__init__',
  '__class__',
  'self',
  'schema',
  'model_config',
  'copy',
  'json',
]
const SYMBOLS = [
  'a b',
  'a-b',
  'a.b',
  'a_b',
  'A_B',
  'a/b',
  "it's",
  '"a"',
  '`a`',
  '\\',
  'a\nb',
  '$a',
  '@a',
  '#a',
  'a:b',
  'a,b',
  'a;b',
  '50%',
  '$\u007bx}',
  '*/',
  '"""',
]
const LETTERS = ['été', 'e\u0301te\u0301', '名前', '🦆', '🦜', 'ß', 'SS', 'İ']
/** Of these nothing is left when all but letters, digits and underscores is removed. */
const EMPTIED = ['-', '--', ' ', '_', '__', '?!']
const DIGITS = ['1st', '2026', '0', '_0', '_1st', '1_st']
const LONG = ['x'.repeat(300), `${'x'.repeat(299)}y`, `${'x'.repeat(62)}éz`]
const CASES = ['Region', 'region', 'REGION']
/** What is in lists and maps is called like this in several languages. */
const STRUCTURAL = ['element', 'key', 'value', 'list', 'item', 'entries', 'key_value', 'root', 'fields', 'Entry', 'deepEntry']

export const ODD_NAMES: readonly string[] = [
  ...new Set([...RESERVED, ...INHERITED, ...SYMBOLS, ...LETTERS, ...EMPTIED, ...DIGITS, ...LONG, ...CASES, ...STRUCTURAL]),
]

/** Each name of a column, and of a field of a struct; structs, of which languages make types of their own, have odd names as well. */
export function withOddNames(): SchemaDocument {
  const inside = ODD_NAMES.map((name) => ({name, type: 'int'}))
  return documentOf(
    [
      ...ODD_NAMES.map((name, index) => ({
        name,
        type: index % 3 === 0 ? {struct: [{name, type: 'string'}]} : 'string',
        required: index % 2 === 0,
      })),
      {name: 'deep', type: {list: {map: ['string', {struct: inside}]}}},
    ],
    {name: ['sales q1', '1st "orders" */ of `été`']},
  )
}

/** A table of an odd name each. */
export const oddTables = (): readonly SchemaDocument[] =>
  ODD_NAMES.map((name) =>
    documentOf(
      [
        {name: 'of', type: 'long'},
        {name, type: {struct: [{name: 'a', type: 'int'}]}},
      ],
      {name: ['sales', name]},
    ),
  )
