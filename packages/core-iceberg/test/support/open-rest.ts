import {icebergLakehouse, localFileIO} from '@phlo/iceberg'
import {createRestCatalog, restSettings} from '@phlo/iceberg/rest'

/** The REST catalog for the suite of catalogs, in this process or in another. */
export const open = async (properties: Readonly<Record<string, string>>) =>
  icebergLakehouse(
    createRestCatalog({name: 'lake', properties, ...restSettings('lake', {...properties}), openIO: async () => localFileIO()}),
  )
