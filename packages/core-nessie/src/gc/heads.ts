import type {NessieApi} from '../api/nessie-api.js'
import {batches} from '../batches.js'
import {putOf} from './put-of.js'
import {withContents} from './walk.js'

/** Contents that are asked for at a time. */
const TOGETHER = 1000

/** Which branch or tag has a metadata file at its head, of all that there are; of several the first. */
export async function metadataOfHeads(nessie: NessieApi): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for await (const {name, hash} of nessie.references()) if (!names.has(hash)) names.set(hash, name)
  names.delete(nessie.server.noAncestorHash)
  const found = new Map<string, string>()
  for (const [hash, name] of names) {
    for await (const entries of batches(nessie.entries(nessie.ref(hash), {details: true}), TOGETHER)) {
      for (const {key, content} of await withContents(nessie, hash, entries)) {
        const location = content && putOf(key, content)?.metadataLocation
        if (location && !found.has(location)) found.set(location, name)
      }
    }
  }
  return found
}
