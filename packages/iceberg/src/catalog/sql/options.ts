import type {FileIO} from '@phlo/core'
import type {SqlCatalogDatabase} from './tables.js'

export interface SqlCatalogOptions {
  /** The `catalog_name` of its rows: the name under which PyIceberg and Java open the same catalog. */
  readonly name: string
  /**
   * The database. For `read` it may answer undefined: there is none yet, which reads as an empty catalog. For `write` it makes
   * one. Called for every operation, so it should open the database once.
   */
  readonly db: (intent: 'read' | 'write') => Promise<SqlCatalogDatabase | undefined>
  /** Where tables without a location of their own go, a URI. */
  readonly warehouse?: string
  /** A FileIO for a path's scheme. */
  readonly openIO: (path: string) => Promise<FileIO>
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
  /** Closes what `db` opened. */
  readonly close?: () => Promise<void>
}
