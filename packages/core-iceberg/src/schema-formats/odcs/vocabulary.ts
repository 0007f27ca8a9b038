import type {Fields} from '../yaml-part.js'

/** The version of the standard that is written. Others of its third generation differ in what a table has no use for. */
export const VERSION = 'v3.1.0'

/** Custom properties for what the standard has no field for. */
export const CUSTOM = {
  /** Of a table, where its name cannot be told with dots: a list of names. */
  name: 'icebergName',
  /** Terms as in `phlo table create --partition-by`, where there are others than columns themselves. */
  partitioning: 'icebergPartitioning',
  /** Terms as in `--sort-by`. */
  sortOrder: 'icebergSortOrder',
  /** A map of keys and values. */
  properties: 'icebergProperties',
  /** Of a column, an element, a key or a value. Where it is, the physical type is one of Iceberg's. */
  id: 'icebergFieldId',
  /** What rows have that were there before the column. */
  initialDefault: 'icebergInitialDefault',
  /** What rows get that are written without it. */
  writeDefault: 'icebergWriteDefault',
} as const

/** Keys that properties have in versions 3.0 to 3.2 of the standard: of these a misspelt one is known. */
export const PROPERTY_KEYS = [
  ...['id', 'name', 'physicalName', 'physicalType', 'logicalType', 'logicalTypeOptions', 'description', 'businessName'],
  ...['authoritativeDefinitions', 'quality', 'tags', 'customProperties', 'primaryKey', 'primaryKeyPosition', 'required', 'unique'],
  ...['partitioned', 'partitionKeyPosition', 'classification', 'encryptedName', 'transformSourceObjects', 'transformLogic'],
  ...['transformDescription', 'examples', 'criticalDataElement', 'relationships', 'items', 'properties', 'map', 'enum', 'deprecated'],
  ...['synonyms', 'semanticType'],
]

/** The same of objects. */
export const OBJECT_KEYS = [
  ...['id', 'name', 'physicalName', 'physicalType', 'logicalType', 'description', 'businessName', 'authoritativeDefinitions', 'quality'],
  ...['tags', 'customProperties', 'properties', 'relationships', 'dataGranularityDescription', 'deprecated', 'synonyms', 'context'],
]

/** Names and values of custom properties, as the standard writes them. */
export const customProperties = (values: Fields) => {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? {} : {customProperties: entries.map(([property, value]) => ({property, value}))}
}
