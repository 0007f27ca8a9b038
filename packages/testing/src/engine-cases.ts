import {deepStrictEqual, ok, rejects} from 'node:assert/strict'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {EngineOrder, EngineSortTerm, ExecutionEngine, SortFileRequest} from '@phlo/core'
import fc from 'fast-check'
import type {ContractCase} from './contribution-cases.js'
import {type FileColumn, readParquet, writeParquet} from './engine-files.js'
import {CARRIED, columnsOf, compare, type EngineType, ORDERED, type Value, valuesOf} from './engine-rows.js'

const ROWS = 24
const KEY = {type: 'BYTE_ARRAY'} as const
const MEMORY = 256 * 1024 ** 2
const RUNS = {numRuns: 15, endOnFailure: true}

/**
 * What every engine that sorts has to keep: the order of each type, in both directions and with nulls at either end, the order of keys, rows that
 * are alike as they came, and every value to the last bit. What it refuses is not asked of it.
 */
export function engineCases(engine: ExecutionEngine): readonly ContractCase[] {
  const refusal = (types: readonly EngineType[]) => engine.refusal?.({columns: columnsOf(types), memoryLimit: MEMORY})
  const held = [...ORDERED, ...CARRIED].filter((type) => refusal([type]) === undefined)
  const ordered = held.filter((type) => ORDERED.includes(type))
  return [
    {
      name: 'sorts, and says that it does',
      async run() {
        ok(engine.capabilities.sort && engine.sort && engine.refusal)
        ok(refusal(held) === undefined && held.length > 0, 'it refuses a file of columns each of which it takes')
      },
    },
    ...ordered.map((type) => ({
      name: `orders rows by a ${type.type}`,
      run: () => ordersBy(engine, held, held.indexOf(type)),
    })),
    {name: 'orders rows by several columns', run: () => ordersBySeveral(engine, held, ordered)},
    {name: 'orders rows by the unsigned bytes of keys', run: () => ordersByKeys(engine, held)},
    {
      name: 'does not begin once it is interrupted',
      async run() {
        const reason = new Error('enough')
        await within(async (folder) => {
          const request = await requestOf(
            folder,
            held,
            held.map(() => [null]),
            {by: 'columns', terms: []},
          )
          await rejects(Promise.resolve(engine.sort?.({...request, signal: AbortSignal.abort(reason)})), (error) => error === reason)
        })
      },
    },
  ]
}

const terms = (column: number): readonly EngineSortTerm[] =>
  (['asc', 'desc'] as const).flatMap((direction) => (['first', 'last'] as const).map((nulls) => ({column: `c${column}`, direction, nulls})))

const rowsOf = (types: readonly EngineType[]) => fc.tuple(...types.map((type) => valuesOf(type, ROWS)))

async function ordersBy(engine: ExecutionEngine, held: readonly EngineType[], column: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(rowsOf(held), fc.constantFrom(...terms(column)), async (values, term) => {
      await sorts(engine, held, values, {by: 'columns', terms: [term]}, places(values[0], [[values[column], term]]))
    }),
    RUNS,
  )
}

async function ordersBySeveral(engine: ExecutionEngine, held: readonly EngineType[], ordered: readonly EngineType[]): Promise<void> {
  const some = fc
    .shuffledSubarray(
      ordered.map((type) => held.indexOf(type)),
      {minLength: Math.min(2, ordered.length), maxLength: 4},
    )
    .chain((columns) => fc.tuple(...columns.map((column) => fc.constantFrom(...terms(column)).map((term) => ({column, term})))))
  await fc.assert(
    fc.asyncProperty(rowsOf(held), some, async (values, chosen) => {
      const by = chosen.map(({column, term}) => [values[column], term] as const)
      await sorts(engine, held, values, {by: 'columns', terms: chosen.map(({term}) => term)}, places(values[0], by))
    }),
    RUNS,
  )
}

async function ordersByKeys(engine: ExecutionEngine, held: readonly EngineType[]): Promise<void> {
  const keys = fc.array(fc.oneof(fc.uint8Array({maxLength: 20}), fc.constantFrom(Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(255))), {
    minLength: ROWS,
    maxLength: ROWS,
  })
  await fc.assert(
    fc.asyncProperty(rowsOf(held), keys, async (values, own) => {
      const expected = places(own, [[own, {column: 'key', direction: 'asc', nulls: 'first'}]])
      await sorts(engine, held, values, own, expected)
    }),
    RUNS,
  )
}

/** Where the rows belong, by values and what is asked of them. */
function places(
  rows: readonly unknown[] | undefined,
  by: readonly (readonly [readonly Value[] | undefined, EngineSortTerm])[],
): readonly number[] {
  return Array.from({length: rows?.length ?? 0}, (_, row) => row).sort((i, j) => {
    for (const [values, {direction, nulls}] of by) {
      const [left, right] = [values?.[i] ?? null, values?.[j] ?? null]
      if (left === null || right === null) {
        if (left !== right) return (left === null) === (nulls === 'first') ? -1 : 1
      } else if (compare(left, right) !== 0) return direction === 'asc' ? compare(left, right) : -compare(left, right)
    }
    return i - j
  })
}

/** Sorts a file, by columns or by keys, and looks at every row of what comes out. */
async function sorts(
  engine: ExecutionEngine,
  types: readonly EngineType[],
  values: readonly (readonly Value[])[],
  by: EngineOrder | readonly Uint8Array[],
  expected: readonly number[],
): Promise<void> {
  await within(async (folder) => {
    const keys = join(folder, 'keys.parquet')
    const hasKeys = !('by' in by)
    if (hasKeys) await writeParquet(keys, [{name: 'key', element: KEY, values: by}])
    const request = await requestOf(folder, types, values, hasKeys ? {by: 'keys', path: keys} : by)
    const before = await readParquet(request.rows)
    await engine.sort?.(request)
    deepStrictEqual(
      await readParquet(request.output),
      expected.map((place) => before[place]),
    )
    deepStrictEqual(await readParquet(request.rows), before)
  })
}

async function requestOf(
  folder: string,
  types: readonly EngineType[],
  values: readonly (readonly Value[])[],
  order: EngineOrder,
): Promise<SortFileRequest> {
  const rows = join(folder, 'rows.parquet')
  const columns = types.map(({element}, index): FileColumn => ({name: `c${index}`, element, values: values[index] ?? []}))
  await writeParquet(rows, columns)
  const temporaryFolder = join(folder, 'spill')
  await mkdir(temporaryFolder)
  return {
    ...{rows, columns: columnsOf(types), order, output: join(folder, 'sorted.parquet'), codec: 'snappy', rowGroupRows: 2048},
    ...{memoryLimit: MEMORY, temporaryFolder, signal: new AbortController().signal},
  }
}

async function within(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'phlo-engine-cases-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
