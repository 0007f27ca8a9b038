import {hasCode, nearest, PhloError} from '@phlo/core'
import type {NessieApi} from '../api/nessie-api.js'

/**
 * Adds to the error of a branch or tag that is not there the name of one that is and was probably meant.
 *
 * @throws PhloError `REF_NOT_FOUND` (exit 2), and whatever the work throws
 */
export async function naming<Value>(api: NessieApi, name: string | undefined, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (name === undefined || !hasCode(error, 'REF_NOT_FOUND')) throw error
    const meant = await nearestOf(api, name).catch(() => undefined)
    if (meant === undefined || meant === name) throw error
    const {message, code, exit, suggestions} = error
    throw new PhloError(message, {code, exit, suggestions: [`Did you mean ${meant}?`, ...suggestions], cause: error})
  }
}

async function nearestOf(api: NessieApi, name: string): Promise<string | undefined> {
  const names: string[] = []
  for await (const reference of api.references()) names.push(reference.name)
  return nearest(name, names)
}
