import {deepStrictEqual, notStrictEqual, ok, strictEqual} from 'node:assert/strict'
import type {ContractCase} from '../contribution-cases.js'
import {addColumn, columnsOf, committing, setProperty, strayMetadata} from './iceberg.js'
import type {CatalogUnderTest} from './options.js'
import {fails, type UseScope} from './scope.js'

/** What becomes of commits. */
export function commitCases({cannot = []}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  if (cannot.includes('commit')) return []
  return [
    using('makes a commit, and shows it to every client', async ({lake, open, newTable}) => {
      const name = await newTable()
      const catalog = committing(lake)
      const before = await catalog.loadTable(name)
      const made = await addColumn(catalog, name, before, 'more')
      const seen = await committing(await open()).loadTable(name)
      deepStrictEqual([seen.metadataLocation, columnsOf(seen)], [made.metadataLocation, [...columnsOf(before), 'more']])
      notStrictEqual(made.metadataLocation, before.metadataLocation)
      strictEqual(seen.metadata['table-uuid'], before.metadata['table-uuid'])
      strictEqual(seen.metadata['metadata-log'].at(-1)?.['metadata-file'], before.metadataLocation)
    }),
    using('makes no commit whose requirement does not hold, and says that it is a conflict', async ({lake, newTable}) => {
      const name = await newTable()
      const catalog = committing(lake)
      const before = await catalog.loadTable(name)
      await addColumn(catalog, name, before, 'first')
      await fails(addColumn(catalog, name, before, 'second'), 'COMMIT_CONFLICT')
      deepStrictEqual(columnsOf(await catalog.loadTable(name)), [...columnsOf(before), 'first'])
    }),
    using('commits to no table that is missing', async ({lake, newTable}) => {
      const name = await newTable()
      await fails(setProperty(committing(lake), {...name, name: 'none'}, 'a'), 'TABLE_NOT_FOUND')
    }),
    using('makes one of several commits at once, and leaves nothing of the others', async ({lake, open, newTable}) => {
      const name = await newTable()
      const before = await committing(lake).loadTable(name)
      const clients = await Promise.all(Array.from({length: 4}, async () => committing(await open())))
      const attempts = await Promise.allSettled(clients.map((client, index) => addColumn(client, name, before, `c${index}`)))
      for (const attempt of attempts) if (attempt.status === 'rejected') await fails(Promise.reject(attempt.reason), 'COMMIT_CONFLICT')
      const winners = attempts.flatMap(({status}, index) => (status === 'fulfilled' ? [`c${index}`] : []))
      const after = await committing(lake).loadTable(name)
      deepStrictEqual(columnsOf(after), [...columnsOf(before), ...winners])
      strictEqual(winners.length, 1)
      if (!cannot.includes('take-back')) deepStrictEqual(await strayMetadata(after), [])
    }),
    using('lands no commit on a table that took the place of the one that it was made for', async ({lake, newTable, create}) => {
      const name = await newTable()
      const catalog = committing(lake)
      const before = await catalog.loadTable(name)
      await lake.dropTable(name)
      await fails(addColumn(catalog, name, before, 'late'), 'TABLE_NOT_FOUND')
      await create(name)
      await fails(addColumn(catalog, name, before, 'late'), 'COMMIT_CONFLICT')
      const after = await catalog.loadTable(name)
      notStrictEqual(after.metadata['table-uuid'], before.metadata['table-uuid'])
      deepStrictEqual(columnsOf(after), columnsOf(before))
    }),
    using('deletes no file of a table that is dropped', async ({lake, newTable}) => {
      const name = await newTable()
      const {io, metadataLocation} = await committing(lake).loadTable(name)
      await lake.dropTable(name)
      ok(await io.stat(metadataLocation))
    }),
    using('closes one client without the others, and one that was never used', async ({open, newTable}) => {
      const name = await newTable()
      const [used, unused, other] = [await open(), await open(), await open()]
      await used.getTable(name)
      await used.close()
      await unused.close()
      ok(await setProperty(committing(other), name, 'a'))
    }),
  ]
}
