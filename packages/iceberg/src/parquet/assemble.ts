import type {SchemaTree} from 'hyparquet'
import type {Assembled} from '../variant/unshred.js'
import type {Decoded} from './decode-chunk.js'
import type {FileLeaf} from './file-leaves.js'

/** A decoded column, and the entry of it that comes next. */
export interface ColumnCursor extends Decoded {
  readonly column: FileLeaf
  at: number
}

interface Node {
  readonly tree: SchemaTree
  /** Levels at which the node is there, once for each of its values. */
  readonly definition: number
  readonly repetition: number
  readonly columns: readonly ColumnCursor[]
  readonly children: readonly Node[]
}

/**
 * Puts the next value of a group together out of its columns (Dremel): groups by the names of their fields, lists as arrays of
 * their elements, null for what is not there.
 *
 * @param depth how many nodes of the columns' paths are above the group
 * @param levels of definition and repetition at which the group itself is there
 */
export function assembler(
  cursors: readonly ColumnCursor[],
  depth: number,
  levels: {readonly definition: number; readonly repetition: number},
): () => Assembled {
  const tree = cursors[0]?.column.schemaPath[depth]
  if (!tree) throw new RangeError('a group has no columns')
  const node = nodeOf(tree, cursors, depth, levels)
  return () => present(node)
}

function nodeOf(
  tree: SchemaTree,
  columns: readonly ColumnCursor[],
  depth: number,
  {definition, repetition}: {readonly definition: number; readonly repetition: number},
): Node {
  const children = tree.children.map((child) => {
    const kind = child.element.repetition_type
    const own = columns.filter(
      ({column}) => column.schemaPath[depth + 1] === child || column.schemaPath[depth + 1]?.element === child.element,
    )
    const below = {definition: definition + Number(kind !== 'REQUIRED'), repetition: repetition + Number(kind === 'REPEATED')}
    return nodeOf(child, own, depth + 1, below)
  })
  return {tree, definition, repetition, columns, children}
}

const definitionAt = ({definitionLevels, at}: ColumnCursor) => definitionLevels?.[at] ?? Number.POSITIVE_INFINITY

function read(node: Node): Assembled {
  const [first] = node.columns
  if (!first) return null
  if (node.tree.element.repetition_type === 'REPEATED') return repeated(node, first)
  if (definitionAt(first) >= node.definition) return present(node)
  pass(node)
  return null
}

function repeated(node: Node, first: ColumnCursor): Assembled {
  if (definitionAt(first) < node.definition) {
    pass(node)
    return []
  }
  const elements: Assembled[] = []
  do elements.push(present(node))
  while (first.at < first.values.length && (first.repetitionLevels?.[first.at] ?? 0) >= node.repetition)
  return elements
}

/** The columns below have one entry for what is not there. */
function pass({columns}: Node): void {
  for (const column of columns) column.at += 1
}

function present(node: Node): Assembled {
  const [column] = node.columns
  if (node.children.length === 0) {
    if (!column || column.at >= column.values.length) throw new RangeError('a column has fewer values than its neighbours')
    return column.values[column.at++] as Assembled
  }
  const {element} = node.tree
  const isList = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST'
  const [only] = node.children
  if (isList && only) {
    // A list is the elements of its one repeated group.
    const groups = read(only) as readonly Assembled[]
    const [inner] = only.children
    return inner ? groups.map((group) => (group as {readonly [name: string]: Assembled})[inner.tree.element.name] ?? null) : groups
  }
  return Object.fromEntries(node.children.map((child) => [child.tree.element.name, read(child)]))
}
