import {openHive} from '@phlo/catalog-hive'
import {localFileIO} from '@phlo/iceberg'

/** The Hive catalog for the suite of catalogs, in this process or in another. */
export const open = async (properties: Readonly<Record<string, string>>) =>
  openHive('lake', properties, {fileIO: async () => localFileIO(), signal: new AbortController().signal})
