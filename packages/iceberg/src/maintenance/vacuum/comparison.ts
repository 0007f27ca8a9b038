import {createReadStream} from 'node:fs'
import {appendFile, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {codeOf, fromLocalError} from '../../io/local-errors.js'

/** Compares what was listed with what is referred to, in bounded memory. */
export interface Comparison<Listed, Reference> {
  addListed(items: readonly Listed[]): Promise<void>
  addReferences(items: readonly Reference[]): Promise<void>
  /** Everything that was listed, each with the references of the same key. In the order of the listing, unless it was too much for memory. */
  compare(): AsyncIterable<{readonly listed: Listed; readonly references: readonly Reference[]}>
  /** Removes the temporary folder. To be called however the comparison ends. */
  close(): Promise<void>
}

/** What makes two of them the same, compared byte for byte. */
export interface Keys<Listed, Reference> {
  readonly ofListed: (item: Listed) => string
  readonly ofReference: (item: Reference) => string
}

/** Where items go that are too many. */
export interface ComparisonLimits {
  /** Bytes; an item of a path takes about 400. */
  readonly memory?: number
  /** The folder to make the temporary one in. Default: the system's (`TMPDIR`). */
  readonly below?: string
}

const MEMORY = 32 * 1024 ** 2
const BYTES_OF_AN_ITEM = 400
/** Bytes. */
const READ_TOGETHER = 256 * 1024
/** Of a billion files a part has four million, and the references to them, a gigabyte or two, are in memory at a time. */
const PARTS = 256

/**
 * Past the memory limit the items, which are JSON, go to files of a temporary folder, a file for each part of the hashes of their keys, so
 * that equal keys meet in the same part and the references of one part at a time are in memory. No order is needed to tell what is
 * missing, which is why these are not the sorted runs that rows have.
 *
 * @throws PhloError `STORAGE_FULL` and other errors of the disk, naming the path
 */
export function createComparison<Listed, Reference>(
  keys: Keys<Listed, Reference>,
  {memory = MEMORY, below = tmpdir()}: ComparisonLimits = {},
): Comparison<Listed, Reference> {
  let listed: Listed[] = []
  let references: Reference[] = []
  let folder: string | undefined

  const spill = async () => {
    folder ??= await newFolder(below)
    await writeParts(folder, 'listed', listed, keys.ofListed)
    await writeParts(folder, 'references', references, keys.ofReference)
    listed = []
    references = []
  }
  const spillWhenFull = async () => {
    if ((listed.length + references.length) * BYTES_OF_AN_ITEM > memory) await spill()
  }
  const matched = function* (some: readonly Listed[], byKey: ReadonlyMap<string, readonly Reference[]>) {
    for (const item of some) yield {listed: item, references: byKey.get(keys.ofListed(item)) ?? []}
  }
  return {
    async addListed(items) {
      for (const item of items) listed.push(item)
      await spillWhenFull()
    },
    async addReferences(items) {
      for (const item of items) references.push(item)
      await spillWhenFull()
    },
    async *compare() {
      if (folder === undefined) {
        yield* matched(listed, Map.groupBy(references, keys.ofReference))
        return
      }
      await spill()
      for (let part = 0; part < PARTS; part++) {
        const byKey = new Map<string, Reference[]>()
        for await (const some of readPart<Reference>(folder, 'references', part)) {
          for (const item of some) addTo(byKey, keys.ofReference(item), item)
        }
        for await (const some of readPart<Listed>(folder, 'listed', part)) yield* matched(some, byKey)
      }
    },
    async close() {
      if (folder !== undefined) await rm(folder, {recursive: true, force: true})
    },
  }
}

/** FNV-1a, of the key's UTF-16. */
function partOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return (hash >>> 8) % PARTS
}

const partPath = (folder: string, kind: string, part: number) => join(folder, `${kind}-${part}`)

async function newFolder(below: string): Promise<string> {
  const prefix = join(below, 'phlo-vacuum-')
  return mkdtemp(prefix).catch((error: unknown) => {
    throw fromLocalError(error, prefix)
  })
}

function addTo<Item>(groups: Map<string, Item[]>, key: string, item: Item): void {
  const group = groups.get(key)
  if (group) group.push(item)
  else groups.set(key, [item])
}

/** An item is a line, since JSON has no line feeds of its own. */
async function writeParts<Item>(folder: string, kind: string, items: readonly Item[], keyOf: (item: Item) => string): Promise<void> {
  for (const [part, own] of Map.groupBy(items, (item) => partOf(keyOf(item)))) {
    const path = partPath(folder, kind, part)
    await appendFile(path, own.map((item) => `${JSON.stringify(item)}\n`).join('')).catch((error: unknown) => {
      throw fromLocalError(error, path)
    })
  }
}

/** Some items at a time: a part may be longer than any text can be. */
async function* readPart<Item>(folder: string, kind: string, part: number): AsyncIterable<readonly Item[]> {
  const path = partPath(folder, kind, part)
  let rest = ''
  try {
    for await (const text of createReadStream(path, {encoding: 'utf8', highWaterMark: READ_TOGETHER})) {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      yield lines.map((line) => JSON.parse(line) as Item)
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw fromLocalError(error, path)
  }
}
