import type {FileIO, TableName} from '@phlo/core'
import {type Catalog, type IcebergLakehouse, icebergLakehouse} from '@phlo/iceberg'
import type {CutoffOptions} from '@phlo/iceberg/catalog'
import type {NessieApi} from '../api/nessie-api.js'
import {nessieHistory} from '../gc/history.js'
import {tableCommits} from '../history/table-commits.js'
import {nessieBranches} from './branch-manager.js'
import {nessieNamespaces} from './namespaces.js'
import {notABranch, type Place, placeOf} from './place.js'
import {loadTable, nessieTables} from './tables.js'
import {nessieViews} from './views.js'

export interface NessieLakehouseOptions {
  readonly name: string
  readonly api: NessieApi
  /** What tables are read at unless another is named; default: the default branch. */
  readonly ref?: string | undefined
  /** Where tables without a location of their own go, a URI. */
  readonly warehouse?: string
  /** Which commits count for whatever deletes files, unless others are named. Default: all. */
  readonly cutoffs?: CutoffOptions
  /** A FileIO for a path's scheme. */
  readonly openIO: (path: string) => Promise<FileIO>
  readonly close: () => Promise<void>
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
}

/** A Nessie catalog at one of its references. */
export interface NessieLakehouse extends IcebergLakehouse {
  readonly nessie: NessieApi
  /** What tables are read at. */
  place(): Promise<Place>
  readonly cutoffs: CutoffOptions
  /** A FileIO for a path's scheme. */
  openIO(path: string): Promise<FileIO>
}

/** Puts the contract of `@phlo/core` over Nessie. A table can be opened at any reference; what is written goes to the branch that it was opened at. */
export function nessieLakehouse(options: NessieLakehouseOptions): NessieLakehouse {
  const {api, ref, now = Date.now, cutoffs = {}} = options
  let found: Promise<Place> | undefined
  const place = () => {
    found ??= placeOf(api, ref)
    return found
  }
  const reach = nessieHistory(api, cutoffs, (location) => loadTable(location, options))
  const catalogAt = (at: () => Promise<Place>): Catalog => ({
    name: options.name,
    ...nessieNamespaces(api, at),
    ...nessieTables({...options, place: at, now}),
    ...nessieViews({...options, place: at}),
    async check() {
      await at()
      const {warehouse} = options
      if (warehouse !== undefined) await (await options.openIO(warehouse)).stat(`${warehouse.replace(/\/+$/, '')}/.phlo-check`)
    },
    close: options.close,
    hasBranches: true,
    history: {
      ...reach,
      async *commitsOf(name, from) {
        yield* tableCommits(api, from === undefined ? await at() : await placeOf(api, from), name)
      },
    },
  })
  /** The catalog of a table, which says at once what it is. */
  const known = (at: Place): Catalog => ({
    ...catalogAt(async () => at),
    ref: at.name,
    ...(!at.isBranch && {readOnly: () => notABranch(options.name, at)}),
  })
  const lake = icebergLakehouse(catalogAt(place))
  const opened = async () => icebergLakehouse(known(await place()))
  return {
    ...lake,
    nessie: api,
    place,
    cutoffs,
    openIO: options.openIO,
    branches: nessieBranches(api, place),
    async getTable(name: TableName, {ref: other}: {readonly ref?: string} = {}) {
      const at = other === undefined || other === ref ? await place() : await placeOf(api, other)
      return icebergLakehouse(known(at)).getTable(name)
    },
    createTable: async (name, request) => (await opened()).createTable(name, request),
    registerTable: async (name, location) => (await opened()).registerTable(name, location),
  }
}
