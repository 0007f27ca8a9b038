import type {FileIO} from '@phlo/core'
import type {ManifestFile} from '../spec/manifest.js'
import {knownListColumns, type Listing, type ListRecord, openManifestList} from './listed-manifests.js'

/** Collects the manifests of snapshots, each once: most manifests of a snapshot are in the lists of those before it too. */
export interface ManifestCollector {
  /**
   * Reads the manifest list of a snapshot; several may be read at the same time. Manifests that were met before are not described
   * again.
   *
   * @returns the length of the list in bytes; 0 when there is none
   * @throws as `readManifestList`
   */
  add(snapshot: Listing): Promise<number>
  /** By path. */
  result(): Promise<ReadonlyMap<string, ManifestFile>>
}

/** A manifest, and what its record in a list was followed by when it was last read: mostly that of the same manifest as in other lists. */
interface Met {
  readonly manifest: Promise<ManifestFile>
  record: ListRecord | undefined
  next: Met | undefined
}

/** A collector that has met none. Its memory holds each manifest's record once. */
export function manifestCollector(io: FileIO, formatVersion: number): ManifestCollector {
  const known = new Map<string, Met>()
  const columnsFor = knownListColumns()
  return {
    async add(snapshot) {
      const {length, manifests} = await openManifestList(io, snapshot, formatVersion, columnsFor)
      let last: Met | undefined
      // A record that is the same, byte for byte, as the one that is expected need not be read.
      const expected = () => last?.next?.record
      const passed = () => {
        last = last?.next
      }
      for await (const {path, record, describe} of manifests({expected, passed})) {
        let met = known.get(path)
        if (met) met.record = record()
        else {
          met = {manifest: describe(), record: record(), next: undefined}
          known.set(path, met)
          await met.manifest
        }
        if (last) last.next = met
        last = met
      }
      return length
    },
    async result() {
      const manifests = new Map<string, ManifestFile>()
      for (const [path, {manifest}] of known) manifests.set(path, await manifest)
      return manifests
    },
  }
}
