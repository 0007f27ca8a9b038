import type {TableName} from './table-name.js'

/** A view as of the moment it was loaded; what a format adds (SQL, versions) is in that format's own interface. */
export interface LakehouseView {
  /** `iceberg`; a third party's format has a name of its own. */
  readonly format: string
  readonly catalog: string
  readonly name: TableName
  readonly location: string
  readonly properties: Readonly<Record<string, string>>
}
