import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict'
import type {ContractCase} from '../contribution-cases.js'
import type {CatalogUnderTest} from './options.js'
import {all, fails, refuses, sameNames, type UseScope} from './scope.js'

/** What becomes of namespaces. */
export function namespaceCases({cannot = []}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  const can = {nest: !cannot.includes('nest'), properties: !cannot.includes('namespace-properties')}
  return [
    using('gives a sign of life', async ({lake}) => {
      await lake.check()
    }),
    using('lists a namespace that was created, which has no tables', async ({lake, open, newNamespace}) => {
      const namespace = newNamespace()
      await lake.createNamespace(namespace, {})
      const other = await open()
      ok((await all(other.listNamespaces())).some(([level]) => level === namespace[0]))
      deepStrictEqual(await all(other.listTables(namespace)), [])
    }),
    using('refuses a namespace that is there already', async ({lake, newNamespace}) => {
      const namespace = newNamespace()
      await lake.createNamespace(namespace, {})
      await fails(lake.createNamespace(namespace, {}), 'ALREADY_EXISTS')
    }),
    using('names a namespace that is missing', async ({lake, newNamespace, create}) => {
      const namespace = newNamespace()
      await fails(lake.getNamespaceProperties(namespace), 'NAMESPACE_NOT_FOUND')
      await fails(lake.dropNamespace(namespace), 'NAMESPACE_NOT_FOUND')
      await fails(all(lake.listTables(namespace)), 'NAMESPACE_NOT_FOUND')
      await fails(create({namespace, name: 'orders'}), 'NAMESPACE_NOT_FOUND')
    }),
    using('drops an empty namespace, and has it no longer', async ({lake, newNamespace}) => {
      const [dropped, kept] = [newNamespace(), newNamespace()]
      for (const namespace of [dropped, kept]) await lake.createNamespace(namespace, {})
      await lake.dropNamespace(dropped)
      const listed = (await all(lake.listNamespaces())).map(([level]) => level)
      deepStrictEqual(
        [dropped, kept].map(([level]) => listed.includes(level)),
        [false, true],
      )
    }),
    using('keeps a namespace that has tables', async ({lake, newTable}) => {
      const table = await newTable()
      await fails(lake.dropNamespace(table.namespace), 'NAMESPACE_NOT_EMPTY')
      ok(await lake.getTable(table))
    }),
    can.properties
      ? using('sets and removes properties of a namespace together', async ({lake, newNamespace}) => {
          const namespace = newNamespace()
          await lake.createNamespace(namespace, {owner: 'ada', tier: 'gold', region: 'emea'})
          await lake.setNamespaceProperties(namespace, {set: {owner: 'grace', note: 'été = "50%"'}, remove: ['tier']})
          const {owner, tier, region, note} = await lake.getNamespaceProperties(namespace)
          deepStrictEqual({owner, tier, region, note}, {owner: 'grace', tier: undefined, region: 'emea', note: 'été = "50%"'})
        })
      : using('refuses properties of a namespace', async ({lake, newNamespace}) => {
          const namespace = newNamespace()
          await lake.createNamespace(namespace, {})
          await refuses(lake.setNamespaceProperties(namespace, {set: {owner: 'ada'}, remove: []}), namespace[0] ?? '')
        }),
    can.nest
      ? using('keeps namespaces in namespaces apart, each with its own tables', async ({lake, newNamespace, create}) => {
          const parent = newNamespace()
          const below = ['emea', 'apac'].map((name) => [...parent, name])
          for (const namespace of [parent, ...below]) await lake.createNamespace(namespace, {})
          for (const namespace of [parent, ...below]) await create({namespace, name: `of-${namespace.length}`})
          sameNames(
            (await all(lake.listNamespaces(parent))).map((namespace) => namespace.join('/')),
            below.map((namespace) => namespace.join('/')),
          )
          ok((await all(lake.listNamespaces())).every((namespace) => namespace.length === 1))
          for (const namespace of [parent, ...below]) {
            deepStrictEqual(await all(lake.listTables(namespace)), [{namespace, name: `of-${namespace.length}`}])
          }
          await lake.dropTable({namespace: parent, name: 'of-1'})
          await fails(lake.dropNamespace(parent), 'NAMESPACE_NOT_EMPTY')
          strictEqual((await all(lake.listNamespaces(parent))).length, 2)
        })
      : using('refuses a namespace in a namespace', async ({lake, newNamespace}) => {
          const parent = newNamespace()
          await lake.createNamespace(parent, {})
          await refuses(lake.createNamespace([...parent, 'emea'], {}), 'emea')
        }),
  ]
}
