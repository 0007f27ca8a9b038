import type {Ref} from '../api/ref.js'
import type {Reference} from '../api/types.js'
import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'

/** What a new branch or tag is made from: what `--from` names, else what the catalog is read at. @throws PhloError `REF_NOT_FOUND`, `INVALID_REF` (exit 2) */
export async function sourceOf(
  lake: NessieLakehouse,
  given: string | undefined,
): Promise<{readonly from: Ref; readonly source: Reference}> {
  const from = given === undefined ? (await lake.place()).ref : lake.nessie.ref(given)
  return {from, source: await lake.nessie.resolve(from)}
}
