import {refused} from '@phlo/core'
import type {NessieApi} from '../api/nessie-api.js'
import {assertRefName} from '../api/ref.js'
import type {Reference, ReferenceDetails} from '../api/types.js'
import {naming} from '../lakehouse/nearest-ref.js'

/** A branch by its name. @throws PhloError `REF_NOT_FOUND`, `INVALID_REF` (exit 2), `REF_IS_A_TAG` (exit 6) */
export async function branchOf(nessie: NessieApi, name: string, options: {readonly details?: boolean} = {}): Promise<ReferenceDetails> {
  assertRefName(name)
  const reference = await naming(nessie, name, nessie.reference(name, options))
  if (reference.type === 'BRANCH') return reference
  throw refused('REF_IS_A_TAG', `${name} of catalog ${nessie.catalog} is a tag, not a branch.`, [
    `phlo branch create <name> --from ${name}`,
  ])
}

/** A tag by its name. @throws PhloError `REF_NOT_FOUND`, `INVALID_REF` (exit 2), `REF_IS_A_BRANCH` (exit 6) */
export async function tagOf(nessie: NessieApi, name: string): Promise<Reference> {
  assertRefName(name)
  const reference = await naming(nessie, name, nessie.reference(name))
  if (reference.type === 'TAG') return reference
  throw refused('REF_IS_A_BRANCH', `${name} of catalog ${nessie.catalog} is a branch, not a tag.`, [`phlo branch show ${name}`])
}
