import type {TableName} from './table-name.js'

/**
 * One open table at one ref, as of the moment it was loaded. What a format adds (metadata, files) is in that format's own
 * interface, which extends this one; an operation names the format that it works on.
 */
export interface LakehouseTable {
  /** `iceberg`; a third party's format has a name of its own. */
  readonly format: string
  readonly catalog: string
  readonly name: TableName
  /** The branch or tag that was asked for; `main` when none was. */
  readonly ref: string
  /**
   * The reference of the whole catalog at which the table was opened, where the catalog has such (a branch of Nessie): it is what was
   * asked for then, and `ref` is `main`.
   */
  readonly catalogRef?: string
  /** Where the table's files are, as a URI without a trailing slash. */
  readonly location: string
  readonly properties: Readonly<Record<string, string>>
  /** The metadata that was loaded: another place means that the table has changed. Undefined when the format has no such place. */
  readonly metadataLocation?: string
  /** The same table and ref as it is now. */
  refresh(): Promise<LakehouseTable>
}
