import type {ColumnStatistics, SchemaDocument} from '@phlo/core'
import {columnCounts, columnsOf, type IcebergTable, type Schema} from '@phlo/iceberg'

/** What manifests count of the columns' values, at the table's ref; no data file is opened. Rows that delete files take away count. */
export async function columnStatistics(table: IcebergTable, schema: Schema): Promise<NonNullable<SchemaDocument['statistics']>> {
  const leaves = columnsOf(schema).filter(({type}) => typeof type === 'string')
  const {rows, columns} = await columnCounts(table, leaves)
  return {
    rows,
    columns: leaves.flatMap(({id, path}): readonly ColumnStatistics[] => {
      const found = columns.get(id)
      return found ? [{column: path, ...found}] : []
    }),
  }
}
