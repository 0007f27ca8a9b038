import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {hasCode} from '@phlo/core'
import {type Catalog, icebergLakehouse} from '@phlo/iceberg'
import {type CatalogUnderTest, testCatalog} from '@phlo/testing'
import {open} from './support/open-sql.js'

const RACE = 'makes one of several commits at once, and leaves nothing of the others'
const PROCESSES = 'makes one commit of several processes each round, loses none, and lets the processes end'

const catalog: CatalogUnderTest = {
  async create() {
    const folder = mkdtempSync(join(tmpdir(), 'phlo-broken-'))
    return {uri: `sqlite:///${join(folder, 'catalog.db')}`, warehouse: `file://${folder}/warehouse`}
  },
  open,
}

/** The SQL catalog with something of it done in another way. */
const broken = (change: (inner: Catalog) => Partial<Catalog>) => ({
  async open(properties: Readonly<Record<string, string>>) {
    const lake = await open(properties)
    const {catalog: inner} = lake
    return icebergLakehouse({...inner, ...change(inner), close: () => lake.close()})
  },
})

describe('the suite of catalogs catches one', () => {
  test.each<[string, Partial<CatalogUnderTest>, string]>([
    [
      'that commits over what others committed',
      broken((inner) => ({
        async commitTable(name, requirements, updates) {
          try {
            return await inner.commitTable(name, requirements, updates)
          } catch (error) {
            if (!hasCode(error, 'COMMIT_CONFLICT')) throw error
            return this.commitTable?.(name, [], updates) ?? inner.commitTable(name, [], updates)
          }
        },
      })),
      RACE,
    ],
    [
      'that leaves the files of commits that were not made',
      broken((inner) => ({
        async commitTable(name, requirements, updates) {
          const {io, metadataLocation} = await inner.loadTable(name)
          try {
            return await inner.commitTable(name, requirements, updates)
          } catch (error) {
            const left = await io.create(metadataLocation.replace(/[^/]*$/, `${crypto.randomUUID()}.metadata.json`))
            await left.close()
            throw error
          }
        },
      })),
      RACE,
    ],
    [
      'that takes a new table for the one that was dropped',
      broken((inner) => ({
        commitTable: (name, requirements, updates) =>
          inner.commitTable(
            name,
            requirements.filter(({type}) => type !== 'assert-table-uuid'),
            updates,
          ),
      })),
      'lands no commit on a table that took the place of the one that it was made for',
    ],
    [
      'that stops listing after a page',
      broken((inner) => ({
        async *listTables(namespace) {
          let left = 4
          for await (const name of inner.listTables(namespace)) if (left-- > 0) yield name
        },
      })),
      'lists all tables of long listings, once each and in the order of their names',
    ],
    ['whose processes do not end', {module: new URL('./support/open-endless.mjs', import.meta.url)}, PROCESSES],
  ])('%s', async (_, part, name) => {
    const found = testCatalog({...catalog, ...part}).find((one) => one.name === name)
    await expect(found?.run()).rejects.toMatchObject({code: 'ERR_ASSERTION'})
  })
})
