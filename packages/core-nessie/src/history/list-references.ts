import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'
import {byName, type ReferenceRow, referenceRow} from '../views/references.js'

/** The branches or the tags of a catalog, the default branch first. */
export async function listReferences(
  {nessie}: NessieLakehouse,
  type: ReferenceRow['type'],
  details: boolean,
): Promise<readonly ReferenceRow[]> {
  const rows: ReferenceRow[] = []
  for await (const reference of nessie.references({details})) rows.push(referenceRow(reference, nessie.server.defaultBranch))
  return rows.filter((row) => row.type === type).sort(byName)
}
