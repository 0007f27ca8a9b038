import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {localPath, planScan, readManifest, readManifestList} from '@phlo/iceberg'
import {checkDeletionVector, isDeletionVector} from '../../src/deletes/deletion-vector.js'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'
import {moveTable, withoutFilesOf} from '../support/move-table.js'
import {rowsBySnapshot} from '../support/saved-lake.js'
import {treeOf} from '../support/tree.js'

const java = standingJava()
afterAll(() => java.close())

describe('a table that was moved to another folder', () => {
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
  })
  afterAll(() => closeSound(lake))

  test.each([1, 2])('has all rows in every snapshot for Java and for Phlo, in v%d', async (version) => {
    const name = `made.plain_v${version}`
    await java.create(lake, name, version, 6, 20)
    const [rows, profile] = [await rowsBySnapshot(await lake.table(name)), await java.profile(lake, name)]
    const before = treeOf(localPath((await lake.table(name)).location))
    const {moved} = await moveTable(lake, name, {staging: `${lake.folder}/staging/${name}`})
    expect(treeOf(localPath((await lake.table(name)).location))).toEqual(before)
    await withoutFilesOf(lake, name, async () => {
      expect(await rowsBySnapshot(await lake.table(moved))).toEqual(rows)
      expect(await java.profile(lake, moved)).toEqual(profile)
    })
  })

  test.each([2, 3])('keeps every kind of delete in v%d', async (version) => {
    const name = `made.deletes_v${version}`
    await java.createDeleted(lake, name, version)
    const [rows, profile] = [await rowsBySnapshot(await lake.table(name)), await java.profile(lake, name)]
    const {moved, plan, result} = await moveTable(lake, name)
    expect(plan.rewrites.filter(({kind}) => kind === 'deletes').length).toBeGreaterThan(1)
    expect(result.rewrittenDeleteFilePathsCount).toBe(plan.rewrites.filter(({kind}) => kind === 'deletes').length)
    await withoutFilesOf(lake, name, async () => {
      expect(await java.profile(lake, moved)).toEqual(profile)
      expect(await rowsBySnapshot(await lake.table(moved))).toEqual(rows)
    })
  })

  test('has right lengths of everything that was written anew, and vectors that name their data files', async () => {
    const table = await lake.table('made.deletes_v3_moved')
    let [vectors, dataFiles] = [0, 0]
    for (const snapshot of table.metadata.snapshots) {
      for (const manifest of await readManifestList(table.io, snapshot, 3)) {
        expect((await table.io.stat(manifest.manifestPath))?.size).toBe(manifest.manifestLength)
        for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
          if (status === 'deleted') continue
          expect((await table.io.stat(dataFile.filePath))?.size).toBe(dataFile.fileSizeInBytes)
          if (!isDeletionVector(dataFile)) continue
          vectors += 1
          await checkDeletionVector(table.io, dataFile)
        }
      }
    }
    for await (const {entry} of planScan(table)) dataFiles += Number(entry.dataFile.firstRowId !== undefined)
    expect(vectors).toBeGreaterThan(3)
    expect(dataFiles).toBeGreaterThan(5)
  })
})
