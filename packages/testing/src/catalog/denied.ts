import {deepStrictEqual, ok, rejects, strictEqual} from 'node:assert/strict'
import {isPhloError, isSecretKey, maskUrls} from '@phlo/core'
import type {ContractCase} from '../contribution-cases.js'
import {committing, setProperty} from './iceberg.js'
import type {CatalogProperties, CatalogUnderTest} from './options.js'
import {all, type UseScope} from './scope.js'

/** What becomes of the work of somebody who may not do it. */
export function deniedCases({denied, cannot = []}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  if (denied === undefined) return []
  return [
    using(
      'denies what somebody may not do, changes nothing, and shows no secret',
      async ({lake, properties, open, newTable, newNamespace, create}) => {
        const name = await newTable()
        const before = await lake.getTable(name)
        const theirs = await denied(properties)
        const client = await open(theirs)
        await denies(client.createNamespace(newNamespace(), {}), theirs)
        await denies(create({...name, name: 'more'}, client), theirs)
        await denies(client.dropTable(name), theirs)
        if (!cannot.includes('rename')) await denies(client.renameTable(name, {...name, name: 'more'}), theirs)
        if (!cannot.includes('commit')) await denies(setProperty(committing(client), name, 'a'), theirs)
        strictEqual((await lake.getTable(name)).metadataLocation, before.metadataLocation)
        deepStrictEqual(await all(lake.listTables(name.namespace)), [name])
      },
    ),
  ]
}

async function denies(work: Promise<unknown>, properties: CatalogProperties): Promise<void> {
  await rejects(work, (error) => {
    ok(isPhloError(error), `expected a denial, got ${String(error)}`)
    strictEqual(error.exit, 4, `expected exit code 4 (denied), got ${error.exit}: ${error.message}`)
    const shown = `${error.message} ${error.suggestions.join(' ')} ${String(error.cause ?? '')}`
    for (const [key, value] of Object.entries(properties))
      ok(!isSecretKey(key) || !shown.includes(value), `the error shows the value of ${key}`)
    strictEqual(maskUrls(shown), shown, 'the error shows the password of an address')
    return true
  })
}
