import {rmSync} from 'node:fs'
import {afterAll, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {manifestCollector} from '../../src/avro/manifest-collector.js'
import {readManifestList, writeManifestList} from '../../src/avro/manifest-list.js'
import type {ManifestFile} from '../../src/spec/manifest.js'
import {folder, freshPath, io} from './samples.js'

afterAll(() => rmSync(folder, {recursive: true}))

const manifest = (number: number, partitions: ManifestFile['partitions']): ManifestFile => ({
  manifestPath: `s3://lake/t/metadata/${'m'.repeat(number % 3)}${number}.avro`,
  manifestLength: 1000 + number,
  partitionSpecId: number % 2,
  content: number % 5 === 0 ? 'deletes' : 'data',
  sequenceNumber: BigInt(number),
  minSequenceNumber: BigInt(number),
  addedSnapshotId: BigInt(number) ** 5n,
  addedFilesCount: number,
  existingFilesCount: 0,
  deletedFilesCount: 0,
  addedRowsCount: 10 * number,
  existingRowsCount: 0,
  deletedRowsCount: 0,
  ...(partitions && {partitions}),
})
const summaries = fc.option(fc.array(fc.record({containsNull: fc.boolean(), lowerBound: fc.uint8Array({maxLength: 4})}), {maxLength: 2}), {
  nil: undefined,
})
/** Lists as writers make them, the new manifests first, and as nobody does. */
const lists = fc.array(
  fc.record({
    version: fc.constantFrom(1, 2, 2, 3),
    added: fc.array(fc.tuple(fc.integer({min: 1, max: 30}), summaries), {maxLength: 3}),
    dropped: fc.nat(6),
    isShuffled: fc.boolean(),
  }),
  {minLength: 1, maxLength: 12},
)

test('the manifests of snapshots are those of their lists, each as it is told first, in whichever order the lists have them', async () => {
  await fc.assert(
    fc.asyncProperty(lists, async (given) => {
      let current: readonly ManifestFile[] = []
      const [collector, atOnce] = [manifestCollector(io, 2), manifestCollector(io, 2)]
      const snapshots: {'snapshot-id': bigint; 'manifest-list': string}[] = []
      const expected = new Map<string, ManifestFile>()
      for (const [at, {version, added, dropped, isShuffled}] of given.entries()) {
        const fresh = added.map(([number, partitions]) => manifest(number, partitions))
        const paths = new Set(fresh.map(({manifestPath}) => manifestPath))
        const kept = current.filter(({manifestPath}, index) => index !== dropped && !paths.has(manifestPath))
        current = [...new Map([...fresh, ...kept].map((each) => [each.manifestPath, each])).values()]
        if (isShuffled) current = current.toReversed()
        const path = freshPath()
        const {length} = await writeManifestList(
          io,
          path,
          {formatVersion: version, snapshotId: 1n, sequenceNumber: 1n, ...(version === 3 && {firstRowId: BigInt(at) * 7n})},
          current,
        )
        const snapshot = {'snapshot-id': 1n, 'manifest-list': path}
        for (const own of await readManifestList(io, snapshot, 2)) if (!expected.has(own.manifestPath)) expected.set(own.manifestPath, own)
        expect(await collector.add(snapshot)).toBe(length)
        snapshots.push(snapshot)
      }
      await Promise.all(snapshots.map((snapshot) => atOnce.add(snapshot)))
      expect([...(await atOnce.result()).keys()].sort()).toEqual([...expected.keys()].sort())
      expect(new Map(await collector.result())).toEqual(expected)
    }),
    {numRuns: 200},
  )
})
