import {type PhloError, refused} from '@phlo/core'
import type {Contents, NessieApi} from '../api/nessie-api.js'
import type {Ref} from '../api/ref.js'
import type {Key} from '../api/types.js'
import {naming} from './nearest-ref.js'

/** A state of the catalog that tables are read at; a branch can be written to. */
export interface Place {
  readonly ref: Ref
  /** As a plan names it: the default branch has its name. */
  readonly name: string
  readonly isBranch: boolean
}

/** Finds out what a reference is; without one it is the default branch. @throws PhloError `REF_NOT_FOUND`, `INVALID_REF` (exit 2) */
export async function placeOf(api: NessieApi, text: string | undefined): Promise<Place> {
  const {defaultBranch} = api.server
  if (text === undefined || text === '-' || text === defaultBranch) {
    return {ref: api.ref(defaultBranch), name: defaultBranch, isBranch: true}
  }
  const ref = api.ref(text)
  if (!ref.isHead || ref.name === undefined) return {ref, name: text, isBranch: false}
  return {ref, name: text, isBranch: (await naming(api, ref.name, api.reference(ref.name))).type === 'BRANCH'}
}

/** The contents at some keys of a place. */
export const contentsAt = (api: NessieApi, {ref}: Place, keys: readonly Key[]): Promise<Contents> =>
  naming(api, ref.name, api.contents(ref, keys))

/** The error for whatever would write to a tag or a commit. */
export function notABranch(catalog: string, {name}: Place): PhloError {
  return refused('REF_IS_NOT_A_BRANCH', `${name} of catalog ${catalog} is no branch; only a branch can be changed.`, [
    `phlo branch create <name> --from ${name}`,
  ])
}
