import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from '@jest/globals'
import type {FileIO} from '@phlo/core'
import {localFileIO} from '../../src/io/local.js'
import {type MergedFile, type MergeRequest, mergeFiles} from '../../src/parquet/merge-files.js'
import {verifyMerge} from '../../src/parquet/verify.js'

export interface ParquetFolder {
  readonly io: FileIO
  readonly folder: string
  /** Where no file is yet. */
  readonly newPath: () => string
}

/** A folder for the Parquet files of a suite, which goes when the suite has ended. */
export function parquetFolder(name: string): ParquetFolder {
  const folder = mkdtempSync(join(tmpdir(), `phlo-${name}-`))
  afterAll(() => rmSync(folder, {recursive: true}))
  let next = 0
  return {io: localFileIO(), folder, newPath: () => join(folder, `${next++}.parquet`)}
}

/** What a test says of a merge; for the rest: one output, no properties, and nobody who is told of it. */
export type Merge = Pick<MergeRequest, 'inputs' | 'schema' | 'newPath'> & Partial<MergeRequest>

const requestOf = (given: Merge): MergeRequest => ({
  ...{io: localFileIO(), outputs: 1, properties: {}, identity: new Map(), signal: new AbortController().signal},
  onRows() {},
  onStaged() {},
  ...given,
})

/** Merges some files. */
export const merge = (given: Merge): Promise<readonly MergedFile[]> => mergeFiles(requestOf(given))

/** Merges some files, and verifies the outcome as optimize does, every value included. */
export async function mergeAndVerify(given: Merge): Promise<readonly MergedFile[]> {
  const request = requestOf(given)
  const outputs = await mergeFiles(request)
  await verifyMerge({...request, outputs, full: true})
  return outputs
}
