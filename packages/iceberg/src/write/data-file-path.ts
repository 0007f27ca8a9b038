import {partitionNames} from '../spec/file-partition.js'
import type {DataFile} from '../spec/manifest.js'
import {booleanProperty} from '../spec/table-properties.js'
import {hashOf} from '../spec/transforms.js'
import type {IcebergTable} from '../table.js'

/**
 * Names new data files of one partition, as Iceberg's location providers do: `<data>/<partition>/00000-<id>.parquet` below
 * `write.data.path` or the table's `data` folder, or with `write.object-storage.enabled` spread over hashed prefixes.
 */
export function dataFilePaths(
  table: IcebergTable,
  partition: Pick<DataFile, 'specId' | 'partition'>,
  id: string,
  extension: 'parquet' | 'puffin' = 'parquet',
): (index: number) => string {
  const {properties, location, metadata} = table
  const base = (properties['write.data.path'] ?? properties['write.object-storage.path'] ?? `${location}/data`).replace(/\/+$/, '')
  const folder = partitionNames(metadata)(partition)
  const hashed = booleanProperty(properties, 'write.object-storage.enabled', false)
  const partitioned = booleanProperty(properties, 'write.object-storage.partitioned-paths', true)
  return (index) => {
    const name = `${String(index).padStart(5, '0')}-${id}.${extension}`
    if (!hashed) return [base, folder, name].filter((part) => part !== '').join('/')
    const tail = folder === '' || !partitioned ? name : `${folder}/${name}`
    return `${base}/${hashPrefix(tail)}/${tail}`
  }
}

/** Twenty bits of Murmur3 in binary, as `0101/0011/1100/10101010`: the layout of Java's ObjectStoreLocationProvider. */
function hashPrefix(name: string): string {
  const bits = ((hashOf('string')(name) & 0xfffff) | 0x80000000) >>> 0
  const text = bits.toString(2).slice(-20)
  return `${text.slice(0, 4)}/${text.slice(4, 8)}/${text.slice(8, 12)}/${text.slice(12)}`
}
