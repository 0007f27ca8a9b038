import {expect} from '@jest/globals'
import {
  appendFiles,
  currentSchema,
  expireSnapshots,
  headOf,
  type Leaf,
  optimize,
  rewriteDeletes,
  rewriteManifests,
  type Schema,
  type Snapshot,
  scanRecordBatches,
  type TableUpdate,
  vacuum,
  writeDataFiles,
} from '@phlo/iceberg'
import fc from 'fast-check'
import {deleteByEquality, deleteByPosition} from './delete-rows.js'
import {type Lake, testContext} from './lake.js'

/** A row of the model; `key` is null now and then. */
export interface Row {
  readonly id: bigint
  readonly key: number | null
}

/** What a writer or maintenance does to a table of the model. */
export type Step =
  | {readonly do: 'append'; readonly rows: number; readonly files: number}
  | {readonly do: 'delete by position' | 'delete by equality'; readonly modulus: number}
  | {readonly do: 'delete keys'; readonly keys: readonly (number | null)[]}
  | {readonly do: 'optimize'; readonly all: boolean; readonly target: number}
  | {readonly do: 'sort'; readonly by: 'terms' | 'z-curve'; readonly target: number}
  | {readonly do: 'rewrite deletes'; readonly equality: boolean}
  | {readonly do: 'rewrite manifests' | 'vacuum' | 'upgrade' | 'promote' | 'rename' | 'partition' | 'branch'}
  | {readonly do: 'expire'; readonly keep: number}

export const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({do: fc.constant('append' as const), rows: fc.integer({min: 1, max: 30}), files: fc.integer({min: 1, max: 3})}),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('delete by position' as const, 'delete by equality' as const),
      modulus: fc.integer({min: 2, max: 9}),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('delete keys' as const),
      keys: fc.uniqueArray(fc.option(fc.nat(4)), {minLength: 1, maxLength: 3}),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constant('optimize' as const), all: fc.boolean(), target: fc.constantFrom(700, 3_000, 1_000_000)}),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sort' as const),
      by: fc.constantFrom('terms' as const, 'z-curve' as const),
      target: fc.constantFrom(700, 1_000_000),
    }),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constant('rewrite deletes' as const), equality: fc.boolean()})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('expire' as const), keep: fc.integer({min: 1, max: 3})})},
  ...(['rewrite manifests', 'vacuum', 'upgrade', 'promote', 'rename', 'partition', 'branch'] as const).map((step) => ({
    weight: 1,
    arbitrary: fc.constant({do: step}),
  })),
)

const ID = 1
const KEY = 2
const later = testContext(() => Date.now() + 5 * 86_400_000)

/** Makes an empty table with the columns `id` and `key`. */
export async function createModelTable(lake: Lake, name: string, version: string): Promise<void> {
  const schema: Schema = {
    type: 'struct',
    fields: [
      {id: ID, name: 'id', type: 'long', required: false},
      {id: KEY, name: 'key', type: 'int', required: false},
    ],
  }
  await lake.catalog.createTable({namespace: ['m'], name: name.slice(2)}, {schema, properties: {'format-version': version}})
}

async function append(lake: Lake, name: string, rows: readonly Row[], files: number): Promise<void> {
  const table = await lake.table(name)
  const keyType = currentSchema(table.metadata).fields.find(({id}) => id === KEY)?.type
  const share = Math.ceil(rows.length / files)
  const added = []
  for (let from = 0; from < rows.length; from += share) {
    const own = rows.slice(from, from + share)
    const column = (leaf: Leaf) => {
      if (leaf.fieldId === ID) return {leaf, values: BigInt64Array.from(own, ({id}) => id), rows: own.length}
      const values = own.map(({key}) => (leaf.fieldId !== KEY || key === null ? null : keyType === 'long' ? BigInt(key) : key))
      return {leaf, values, definitionLevels: Uint8Array.from(values, (value) => Number(value !== null)), rows: own.length}
    }
    const batches = (async function* () {
      yield {rows: own.length, column}
    })()
    added.push(...(await writeDataFiles(table, batches, {signal: lake.context.signal, onStaged() {}, onRows() {}})))
  }
  await appendFiles(table, added, lake.context)
}

async function change(lake: Lake, name: string, updates: readonly TableUpdate[]): Promise<void> {
  const table = await lake.table(name)
  await lake.catalog.commitTable(table.name, [], updates)
}

