import {keyId} from './keys.js'
import type {Key, MergeResult, TransplantRequest} from './types.js'

/**
 * Tries to pick commits, one by one. Nessie (0.99) tries each on the target as it is: what one of them left for the next is not
 * there for it, which is no conflict. So only the first that touches a key tells of it.
 *
 * @param tried tries those that it is given on the target
 */
export async function tryPicking(
  request: TransplantRequest,
  tried: (request: TransplantRequest) => Promise<MergeResult>,
): Promise<MergeResult> {
  const touched: Key[] = []
  const results: MergeResult[] = []
  for (const hash of request.hashes) {
    const result = await tried({...request, hashes: [hash]})
    const conflicts = result.conflicts.filter(({key}) => key === undefined || !touched.some((earlier) => isAlong(earlier, key)))
    results.push({...result, conflicts})
    touched.push(...result.keys.map(({key}) => key))
  }
  const keys = new Map(results.flatMap((result) => result.keys).map((each) => [keyId(each.key), each]))
  return {
    applied: false,
    hash: results[0]?.hash ?? request.into.hash,
    keys: [...keys.values()],
    conflicts: results.flatMap(({conflicts}) => conflicts),
  }
}

/** Whether two keys are the same, or one of them is a namespace that the other is in. */
const isAlong = (one: Key, other: Key) => one.slice(0, other.length).every((level, at) => level === other[at])
