import {glueSettings, glueStore, openGlue} from '@phlo/catalog-glue'
import {icebergLakehouse, openFileIO} from '@phlo/iceberg'
import {createPointerCatalog} from '@phlo/iceberg/catalog'

/** The Glue catalog for the suite of catalogs, in this process or in another. */
export async function open(properties: Readonly<Record<string, string>>) {
  const {warehouse = ''} = properties
  const glue = openGlue('lake', glueSettings('lake', properties), new AbortController().signal)
  return icebergLakehouse(createPointerCatalog(glueStore(glue), {warehouse, openIO: async (path) => openFileIO(path, properties)}))
}
