import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {append, liveFiles, optimize} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'
import {maintainUnderJudgement} from '../support/maintenance.js'

const java = standingJava()
afterAll(() => java.close())

describe('Iceberg’s Java library', () => {
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
  })
  afterAll(() => closeSound(lake))

  test.each([1, 2])('agrees with what Phlo made of its v%d table, on every snapshot', async (version) => {
    const name = `made.by_java_v${version}`
    await java.create(lake, name, version, 30, 40)
    await maintainUnderJudgement(lake, name, java)
  })

  test('reads a table that Phlo created and filled, with every type', async () => {
    await java.create(lake, 'made.source', 2, 10, 50)
    const source = await lake.table('made.source')
    const files: string[] = []
    for await (const {path} of liveFiles(source)) files.push(path)
    const [schema] = source.metadata.schemas
    await lake.catalog.createNamespace(['ours'], {})
    await lake.catalog.createTable({namespace: ['ours'], name: 'types'}, {schema: schema as NonNullable<typeof schema>})
    await lake.run(append, 'ours.types', {files})
    const [rows] = Object.values(await java.profile(lake, 'made.source')).slice(-1)
    const [own] = Object.values(await java.profile(lake, 'ours.types'))
    expect(own).toEqual(rows)
    await lake.run(append, 'ours.types', {files})
    const {plan} = await lake.run(optimize, 'ours.types', {minInputFiles: 2})
    expect(plan).toMatchObject({inputFiles: 2, outputFiles: 1})
    const snapshots = Object.values(await java.profile(lake, 'ours.types'))
    expect(snapshots.at(-1)).toEqual(snapshots.at(-2))
  })
})
