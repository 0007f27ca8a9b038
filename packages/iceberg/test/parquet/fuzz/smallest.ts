import {mkdtemp, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {type Case, type CaseNumber, type FuzzContext, tryCase} from './case.js'

/** A case that fails, without the columns and files that it fails without. */
export interface SmallestCase {
  readonly number: Required<CaseNumber>
  readonly error: unknown
}

/** Leaves out the columns of a failing case, and then its files, one by one, as long as it fails. Undefined when it does not fail again. */
export async function smallest(context: FuzzContext, {seed, number}: CaseNumber): Promise<SmallestCase | undefined> {
  const failure = (one: CaseNumber): Promise<unknown> =>
    tryCase(context, one).then(
      () => undefined,
      (error: unknown) => error,
    )
  const {schema, inputs} = await made(context, {seed, number})
  let found = {seed, number, columns: schema.fields.map(({id}) => id), files: inputs.map((_, at) => at)}
  let error = await failure(found)
  if (error === undefined) return undefined
  for (const part of ['columns', 'files'] as const) {
    for (const one of found[part]) {
      const without = {...found, [part]: found[part].filter((other) => other !== one)}
      const own = without[part].length > 0 ? await failure(without) : undefined
      if (own === undefined) continue
      found = without
      error = own
    }
  }
  return {number: found, error}
}

async function made({judges, folder}: FuzzContext, number: CaseNumber): Promise<Case> {
  const own = await mkdtemp(join(folder, 'made-'))
  try {
    return (await judges.arrow.ask({do: 'make', folder: own, ...number})) as Case
  } finally {
    await rm(own, {recursive: true})
  }
}
