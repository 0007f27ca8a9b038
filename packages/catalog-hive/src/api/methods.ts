import {bool, i16, i32, listOf, type Shape, type StructOf, structOf, text} from '../thrift/shape.js'
import {
  database,
  environment,
  getTableRequest,
  getTableResult,
  getTablesRequest,
  getTablesResult,
  lockId,
  lockRequest,
  lockResponse,
  showLocksRequest,
  showLocksResponse,
  table,
} from './structs.js'

/** A method of the service `ThriftHiveMetastore`. */
export interface Method<Args, Result> {
  readonly name: string
  readonly args: Shape<Args>
  /** Undefined for one that answers nothing. */
  readonly result: Shape<Result> | undefined
  /** What it throws, by the field of its answer that it comes in. */
  readonly errors: readonly string[]
}

function method<const F extends Readonly<Record<string, readonly [number, unknown]>>, Result = void>(
  name: string,
  args: F,
  result: Shape<Result> | undefined,
  ...errors: readonly string[]
): Method<StructOf<F>, Result> {
  return {name, args: structOf(args), result, errors}
}

const META = 'MetaException'
const MISSING = 'NoSuchObjectException'
const EXISTS = 'AlreadyExistsException'
const INVALID = 'InvalidObjectException'
const OPERATION = 'InvalidOperationException'
const NO_DATABASE = 'UnknownDBException'
const NO_TRANSACTION = 'NoSuchTxnException'
const ABORTED = 'TxnAbortedException'
const NO_LOCK = 'NoSuchLockException'

const tableName = {dbname: [1, text], tblName: [2, text]} as const

export const getVersion = method('getVersion', {}, text)
export const setUgi = method('set_ugi', {user: [1, text], groups: [2, listOf(text)]}, listOf(text), META)

export const getAllDatabases = method('get_all_databases', {}, listOf(text), META)
export const getDatabase = method('get_database', {name: [1, text]}, database, MISSING, META)
export const createDatabase = method('create_database', {database: [1, database]}, undefined, EXISTS, INVALID, META)
export const alterDatabase = method('alter_database', {name: [1, text], database: [2, database]}, undefined, META, MISSING)
export const dropDatabase = method(
  'drop_database',
  {name: [1, text], deleteData: [2, bool], cascade: [3, bool]},
  undefined,
  MISSING,
  OPERATION,
  META,
)

export const getTableNamesByFilter = method(
  'get_table_names_by_filter',
  {dbname: [1, text], filter: [2, text], most: [3, i16]},
  listOf(text),
  META,
  OPERATION,
  NO_DATABASE,
)
export const getAllTables = method('get_all_tables', {dbname: [1, text]}, listOf(text), META)
export const getTablesReq = method(
  'get_table_objects_by_name_req',
  {req: [1, getTablesRequest]},
  getTablesResult,
  META,
  OPERATION,
  NO_DATABASE,
)
export const getTableReq = method('get_table_req', {req: [1, getTableRequest]}, getTableResult, META, MISSING)
/** For metastores that do not have `get_table_req`. Hive 4.0.1 does not have this one. */
export const getTable = method('get_table', tableName, table, META, MISSING)
export const createTable = method('create_table', {table: [1, table]}, undefined, EXISTS, INVALID, META, MISSING)
export const alterTable = method(
  'alter_table_with_environment_context',
  {...tableName, table: [3, table], environment: [4, environment]},
  undefined,
  OPERATION,
  META,
)
export const dropTable = method('drop_table', {dbname: [1, text], name: [2, text], deleteData: [3, bool]}, undefined, MISSING, META)

export const lock = method('lock', {request: [1, lockRequest]}, lockResponse, NO_TRANSACTION, ABORTED)
export const checkLock = method('check_lock', {request: [1, lockId]}, lockResponse, NO_TRANSACTION, ABORTED, NO_LOCK)
export const unlock = method('unlock', {request: [1, lockId]}, undefined, NO_LOCK, 'TxnOpenException')
export const heartbeat = method('heartbeat', {request: [1, lockId]}, undefined, NO_LOCK, NO_TRANSACTION, ABORTED)
export const showLocks = method('show_locks', {request: [1, showLocksRequest]}, showLocksResponse)

/** What Thrift itself answers to a call that did not come to its method. */
export const applicationException = structOf({message: [1, text], type: [2, i32]})
export const exception = structOf({message: [1, text]})
