import {Flags} from '@oclif/core'
import {type SchemaChange, usage} from '@phlo/core'
import {parseAddedColumn, parseAssignment, parseColumnPath, parseMove} from '@phlo/iceberg'

const several = (summary: string, helpValue: string) =>
  Flags.string({summary, helpValue, multiple: true, multipleNonGreedy: true, helpGroup: 'CHANGE'})

/** The changes that can be asked for, each as often as one likes. They are made in the order in which they are written. */
export const changeFlags = {
  add: several('add a column: "name type [not null] [default …] [comment …] [first | after name]"', '<column>'),
  drop: several('drop a column', '<column>'),
  rename: several('give a column another name', '<column=name>'),
  type: several('promote a column to a wider type', '<column=type>'),
  nullable: several('let a column be null', '<column>'),
  require: several('let a column no longer be null; its nulls are counted first', '<column>'),
  comment: several('describe a column; nothing after the "=" takes the description away', '<column=text>'),
  default: several('what rows get that are written without the column (format version 3)', '<column=value>'),
  'drop-default': several('give rows that are written without the column null again', '<column>'),
  move: several('give a column another place: "name first", "name after other"', '<column place>'),
  identifier: several('the columns that identify a row, all of them; none when empty', '<columns>'),
  'partition-add': several('partition new files by "bucket(16, id)", too', '<field>'),
  'partition-drop': several('partition new files no more by this field', '<field>'),
  'sort-order': several('the sort order of new files, such as "at desc nulls last, id"; none when empty', '<fields>'),
}

type ChangeFlag = keyof typeof changeFlags

const READERS: {readonly [Flag in ChangeFlag]: (text: string) => SchemaChange} = {
  add: parseAddedColumn,
  drop: (text) => ({kind: 'drop', path: parseColumnPath(text)}),
  rename(text) {
    const {path, value} = parseAssignment(text, 'a name')
    const name = parseColumnPath(value)
    if (name.length > 1)
      throw usage(
        'INVALID_COLUMN',
        `A column stays where it is: ${JSON.stringify(value)} is a path, and not a name (a name with a dot is put in backquotes).`,
      )
    return {kind: 'rename', path, to: name[0] as string}
  },
  type(text) {
    const {path, value} = parseAssignment(text, 'a type')
    return {kind: 'type', path, type: value}
  },
  nullable: (text) => ({kind: 'nullability', path: parseColumnPath(text), required: false}),
  require: (text) => ({kind: 'nullability', path: parseColumnPath(text), required: true}),
  comment(text) {
    const {path, value} = parseAssignment(text, 'a text')
    return {kind: 'doc', path, doc: value === '' ? null : value}
  },
  default(text) {
    const {path, value} = parseAssignment(text, 'a value')
    return {kind: 'default', path, default: value}
  },
  'drop-default': (text) => ({kind: 'default', path: parseColumnPath(text), default: null}),
  move: parseMove,
  identifier: (text) => ({kind: 'identifier', columns: text.trim() === '' ? [] : text.split(',').map(parseColumnPath)}),
  'partition-add': (term) => ({kind: 'partition-add', term}),
  'partition-drop': (term) => ({kind: 'partition-drop', term}),
  'sort-order': (terms) => ({kind: 'sort-order', terms}),
}

/** What was typed, token by token, as oclif tells it. */
interface Token {
  readonly type: string
  readonly flag?: string
  readonly input?: string | null
}

/**
 * The changes that the flags ask for, in the order in which they were typed.
 *
 * @throws PhloError (exit 2) `INVALID_COLUMN`, `INVALID_TYPE`
 */
export function changesOf(tokens: readonly Token[]): readonly SchemaChange[] {
  return tokens.flatMap(({type, flag, input}) =>
    type === 'flag' && flag !== undefined && Object.hasOwn(READERS, flag) && typeof input === 'string'
      ? [READERS[flag as ChangeFlag](input)]
      : [],
  )
}
