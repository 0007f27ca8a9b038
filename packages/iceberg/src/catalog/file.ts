import {type FileIO, hasCode, type PhloError, refused, tableNotFound, unavailable} from '@phlo/core'
import type {Catalog, LoadedTable} from './catalog.js'
import {readTableMetadata} from './metadata-file.js'

export interface FileCatalogOptions {
  readonly name: string
  /** A FileIO for a path's scheme. */
  readonly openIO: (path: string) => Promise<FileIO>
}

/**
 * Tables by their path, without a catalog: the name of a table is its location or the path of a metadata file, its namespace is
 * empty. Reads only: files alone have no atomic swap, so every write is refused (`READ_ONLY_CATALOG`).
 *
 * A location is a table of Iceberg's Hadoop catalog: `metadata/version-hint.text`, or without one the highest
 * `metadata/v<N>.metadata.json`, and then as far forward as there are versions (spec, "File System Tables").
 */
export function createFileCatalog({name: catalog, openIO}: FileCatalogOptions): Catalog {
  const refuse = async (): Promise<never> => {
    throw readOnlyCatalog(catalog)
  }
  return {
    name: catalog,
    readOnly: () => readOnlyCatalog(catalog),
    async *listNamespaces() {},
    async *listTables() {},
    loadNamespace: async () => ({}),
    async loadTable({namespace, name}): Promise<LoadedTable> {
      const path = [...namespace, name].join('.')
      const io = await openIO(path)
      const location =
        path.endsWith('.metadata.json') || path.endsWith('.metadata.json.gz') ? path : await currentVersion(io, path, catalog)
      return {metadataLocation: location, metadata: await readTableMetadata(io, location), io}
    },
    createNamespace: refuse,
    updateNamespace: refuse,
    dropNamespace: refuse,
    createTable: refuse,
    registerTable: refuse,
    renameTable: refuse,
    dropTable: refuse,
    commitTable: refuse,
    check: async () => {},
    close: async () => {},
  }
}

/** The error for whatever would change something through such a catalog. */
function readOnlyCatalog(catalog: string): PhloError {
  return refused('READ_ONLY_CATALOG', `Catalog ${catalog} reads tables by their path and cannot change anything.`, [
    'register the table in a catalog: phlo table register <name> <metadata.json>',
  ])
}

async function currentVersion(io: FileIO, path: string, catalog: string): Promise<string> {
  const folder = `${path.replace(/\/+$/, '')}/metadata`
  let version = (await hintedVersion(io, folder)) ?? (await highestVersion(io, folder))
  if (version === undefined) throw tableNotFound(path, catalog)
  let found = await fileOf(io, folder, version)
  if (!found) {
    throw unavailable('METADATA_CORRUPT', `${folder}/version-hint.text names version ${version}, whose metadata file is not there.`)
  }
  // The hint is written after the version: it may be behind.
  for (let next = await fileOf(io, folder, ++version); next; next = await fileOf(io, folder, ++version)) found = next
  return found
}

async function hintedVersion(io: FileIO, folder: string): Promise<number | undefined> {
  try {
    const text = Buffer.from(await io.readAll(`${folder}/version-hint.text`))
      .toString()
      .trim()
    return /^\d+$/.test(text) ? Number(text) : undefined
  } catch (error) {
    if (hasCode(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

async function highestVersion(io: FileIO, folder: string): Promise<number | undefined> {
  let highest: number | undefined
  for await (const page of io.list(`${folder}/`)) {
    for (const {path} of page) {
      const version = Number(/\/v(\d+)(?:\.gz)?\.metadata\.json(?:\.gz)?$/.exec(path)?.[1])
      if (version > (highest ?? -1)) highest = version
    }
  }
  return highest
}

async function fileOf(io: FileIO, folder: string, version: number): Promise<string | undefined> {
  for (const suffix of ['.metadata.json', '.gz.metadata.json', '.metadata.json.gz']) {
    const path = `${folder}/v${version}${suffix}`
    if (await io.stat(path)) return path
  }
  return undefined
}
