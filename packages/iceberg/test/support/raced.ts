import {type IcebergTable, icebergTable} from '@phlo/iceberg'
import type {Lake} from './lake.js'

/** The table, through a catalog in which somebody else commits at the very moment of its first commit. */
export async function raced(lake: Lake, name: string, somebody: () => Promise<unknown>): Promise<IcebergTable> {
  const table = await lake.table(name)
  let isFirst = true
  const source = {
    ...lake.catalog,
    async commitTable(...given: Parameters<typeof lake.catalog.commitTable>) {
      if (isFirst) {
        isFirst = false
        await somebody()
      }
      return lake.catalog.commitTable(...given)
    },
  }
  return icebergTable(source, table.name, await lake.catalog.loadTable(table.name))
}
