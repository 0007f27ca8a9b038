import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict'
import type {ContractCase} from '../contribution-cases.js'
import type {CatalogUnderTest} from './options.js'
import {all, fails, refuses, sameNames, type UseScope} from './scope.js'

/** Names that some path, URL, statement or pattern takes for something else. */
const ODD = ['a.b', 'a b', "it's", '"a"', '`a`', '50%', '%2F', 'a/b', 'a\\b', '..', 'a?b#c', 'x&y=z', 'a+b', 'été', '🦆', 'select']

/** Names that one thing takes for another: wild cards, what stands for a space in a URL, letters with two encodings. */
const ALIKE = ['a_b', 'a%b', 'a*b', 'axb', 'a b', 'a+b', 'a%20b', 'é', 'e\u0301']

const CASES = ['Orders', 'orders', 'ORDERS']

/** What becomes of names. */
export function nameCases({forbids = {}, mistakes = {}, cannot = []}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  const namespaces = ODD.filter((name) => !has(mistakes.namespaces, name)).map((name) =>
    has(forbids.namespaces, name)
      ? using(`refuses a namespace called ${name}`, async ({lake, newNamespace}) => {
          const namespace = newNamespace(name)
          await refuses(lake.createNamespace(namespace, {}), namespace[0] ?? '')
        })
      : using(`holds a namespace called ${name}`, async ({lake, newNamespace, create}) => {
          const namespace = newNamespace(name)
          await lake.createNamespace(namespace, {})
          ok((await all(lake.listNamespaces())).some((found) => found.length === 1 && found[0] === namespace[0]))
          ok(await lake.getNamespaceProperties(namespace))
          await create({namespace, name: 'orders'})
          deepStrictEqual((await lake.getTable({namespace, name: 'orders'})).name, {namespace, name: 'orders'})
          deepStrictEqual(await all(lake.listTables(namespace)), [{namespace, name: 'orders'}])
        }),
  )
  const refusesTable = (name: string) =>
    using(`refuses a table called ${name}`, async ({lake, newNamespace, create}) => {
      const namespace = newNamespace()
      await lake.createNamespace(namespace, {})
      await refuses(create({namespace, name}), name)
      deepStrictEqual(await all(lake.listTables(namespace)), [])
    })
  const tables = ODD.filter((name) => !has(mistakes.tables, name)).map((name) =>
    has(forbids.tables, name)
      ? refusesTable(name)
      : using(`holds a table called ${name}`, async ({lake, newTable}) => {
          const table = await newTable(name)
          const {location} = await lake.getTable(table)
          strictEqual(
            location.split('/').some((segment) => segment === '..' || segment === '.'),
            false,
            location,
          )
          deepStrictEqual(await all(lake.listTables(table.namespace)), [table])
          await lake.dropTable(table)
          await fails(lake.getTable(table), 'TABLE_NOT_FOUND')
        }),
  )
  const caseCases = () => {
    const refused = CASES.filter((name) => has(forbids.tables, name))
    if (refused.length > 0) return refused.map(refusesTable)
    return [
      cannot.includes('case')
        ? using('takes names that differ by case for one, and does not hide it', async ({lake, newTable, create}) => {
            const {namespace} = await newTable(CASES[0])
            await fails(create({namespace, name: CASES[1] ?? ''}), 'ALREADY_EXISTS')
            strictEqual((await all(lake.listTables(namespace))).length, 1)
          })
        : using('keeps tables apart whose names differ by case', async ({lake, newNamespace, create}) => {
            const namespace = newNamespace()
            await lake.createNamespace(namespace, {})
            for (const name of CASES) await create({namespace, name})
            sameNames(
              (await all(lake.listTables(namespace))).map(({name}) => name),
              CASES,
            )
            strictEqual(
              new Set(await Promise.all(CASES.map(async (name) => (await lake.getTable({namespace, name})).location))).size,
              CASES.length,
            )
          }),
    ]
  }
  return [
    ...namespaces,
    ...tables,
    using('keeps tables apart whose names are almost alike', async ({lake, newNamespace, create}) => {
      const namespace = newNamespace()
      await lake.createNamespace(namespace, {})
      const names = ALIKE.filter((name) => !has(forbids.tables, name) && !has(mistakes.tables, name))
      const locations = new Set<string>()
      for (const name of names) locations.add((await create({namespace, name})).location)
      strictEqual(locations.size, names.length)
      sameNames(
        (await all(lake.listTables(namespace))).map(({name}) => name),
        names,
      )
      const [first = '', ...rest] = names
      await lake.dropTable({namespace, name: first})
      for (const name of rest) strictEqual((await lake.getTable({namespace, name})).name.name, name)
    }),
    ...caseCases(),
  ]
}

const has = (pattern: RegExp | undefined, name: string) => pattern?.test(name) ?? false
