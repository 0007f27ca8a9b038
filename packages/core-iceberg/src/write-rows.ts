import {resolve} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {formatTable} from '@phlo/core/command'
import type {RecordBatch} from 'apache-arrow'
import {cellText, csvCell, jsonValue} from './cells.js'
import {openNewFile} from './write-new-file.js'

export type ScanFormat = 'table' | 'csv' | 'jsonl' | 'arrow' | 'json'

/** What became of the rows. */
export interface RowsWritten {
  readonly rows: number
  readonly output: string | null
  /** The rows themselves, in the format `json`. */
  readonly data?: readonly unknown[]
}

type Write = (bytes: Uint8Array | string) => Promise<void>

/**
 * Writes record batches to a new file or to standard output. `json` writes nothing and returns the rows.
 *
 * @throws PhloError `FILE_EXISTS`, `OUTPUT_NOT_WRITABLE` (exit 3)
 */
export async function writeRows(
  batches: AsyncIterable<RecordBatch>,
  format: ScanFormat,
  output: string | undefined,
  cwd: string,
): Promise<RowsWritten> {
  if (format === 'json') {
    const data = await collect(batches)
    return {rows: data.length, output: null, data}
  }
  if (output === undefined) return {rows: await render(batches, format, writeOut), output: null}
  const path = resolve(cwd, output)
  const file = await openNewFile(path)
  try {
    const rows = await render(batches, format, async (bytes) => void (await file.writeFile(bytes)))
    return {rows, output: path}
  } finally {
    await file.close()
  }
}

const writeOut: Write = (bytes) => new Promise((done) => process.stdout.write(bytes, () => done()))

async function render(batches: AsyncIterable<RecordBatch>, format: Exclude<ScanFormat, 'json'>, write: Write): Promise<number> {
  if (format === 'arrow') return renderArrow(batches, write)
  if (format === 'table') return renderTable(batches, write)
  let rows = 0
  for await (const batch of batches) {
    const names = batch.schema.fields.map(({name}) => name)
    if (rows === 0 && format === 'csv') await write(`${names.map(csvCell).join(',')}\n`)
    rows += batch.numRows
    const lines: string[] = []
    for (const row of rowsOf(batch)) {
      lines.push(
        format === 'csv'
          ? row.map(csvCell).join(',')
          : JSON.stringify(Object.fromEntries(row.map((value, index) => [names[index], value]))),
      )
    }
    await write(`${lines.join('\n')}\n`)
  }
  return rows
}

async function renderTable(batches: AsyncIterable<RecordBatch>, write: Write): Promise<number> {
  let names: readonly string[] = []
  const rows: unknown[][] = []
  for await (const batch of batches) {
    names = batch.schema.fields.map(({name}) => name)
    // A batch has more rows than a call may have arguments.
    for (const row of rowsOf(batch)) rows.push(row)
  }
  if (names.length === 0) return 0
  await write(
    `${formatTable(
      rows,
      names.map((header, index) => ({header, value: (row) => cellText(row[index])})),
    )}\n`,
  )
  return rows.length
}

async function renderArrow(batches: AsyncIterable<RecordBatch>, write: Write): Promise<number> {
  const {RecordBatchStreamWriter} = await import('apache-arrow')
  let rows = 0
  const counted = async function* () {
    for await (const batch of batches) {
      rows += batch.numRows
      yield batch
    }
  }
  await pipeline(Readable.from(counted()), RecordBatchStreamWriter.throughNode(), async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const bytes of chunks) await write(bytes)
  })
  return rows
}

async function collect(batches: AsyncIterable<RecordBatch>): Promise<readonly unknown[]> {
  const data: unknown[] = []
  for await (const batch of batches) {
    const names = batch.schema.fields.map(({name}) => name)
    for (const row of rowsOf(batch)) data.push(Object.fromEntries(row.map((value, index) => [names[index], value])))
  }
  return data
}

function* rowsOf(batch: RecordBatch): Iterable<unknown[]> {
  const columns = batch.data.children.map((data) => (index: number) => jsonValue(data, index))
  for (let row = 0; row < batch.numRows; row++) yield columns.map((value) => value(row))
}
