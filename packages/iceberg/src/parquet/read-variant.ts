import type {InputFile} from '@phlo/core'
import {messageOf, refused} from '@phlo/core'
import {VARIANT_NULL} from '../variant/build.js'
import {parseVariantMetadata} from '../variant/metadata.js'
import {unshred} from '../variant/unshred.js'
import {assembler, type ColumnCursor} from './assemble.js'
import type {Decoded} from './decode-chunk.js'
import {definitionLevelMap, type FileLeaf, type FileNode} from './file-leaves.js'
import {corrupt} from './footer.js'
import type {Leaf, LeafValues, PhysicalValue} from './leaves.js'

/** A column of a variant, decoded. */
export type VariantPart = Decoded & {readonly column: FileLeaf}

/**
 * The values of a variant column, each the bytes of its metadata and of its value together; what is shredded is put together again.
 *
 * @throws PhloError `PARQUET_CORRUPT`, `PARQUET_UNSUPPORTED` naming file and column
 */
export function readVariant(file: InputFile, leaf: Leaf, parts: readonly VariantPart[], rows: number): LeafValues {
  const depth = leaf.path.length
  const named = (name: string) =>
    parts.find(({column}) => column.path.length === depth + 1 && column.schemaPath.at(-1)?.element.name === name)
  const metadata = named('metadata')
  const levels = metadata && definitionLevelMap({...metadata.column, path: metadata.column.path.slice(0, depth)}, leaf)
  if (!metadata || !levels)
    throw refused('PARQUET_UNSUPPORTED', `Column ${leaf.name} of ${file.path} is not a variant of a form that is read.`)
  const full = metadata.column.path.filter(({repetition}) => repetition !== 'REQUIRED').length
  const definitionLevels = metadata.definitionLevels?.map((level) => levels[Math.min(level, levels.length - 1)] ?? 0)
  const next = valueReader(parts, metadata.column.path.slice(0, depth))
  try {
    const values = Array.from(metadata.values as ArrayLike<PhysicalValue>, (dictionary, at): PhysicalValue => {
      const isPresent = (metadata.definitionLevels?.[at] ?? full) >= full
      const value = next(isPresent) ?? VARIANT_NULL
      if (!isPresent) return null
      const bytes = dictionary as Uint8Array
      return Buffer.concat([bytes, value instanceof Uint8Array ? value : value(parseVariantMetadata(bytes).names)])
    })
    const isFull = definitionLevels?.every((level) => level === leaf.maxDefinitionLevel) ?? true
    return {leaf, values, ...(!isFull && {definitionLevels}), repetitionLevels: metadata.repetitionLevels, rows}
  } catch (error) {
    throw corrupt(file, `variant ${leaf.name} cannot be read: ${messageOf(error)}`, error)
  }
}

type Value = null | Uint8Array | ((names: readonly string[]) => Uint8Array)

/** Gives the value of one entry after the other. */
function valueReader(parts: readonly VariantPart[], above: readonly FileNode[]): (isPresent: boolean) => Value {
  const depth = parts[0]?.column.schemaPath.findIndex(({element}) => element === above.at(-1)?.element) ?? -1
  const stored = parts.filter(({column}) => column.schemaPath[depth + 1]?.element.name !== 'metadata')
  const [only] = stored
  const isShredded = stored.some(({column}) => column.schemaPath.length > depth + 2 || column.schemaPath.at(-1)?.element.name !== 'value')
  if (only && !isShredded) {
    let at = 0
    return () => (only.values[at++] as PhysicalValue as Uint8Array | null) ?? null
  }
  const cursors: ColumnCursor[] = stored.map((part) => ({...part, at: 0}))
  const count = (wanted: (repetition: string) => boolean) => above.filter(({repetition}) => wanted(repetition)).length
  const assemble = assembler(cursors, depth, {
    definition: count((repetition) => repetition !== 'REQUIRED'),
    repetition: count((repetition) => repetition === 'REPEATED'),
  })
  const node = cursors[0]?.column.schemaPath[depth]
  return (isPresent) => {
    if (!isPresent || !node) {
      for (const cursor of cursors) cursor.at += 1
      return null
    }
    const group = assemble() as Parameters<typeof unshred>[1]
    return (names) => unshred(node, group, names)
  }
}
