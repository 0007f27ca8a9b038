import type {CutoffOptions} from '@phlo/iceberg/catalog'
import type {NessieApi} from '../../src/api/nessie-api.js'
import {type Content, isTable} from '../../src/api/types.js'
import {type Cutoff, cutoffPolicy} from '../../src/gc/cutoff.js'

/** A metadata file that a commit which counts has, and the snapshot that the commit names. */
export interface Kept {
  readonly id: string
  readonly metadataLocation: string
  readonly snapshotId: string
}

/**
 * What nessie-gc's rule keeps of some references, one after the other without a thought for speed: what commits that count put, and all
 * that is there at the last of them.
 */
export async function keptByRule(nessie: NessieApi, cutoffs: CutoffOptions, references: readonly string[]): Promise<readonly Kept[]> {
  const policy = cutoffPolicy(cutoffs, Date.now())
  const found = new Map<string, Kept>()
  const keep = (content: Content | undefined) => {
    if (!isTable(content)) return
    const {id = '', metadataLocation, snapshotId} = content
    found.set(`${id} ${metadataLocation}`, {id, metadataLocation, snapshotId: String(snapshotId)})
  }
  for (const name of references) {
    const cutoff = policy(name)
    let last = ''
    let index = 0
    for await (const {hash, meta, operations} of nessie.log(nessie.ref(name))) {
      if (index > 0 && !counts(cutoff, index, Date.parse(meta.commitTime ?? ''))) break
      index += 1
      last = hash
      for (const operation of operations) if (operation.type === 'PUT') keep(operation.content)
    }
    for await (const {content} of nessie.entries(nessie.ref(last), {details: true})) keep(content)
  }
  return [...found.values()]
}

const counts = (cutoff: Cutoff, index: number, time: number) => (cutoff.kind === 'since' ? time >= cutoff.time : index < cutoff.commits)
