import {commitConflict, hasCode, refused, unavailable} from '@phlo/core'
import {currentSchema, type TableRequirement, type TableUpdate} from '@phlo/iceberg'
import type {Scratch} from './scratch.js'

/** Something that a catalog is asked to do. */
export interface Probe {
  /** What follows "can". */
  readonly ability: string
  /** Phlo's commands need it. */
  readonly needed: boolean
  /** @throws PhloError when it does not do it; exit code 2 or 6 says that it cannot, and not that it failed */
  readonly run: (scratch: Scratch) => Promise<void>
}

/** Names that every catalog can drop again, should it take them. */
const ODD_NAMES = ['two words', 'a.b', 'été']

const CONTENT = Buffer.from([80, 104, 108, 111])

/** In their order: each finds what those before it have left. */
export const PROBES: readonly Probe[] = [
  {
    ability: 'create and list a namespace',
    needed: true,
    async run({lake, namespace}) {
      await lake.createNamespace(namespace, {})
      for await (const found of lake.listNamespaces(namespace.slice(0, -1))) if (found.at(-1) === namespace.at(-1)) return
      throw wrong('the namespace that was created is not listed')
    },
  },
  {
    ability: 'keep properties of a namespace',
    needed: false,
    async run({lake, namespace}) {
      await lake.setNamespaceProperties(namespace, {set: {'phlo.test': 'x'}, remove: []})
      const {'phlo.test': value} = await lake.getNamespaceProperties(namespace)
      if (value !== 'x') throw wrong('the property that was set is not there')
    },
  },
  {
    ability: 'have namespaces in namespaces',
    needed: false,
    async run({lake, namespace}) {
      const below = [...namespace, 'below']
      await lake.createNamespace(below, {})
      let isListed = false
      for await (const found of lake.listNamespaces(namespace)) isListed ||= found.at(-1) === 'below'
      await lake.dropNamespace(below)
      if (!isListed) throw wrong('the namespace in the namespace is not listed')
    },
  },
  {
    ability: 'create, list and open a table',
    needed: true,
    async run({lake, table, create}) {
      await create(table)
      await lake.getTable(table)
      for await (const found of lake.listTables(table.namespace)) if (found.name === table.name) return
      throw wrong('the table that was created is not listed')
    },
  },
  {
    ability: 'write, read and delete files of a table',
    needed: true,
    async run({lake, table}) {
      const {io, metadata} = await lake.catalog.loadTable(table)
      const path = `${metadata.location}/data/phlo-test-${crypto.randomUUID()}`
      const output = await io.create(path)
      await output.write(CONTENT).then(
        () => output.close(),
        (error) => output.abort().then(() => Promise.reject(error)),
      )
      const read = await io.readAll(path)
      const [problem] = await io.delete([path])
      if (problem) throw wrong(`a file cannot be deleted: ${problem.error}`)
      if (!Buffer.from(read).equals(CONTENT)) throw wrong('a file is read otherwise than it was written')
    },
  },
  {
    ability: 'commit to a table',
    needed: true,
    async run({lake, table}) {
      const before = await lake.getTable(table)
      await lake.catalog.commitTable(table, [], [setProperty('phlo.test', 'x')])
      const after = await lake.getTable(table)
      if (after.properties['phlo.test'] !== 'x' || after.metadataLocation === before.metadataLocation) {
        throw wrong('the commit that was made is not to be seen')
      }
    },
  },
  {
    ability: 'refuse a commit that comes too late',
    needed: true,
    async run({lake, table}) {
      const late = await onlyOne(lake, table)
      await onlyOne(lake, table).then((commit) => commit('first'))
      await conflicts(late('second'))
    },
  },
  {
    ability: 'make one of two commits at once',
    needed: true,
    async run({lake, table}) {
      const commit = await onlyOne(lake, table)
      const outcomes = await Promise.allSettled([commit('one'), commit('two')])
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
      if (lost.length === 0) throw wrong('both of two commits were made, and one of them is lost')
      for (const {reason} of lost) await conflicts(Promise.reject(reason))
      if (lost.length > 1) throw commitConflict('neither of two commits was made')
    },
  },
  {
    ability: 'keep a namespace that has tables',
    needed: true,
    async run({lake, table}) {
      const failure = await failureOf(lake.dropNamespace(table.namespace))
      if (!hasCode(failure, 'NAMESPACE_NOT_EMPTY')) throw failure ?? wrong('it dropped a namespace that has a table')
    },
  },
  {
    ability: 'rename a table',
    needed: false,
    async run({lake, table}) {
      const renamed = {...table, name: 'renamed'}
      await lake.renameTable(table, renamed)
      await lake.getTable(renamed)
      await lake.renameTable(renamed, table)
    },
  },
  {
    ability: 'register a table that exists as files',
    needed: false,
    async run({lake, namespace, create}) {
      const registered = {namespace, name: 'registered'}
      await create(registered)
      const {metadataLocation} = await lake.catalog.loadTable(registered)
      await lake.dropTable(registered)
      await lake.registerTable(registered, metadataLocation)
      await lake.getTable(registered)
    },
  },
  {
    ability: 'tell names apart by case',
    needed: false,
    async run({create, namespace}) {
      await create({namespace, name: 'letters'})
      const failure = await failureOf(create({namespace, name: 'LETTERS'}))
      if (failure === undefined) return
      throw hasCode(failure, 'ALREADY_EXISTS') ? refused('SAME_NAME', 'letters and LETTERS are the same name') : failure
    },
  },
  {
    ability: `have tables called ${ODD_NAMES.join(', ')}`,
    needed: false,
    async run({lake, create, namespace}) {
      for (const name of ODD_NAMES) {
        await create({namespace, name})
        await lake.getTable({namespace, name})
      }
    },
  },
  {
    ability: 'forget a table that is dropped',
    needed: true,
    async run({lake, table}) {
      await lake.dropTable(table)
      const failure = await failureOf(lake.getTable(table))
      if (!hasCode(failure, 'TABLE_NOT_FOUND')) throw failure ?? wrong('a table that was dropped can be opened')
    },
  },
]

const wrong = (what: string) => unavailable('CATALOG_MISBEHAVES', `${what}.`)

const setProperty = (key: string, value: string): TableUpdate => ({action: 'set-properties', updates: {[key]: value}})

/** A commit on the table as it is now, of which only one can be made. */
async function onlyOne({catalog}: Scratch['lake'], table: Scratch['table']): Promise<(column: string) => Promise<unknown>> {
  const {metadata} = await catalog.loadTable(table)
  const schema = currentSchema(metadata)
  const requirements: readonly TableRequirement[] = [
    {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
    {type: 'assert-current-schema-id', 'current-schema-id': metadata['current-schema-id']},
  ]
  return (name) => {
    const field = {id: metadata['last-column-id'] + 1, name, required: false, type: 'string' as const}
    return catalog.commitTable(table, requirements, [
      {action: 'add-schema', schema: {...schema, fields: [...schema.fields, field]}, 'last-column-id': field.id},
      {action: 'set-current-schema', 'schema-id': -1},
    ])
  }
}

async function conflicts(commit: Promise<unknown>): Promise<void> {
  const failure = await failureOf(commit)
  if (!hasCode(failure, 'COMMIT_CONFLICT')) throw failure ?? wrong('a commit was made on a table that had changed meanwhile')
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )
