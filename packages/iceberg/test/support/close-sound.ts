import {expect} from '@jest/globals'
import {checkTable, type Finding} from '@phlo/iceberg'
import type {Lake} from './lake.js'

/** Closes a lakehouse of which every table has to be sound: a check of its metadata, manifests, footers and rows, in every snapshot, finds nothing. */
export async function closeSound(lake: Lake): Promise<void> {
  try {
    const found: Finding[] = []
    for await (const namespace of lake.catalog.listNamespaces([])) {
      for await (const {name} of lake.catalog.listTables(namespace)) {
        const table = await lake.table([...namespace, name].join('.'))
        for await (const finding of checkTable(table, {data: true, allSnapshots: true}, lake.context)) found.push(finding)
      }
    }
    expect(found.filter(({severity}) => severity !== 'note')).toEqual([])
  } finally {
    await lake.close()
  }
}
