import {formatTableName, refused, type TableName} from '@phlo/core'
import type {TableUpdate} from '../updates.js'
import type {ServerConfig} from './server-config.js'

/** Whether a server is Project Nessie's, which says so. */
export const isNessie = ({properties}: ServerConfig) => properties['nessie.is-nessie-catalog'] === 'true'

/**
 * Refuses what Nessie's server takes and does not do: branches and tags of a table, and a head at a snapshot that is not of the same commit.
 *
 * @throws PhloError `NOT_SUPPORTED_BY_CATALOG` (exit 6)
 */
export function assertDoneByNessie(catalog: string, name: TableName, updates: readonly TableUpdate[]): void {
  const added = new Set(updates.flatMap((update) => (update.action === 'add-snapshot' ? [update.snapshot['snapshot-id']] : [])))
  const isIgnored = (update: TableUpdate) =>
    update.action === 'remove-snapshot-ref' ||
    (update.action === 'set-snapshot-ref' && (update['ref-name'] !== 'main' || !added.has(update['snapshot-id'])))
  if (!updates.some(isIgnored)) return
  const what = `branches and tags of ${formatTableName(name)} cannot be changed, nor can it be put back to an earlier snapshot`
  throw refused('NOT_SUPPORTED_BY_CATALOG', `Catalog ${catalog} is Nessie behind REST, which has branches and tags itself: ${what}.`, [
    `phlo config set catalogs.${catalog}.type nessie   (with the uri of its API v2)`,
  ])
}
