import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {type BasicType, parquetWriteBuffer} from 'hyparquet-writer'

export interface PlainColumn {
  readonly name: string
  readonly type: BasicType
  readonly data: readonly unknown[]
  /** Default: true. */
  readonly nullable?: boolean
}

/** A Parquet file as somebody writes it who has never heard of Iceberg: without field ids. */
export function writePlainParquet(
  path: string,
  columns: readonly PlainColumn[],
  options: {readonly statistics?: boolean; readonly rowGroupSize?: number} = {},
): string {
  mkdirSync(dirname(path), {recursive: true})
  const {statistics = true, rowGroupSize} = options
  const columnData = columns.map((column) => ({nullable: true, ...column, data: [...column.data]}))
  const bytes = parquetWriteBuffer({columnData, statistics, ...(rowGroupSize !== undefined && {rowGroupSize})})
  writeFileSync(path, new Uint8Array(bytes))
  return path
}
