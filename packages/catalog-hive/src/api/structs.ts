import {bool, i32, i64, listOf, type Shape, type StructOf, structOf, text, texts} from '../thrift/shape.js'

/** Structs of `hive_metastore.thrift`, as far as they are read or changed here. */

const fieldSchema = structOf({name: [1, text], type: [2, text], comment: [3, text]})

const serDeInfo = structOf({name: [1, text], serializationLib: [2, text], parameters: [3, texts]})

const storageDescriptor = structOf({
  cols: [1, listOf(fieldSchema)],
  location: [2, text],
  inputFormat: [3, text],
  outputFormat: [4, text],
  serdeInfo: [7, serDeInfo],
})

export const table = structOf({
  tableName: [1, text],
  dbName: [2, text],
  owner: [3, text],
  createTime: [4, i32],
  lastAccessTime: [5, i32],
  retention: [6, i32],
  sd: [7, storageDescriptor],
  partitionKeys: [8, listOf(fieldSchema)],
  parameters: [9, texts],
  tableType: [12, text],
})

export const database = structOf({
  name: [1, text],
  description: [2, text],
  locationUri: [3, text],
  parameters: [4, texts],
  ownerName: [6, text],
  ownerType: [7, i32],
})

export const environment = structOf({properties: [1, texts]})

const capabilities = structOf({values: [1, listOf(i32)]})
export const getTableRequest = structOf({dbName: [1, text], tblName: [2, text]})
export const getTableResult = structOf({table: [1, table]})
export const getTablesRequest = structOf({dbName: [1, text], tblNames: [2, listOf(text)], capabilities: [3, capabilities]})
export const getTablesResult = structOf({tables: [1, listOf(table)]})

const lockComponent = structOf({
  type: [1, i32],
  level: [2, i32],
  dbname: [3, text],
  tablename: [4, text],
  operationType: [6, i32],
  isTransactional: [7, bool],
})
export const lockRequest = structOf({component: [1, listOf(lockComponent)], user: [3, text], hostname: [4, text], agentInfo: [5, text]})
export const lockId = structOf({lockid: [1, i64]})
export const lockResponse = structOf({lockid: [1, i64], state: [2, i32]})
export const showLocksRequest = structOf({dbname: [1, text], tablename: [2, text]})
const shownLock = structOf({
  lockid: [1, i64],
  state: [5, i32],
  lastheartbeat: [8, i64],
  user: [10, text],
  hostname: [11, text],
  agentInfo: [13, text],
})
export const showLocksResponse = structOf({locks: [1, listOf(shownLock)]})

type Of<S> = S extends Shape<infer T> ? T : never

/** A table as the metastore has it. */
export type HiveTable = Of<typeof table>
export type HiveColumn = Of<typeof fieldSchema>
export type HiveDatabase = Of<typeof database>
export type ShownLock = Of<typeof shownLock>
export type StorageDescriptor = Of<typeof storageDescriptor>
export type {StructOf}
