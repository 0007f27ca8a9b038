import {nessieLakehouse, openNessie} from '@phlo/core-nessie'
import {localFileIO} from '@phlo/iceberg'

/** The Nessie catalog for the suite of catalogs, in this process or in another. */
export async function open(properties: Readonly<Record<string, string>>) {
  const {ref, warehouse = ''} = properties
  const {api, close} = await openNessie('lake', properties, new AbortController().signal)
  return nessieLakehouse({name: 'lake', api, ref, warehouse, openIO: async () => localFileIO(), close})
}
