import {defineOperation} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeAddFiles} from './execute.js'
import {planAddFiles} from './plan.js'
import type {AddFilesOptions, AddFilesPlan, AddFilesResult} from './plan-types.js'

/**
 * Makes Parquet files data files of a table without copying them, as Spark's `add_files` does, after a look at the footer of each:
 * columns, types, nulls in required columns, and the partition. The files are the table's from then on: expiring snapshots or
 * dropping the table with its files deletes them.
 */
export const addFiles = defineOperation<AddFilesOptions, AddFilesPlan, AddFilesResult, IcebergTable>({
  name: 'add-files',
  format: 'iceberg',
  permission: 'table:write',
  plan: planAddFiles,
  execute: executeAddFiles,
})

export type {AddFilesOptions, AddFilesPlan, AddFilesResult, FileToAdd} from './plan-types.js'
