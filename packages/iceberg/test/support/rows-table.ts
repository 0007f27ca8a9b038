import {join} from 'node:path'
import {expect} from '@jest/globals'
import {type IcebergTable, type Snapshot, scanRecordBatches} from '@phlo/iceberg'
import type {Lake} from './lake.js'

/** Rows of one batch, which is one commit of a worker (support/worker.mjs). */
export const ROWS = 50
export const worker = join(import.meta.dirname, 'worker.mjs')

/** Makes the table that the workers work on. */
export async function createRowsTable(lake: Lake, properties: Readonly<Record<string, string>> = {}): Promise<void> {
  await lake.catalog.createNamespace(['t'], {})
  const fields = ['batch', 'id'].map((name, index) => ({id: index + 1, name, type: 'long', required: false}))
  await lake.catalog.createTable(
    {namespace: ['t'], name: 'rows'},
    {
      schema: {type: 'struct', fields},
      partitionSpec: {'spec-id': 0, fields: [{'source-id': 2, 'field-id': 1000, name: 'id_bucket', transform: 'bucket[2]'}]},
      properties,
    },
  )
}

/** Reads a snapshot, or the head, and makes sure that every batch in it is whole; returns the batches in ascending order. */
export async function wholeBatches(table: IcebergTable, snapshot?: Snapshot): Promise<readonly number[]> {
  const found = new Map<number, Set<number>>()
  for await (const rows of scanRecordBatches(table, snapshot ? {snapshot} : {})) {
    const [batches, ids] = [rows.getChild('batch'), rows.getChild('id')]
    for (let row = 0; row < rows.numRows; row++) {
      const batch = Number(batches?.get(row))
      const seen = found.get(batch) ?? new Set()
      const id = Number(ids?.get(row))
      expect(seen.has(id)).toBe(false)
      found.set(batch, seen.add(id))
    }
  }
  for (const [batch, ids] of found) expect({batch, rows: ids.size}).toEqual({batch, rows: ROWS})
  return [...found.keys()].sort((a, b) => a - b)
}