/** Does a step to the table, and tells what it does to the rows. */
export async function perform(lake: Lake, name: string, step: Step, rows: readonly Row[], first: bigint): Promise<readonly Row[]> {
  const table = await lake.table(name)
  const {metadata} = table
  const schema = currentSchema(metadata)
  const version = metadata['format-version']
  const withField = (id: number, changed: object) => ({
    ...schema,
    'schema-id': metadata.schemas.length,
    fields: schema.fields.map((field) => (field.id === id ? {...field, ...changed} : field)),
  })
  switch (step.do) {
    case 'append': {
      const added = Array.from({length: step.rows}, (_, index) => {
        const id = first + BigInt(index)
        return {id, key: id % 7n === 0n ? null : Number(id % 5n)}
      })
      await append(lake, name, added, step.files)
      return [...rows, ...added]
    }
    case 'delete by position': {
      const isGone = (id: bigint) => id % BigInt(step.modulus) === 1n
      if (version > 1 && headOf(table)) await deleteByPosition(lake, name, isGone)
      return version > 1 ? rows.filter(({id}) => !isGone(id)) : rows
    }
    case 'delete by equality': {
      if (version === 1 || rows.length === 0) return rows
      const ids = rows.map(({id}) => id).filter((id) => id % BigInt(step.modulus) === 0n)
      if (ids.length > 0) await deleteByEquality(lake, name, ID, ids)
      return rows.filter(({id}) => !ids.includes(id))
    }
    case 'delete keys': {
      if (version === 1 || rows.length === 0) return rows
      const isLong = schema.fields.find(({id}) => id === KEY)?.type === 'long'
      await deleteByEquality(
        lake,
        name,
        KEY,
        step.keys.map((key) => (key !== null && isLong ? BigInt(key) : key)),
      )
      return rows.filter(({key}) => !step.keys.includes(key))
    }
    case 'optimize': {
      const options = {rewriteAll: step.all, targetFileSize: step.target, minInputFiles: 2, deleteFileThreshold: 1, verify: 'full' as const}
      await lake.run(optimize, name, options)
      return rows
    }
    case 'sort': {
      const key = schema.fields.find(({id}) => id === KEY)?.name ?? ''
      const order = step.by === 'terms' ? {sort: `bucket(2, id), ${key} desc nulls first`} : {zorder: [key, 'id']}
      const options = {...order, targetFileSize: step.target, minInputFiles: 2, verify: 'full' as const}
      await lake.run(optimize, name, options)
      expect((await optimize.plan(await lake.table(name), options, lake.context)).groups).toEqual([])
      return rows
    }
    case 'rewrite deletes':
      if (version > 1) await lake.run(rewriteDeletes, name, {equality: step.equality, minInputFiles: 1})
      return rows
    case 'rewrite manifests':
      await lake.run(rewriteManifests, name, {})
      return rows
    case 'expire':
      await lake.run(expireSnapshots, name, {olderThan: 0, retainLast: step.keep})
      return rows
    case 'vacuum':
      await vacuum.execute(table, await vacuum.plan(table, {}, later), later)
      return rows
    case 'upgrade':
      if (version < 3) await change(lake, name, [{action: 'upgrade-format-version', 'format-version': version + 1}])
      return rows
    case 'promote': {
      const updates: readonly TableUpdate[] = [
        {action: 'add-schema', schema: withField(KEY, {type: 'long'})},
        {action: 'set-current-schema', 'schema-id': -1},
      ]
      await change(lake, name, updates)
      return rows
    }
    case 'rename':
      await change(lake, name, [
        {action: 'add-schema', schema: withField(KEY, {name: `key${metadata.schemas.length}`})},
        {action: 'set-current-schema', 'schema-id': -1},
      ])
      return rows
    case 'partition':
      if (metadata['default-spec-id'] > 0) await change(lake, name, [{action: 'set-default-spec', 'spec-id': 0}])
      else {
        const spec = {'spec-id': 1, fields: [{'source-id': ID, 'field-id': 1000, name: 'id_bucket', transform: 'bucket[2]'}]}
        await change(lake, name, [
          {action: 'add-spec', spec},
          {action: 'set-default-spec', 'spec-id': 1},
        ])
      }
      return rows
    case 'branch': {
      const head = headOf(table)?.['snapshot-id']
      if (head !== undefined) {
        await change(lake, name, [
          {action: 'set-snapshot-ref', 'ref-name': `b${metadata.snapshots.length}`, type: 'branch', 'snapshot-id': head},
        ])
      }
      return rows
    }
  }
}

/** A row as text. */
export const textOf = ({id, key}: Row) => `${id} ${key}`

/** The rows of a snapshot as text, and in v3 the row id of each by its id. */
export async function scanned(
  lake: Lake,
  name: string,
  snapshot: Snapshot | undefined,
): Promise<{rows: readonly string[]; rowIds: ReadonlyMap<bigint, bigint | null>}> {
  const table = await lake.table(name)
  const schema = snapshot ? table.metadata.schemas.find((one) => one['schema-id'] === snapshot['schema-id']) : undefined
  const keyName = (schema ?? currentSchema(table.metadata)).fields.find(({id}) => id === KEY)?.name ?? ''
  const lineage = table.metadata['format-version'] > 2 ? ['_row_id'] : []
  const rows: string[] = []
  const rowIds = new Map<bigint, bigint | null>()
  for await (const batch of scanRecordBatches(table, {columns: ['id', keyName, ...lineage], ...(snapshot && {snapshot})})) {
    const [ids, keys, rowId] = [batch.getChild('id'), batch.getChild(keyName), batch.getChild('_row_id')]
    for (let row = 0; row < batch.numRows; row++) {
      rows.push(`${ids?.get(row)} ${keys?.get(row)}`)
      if (rowId) rowIds.set(ids?.get(row) as bigint, rowId.get(row) as bigint | null)
    }
  }
  return {rows: rows.sort(), rowIds}
}
