import {mkdtempSync} from 'node:fs'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {createFileCatalog, localFileIO, newTableMetadata, type Schema, serializeTableMetadata} from '@phlo/iceberg'

const io = localFileIO()
const catalog = createFileCatalog({name: 'files', openIO: async () => io})
const schema: Schema = {type: 'struct', fields: [{id: 1, name: 'id', required: true, type: 'long'}]}

let location: string
const load = (name = location) => catalog.loadTable({namespace: [], name})
const hint = (text: string) => writeFile(join(location, 'metadata', 'version-hint.text'), text)
async function version(number: number, suffix = '.metadata.json'): Promise<string> {
  const path = join(location, 'metadata', `v${number}${suffix}`)
  const metadata = newTableMetadata({schema, location, properties: {version: String(number)}, now: 1})
  await writeFile(path, serializeTableMetadata(metadata, path))
  return path
}

beforeEach(async () => {
  location = mkdtempSync(join(tmpdir(), 'phlo-hadoop-'))
  await mkdir(join(location, 'metadata'))
})

describe('a table by its path', () => {
  test('is at the version of the hint, or as far beyond it as there are versions', async () => {
    await version(1)
    await version(2)
    await hint('1\n')
    expect((await load()).metadata.properties['version']).toBe('2')
    expect((await load(`${location}/`)).metadataLocation).toBe(join(location, 'metadata', 'v2.metadata.json'))
  })

  test('is at its highest version when there is no hint, or none that is a number', async () => {
    await version(9)
    await version(10, '.gz.metadata.json')
    await version(2)
    expect((await load()).metadata.properties['version']).toBe('10')
    await hint('latest')
    expect((await load()).metadata.properties['version']).toBe('10')
  })

  test('is found through a metadata file too', async () => {
    const path = await version(3)
    await version(4)
    expect((await load(path)).metadata.properties['version']).toBe('3')
  })

  test('is damaged when the version of the hint is gone', async () => {
    await version(1)
    const path = await version(2)
    await hint('2')
    await rm(path)
    await expect(load()).rejects.toMatchObject({code: 'METADATA_CORRUPT', message: expect.stringContaining('names version 2')})
  })

  test('is none when there is no metadata', async () => {
    await expect(load()).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
    await expect(load(join(location, 'nothing'))).rejects.toMatchObject({code: 'TABLE_NOT_FOUND'})
  })

  test('cannot be changed', async () => {
    const name = {namespace: [], name: location}
    const attempts = [
      catalog.createNamespace(['a'], {}),
      catalog.updateNamespace(['a'], {set: {}, remove: []}),
      catalog.dropNamespace(['a']),
      catalog.createTable(name, {schema}),
      catalog.registerTable(name, location),
      catalog.renameTable(name, name),
      catalog.dropTable(name),
      catalog.commitTable(name, [], []),
    ]
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({code: 'READ_ONLY_CATALOG', exit: 6})
  })
})
