import {formatTableName, viewNotFound} from '@phlo/core'
import type {Catalog} from '@phlo/iceberg'
import {readViewMetadata, type Warehouse} from '@phlo/iceberg/catalog'
import type {NessieApi} from '../api/nessie-api.js'
import {isView} from '../api/types.js'
import {contentsAt, type Place} from './place.js'

export interface ViewsOptions extends Pick<Warehouse, 'openIO'> {
  readonly api: NessieApi
  readonly place: () => Promise<Place>
}

/** Views of a place: Nessie says where the metadata of each is. */
export function nessieViews({api, place, openIO}: ViewsOptions): Required<Pick<Catalog, 'listViews' | 'loadView'>> {
  return {
    async *listViews(namespace) {
      const {ref} = await place()
      const names: string[] = []
      for await (const {key} of api.entries(ref, {below: namespace, type: 'ICEBERG_VIEW'})) {
        if (key.length === namespace.length + 1) names.push(key.at(-1) ?? '')
      }
      yield* names.sort().map((name) => ({namespace, name}))
    },
    async loadView(name) {
      const key = [...name.namespace, name.name]
      const content = (await contentsAt(api, await place(), [key])).get(key)
      if (!isView(content)) throw viewNotFound(formatTableName(name), api.catalog)
      const {metadataLocation} = content
      return {metadataLocation, metadata: await readViewMetadata(await openIO(metadataLocation), metadataLocation)}
    },
  }
}
