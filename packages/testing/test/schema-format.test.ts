import {createHash} from 'node:crypto'
import {describe, expect, test} from '@jest/globals'
import {
  defineSchemaFormat,
  ExitCode,
  PhloError,
  type SchemaDocument,
  type SchemaField,
  type SchemaFormat,
  type SchemaLoss,
  type WrittenSchema,
} from '@phlo/core'
import {type SchemaFormatUnderTest, testSchemaFormat, type UnderstoodColumn} from '@phlo/testing'

const toText = (value: unknown) => JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? {long: `${item}`} : item))
const fromText = (text: string) => JSON.parse(text, (_, item) => (typeof item?.long === 'string' ? BigInt(item.long) : item))
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** Tables as they are, and a digest of them. */
const exact = defineSchemaFormat({
  name: 'exact',
  title: 'Tables as they are',
  extensions: ['.exact'],
  several: true,
  async write(documents) {
    const text = toText(documents)
    return {content: `${digestOf(text)} ${text}`, losses: []}
  },
  async read(content, source) {
    const [digest, ...rest] = Buffer.from(content).toString().split(' ')
    if (digest === digestOf(rest.join(' '))) return fromText(rest.join(' ')).map((table: SchemaDocument) => ({...table, hasIds: true}))
    throw new PhloError(`${source} is not exact.`, {code: 'SCHEMA_NOT_READABLE', exit: ExitCode.usage})
  },
})

const under = (format: SchemaFormat): SchemaFormatUnderTest => ({format, judge, runs: 10})

async function judge(content: string | Uint8Array) {
  const documents: readonly SchemaDocument[] = fromText(String(content).split(' ').slice(1).join(' '))
  return documents.map(({schema}) => ({columns: schema.fields.map(columnOf)}))
}

function columnOf({name, required, type}: Pick<SchemaField, 'name' | 'required' | 'type'>): UnderstoodColumn {
  if (typeof type === 'string') return {name, required, type}
  if (type.type === 'struct') return {name, required, type: 'struct', children: type.fields.map(columnOf)}
  const inside =
    type.type === 'list'
      ? [{name: 'element', type: type.element, required: type['element-required']}]
      : [
          {name: 'key', type: type.key, required: true},
          {name: 'value', type: type.value, required: type['value-required']},
        ]
  return {name, required, type: type.type, children: inside.map(columnOf)}
}

/** The names of the cases that a format fails. */
async function failures(options: SchemaFormatUnderTest): Promise<string> {
  const cases = await testSchemaFormat(options)
  const outcomes = await Promise.allSettled(cases.map(({run}) => run()))
  return cases.flatMap(({name}, index) => (outcomes[index]?.status === 'rejected' ? [name] : [])).join('\n')
}

const cases = await testSchemaFormat(under(exact))

describe('a format that carries everything keeps the contract', () => {
  for (const {name, run} of cases) test(name, run)

  test('and is said to', () => {
    const outcomes = cases.flatMap(({name}) => / — (.*)/.exec(name)?.[1] ?? [])
    expect(new Set(outcomes)).toEqual(new Set(['exactly', 'with field ids']))
    expect(outcomes.length).toBeGreaterThan(40)
  })
})

/** The format, which writes a table as if it were another one. */
const writing = (change: (field: SchemaField) => Partial<SchemaField> | undefined, losses: readonly SchemaLoss[] = []): SchemaFormat => ({
  ...exact,
  async write(documents, options): Promise<WrittenSchema> {
    const changed = documents.map((document) => {
      const fields = document.schema.fields.flatMap((field) => {
        const other = change(field)
        return other ? [{...field, ...other}] : []
      })
      return {...document, schema: {...document.schema, fields}}
    })
    return {content: (await exact.write?.(changed, options))?.content ?? '', losses}
  },
})

describe('the suite catches a format', () => {
  test.each<[string, SchemaFormat, Partial<SchemaFormatUnderTest>, string]>([
    ['that leaves out a column', writing((field) => (field.name === 'optional' ? undefined : {})), {}, 'carries int — exactly'],
    ['that makes one type of another', writing(({type}) => (type === 'uuid' ? {type: 'string'} : {})), {}, 'carries uuid — exactly'],
    ['that forgets what is required', writing(() => ({required: false})), {}, 'carries string — exactly'],
    ['that renames', writing(({name}) => ({name: name.slice(0, 200)})), {}, 'carries names — exactly'],
    ['that loses a doc', writing(({doc: _, ...field}) => ({...field, doc: 'none'})), {}, 'carries docs — exactly'],
    ['that loses a default', writing(() => ({'write-default': null})), {}, 'carries defaults — exactly'],
    [
      'whose losses are of no column',
      writing(() => ({}), [{column: ['nothing'], what: 'uuid became text'}]),
      {},
      'carries uuid — uuid became text',
    ],
    ['whose losses are long', writing(() => ({}), [{what: 'The id is lost.'}]), {}, 'writes one column'],
    ['that does not comment on losses', writing(() => ({}), [{what: 'nothing is ordered'}]), {hasComments: true}, 'writes one column'],
    [
      'that writes what its tool does not take',
      exact,
      {
        judge: async () => {
          throw new Error('line 1: unexpected end')
        },
      },
      'writes one column',
    ],
    [
      'that cannot write a type, and does not say which',
      {
        ...exact,
        write: async () => {
          throw new PhloError('No.', {code: 'SCHEMA_NOT_WRITABLE', exit: ExitCode.usage})
        },
      },
      {},
      'carries int — cannot be written: No.',
    ],
    [
      'that loses what is of the table',
      {...exact, read: async () => [{schema: {type: 'struct', fields: []}, hasIds: true, losses: []}]},
      {},
      'reads what it wrote — with field ids',
    ],
    [
      'that fails on the files of others',
      {
        ...exact,
        read: async () => {
          throw new TypeError('undefined is not a function')
        },
      },
      {},
      'refuses a file of html',
    ],
  ])('%s', async (_, format, options, name) => {
    expect((await failures({...under(format), runs: 1, ...options})).split('\n')).toContain(name)
  })
})
