import {refused} from '@phlo/core'
import type {FileMetaData, SchemaElement, SchemaTree} from 'hyparquet'
import {getSchemaPath, getTreePath} from 'hyparquet/src/schema.js'
import type {Leaf} from './leaves.js'
import type {NameMapping} from './name-mapping.js'

/** A node on the way to a column of a file. */
export interface FileNode {
  readonly element: SchemaElement
  readonly repetition: string
  readonly fieldId: number | undefined
}

/** A primitive column of a Parquet file, and the Iceberg fields on the way to it. */
export interface FileLeaf {
  /** Which of a row group's column chunks it is. */
  readonly index: number
  readonly element: SchemaElement
  readonly schemaPath: SchemaTree[]
  /**
   * Without the root; the ids are the file's own, else the name mapping's. A list of two levels, in which the repeated node is the
   * element, has a node more here, so that its path is that of one of three.
   */
  readonly path: readonly FileNode[]
  /** All columns of a variant have its id. */
  readonly fieldId: number | undefined
}

/**
 * The columns of a file in their order. Ids come from the file, or from the mapping when it has none (spec, "Column Projection").
 * With `byName` ids in the file are not looked at: those of a stranger's file mean other columns.
 */
export function fileLeaves(footer: FileMetaData, mapping?: NameMapping, options: {readonly byName?: boolean} = {}): readonly FileLeaf[] {
  const [first] = footer.row_groups
  const paths = first ? first.columns.map(({meta_data: column}) => column?.path_in_schema ?? []) : leafPaths(footer.schema)
  const hasIds = !options.byName && footer.schema.some((element) => element.field_id !== undefined)
  const [tree] = getSchemaPath(footer.schema, []) as [SchemaTree]
  return paths.map((names, index) => {
    const schemaPath = getTreePath(tree, [...names])
    const nodes = schemaPath.slice(1)
    const path = nodes.flatMap((node, depth): readonly FileNode[] => {
      const {element: own} = node
      const fieldId = hasIds ? own.field_id : mapping?.get(icebergName(nodes.slice(0, depth + 1)))
      if (!isOldElement(nodes[depth - 1]?.element, own)) return [{element: own, repetition: own.repetition_type ?? 'REQUIRED', fieldId}]
      return [
        {element: own, repetition: 'REPEATED', fieldId: undefined},
        {element: own, repetition: 'REQUIRED', fieldId},
      ]
    })
    const element = (nodes.at(-1) as SchemaTree).element
    return {index, element, schemaPath, path, fieldId: path[columnDepth(path) - 1]?.fieldId}
  })
}

/**
 * The columns of a table's data file, which has to carry field ids unless the table has a name mapping: without either it is not
 * known which column is which once one was renamed.
 *
 * @throws PhloError `NO_FIELD_IDS` (exit 6) naming the file
 */
export function tableFileLeaves(path: string, footer: FileMetaData, mapping: NameMapping | undefined): readonly FileLeaf[] {
  if (!mapping && !footer.schema.some((element) => element.field_id !== undefined)) {
    throw refused('NO_FIELD_IDS', `${path} has no field ids, and the table has no name mapping that says which column is which.`, [
      'set the table property schema.name-mapping.default',
    ])
  }
  return fileLeaves(footer, mapping)
}

/**
 * Finds the columns of a table's data files. Files of the same schema share them: of thousands of files with hundreds of columns they
 * would fill the memory.
 */
export function columnFinder(mapping: NameMapping | undefined): (path: string, footer: FileMetaData) => readonly FileLeaf[] {
  const found = new Map<string, readonly FileLeaf[]>()
  return (path, footer) => {
    const order = footer.row_groups[0]?.columns.map(({meta_data: column}) => column?.path_in_schema)
    const key = JSON.stringify([footer.schema, order])
    const leaves = found.get(key) ?? tableFileLeaves(path, footer, mapping)
    found.set(key, leaves)
    return leaves
  }
}

/** The depth at which a column's field is: its own, or, for a part of a variant, which has no id, the variant's. */
function columnDepth(path: readonly FileNode[]): number {
  const variant = path.findIndex(({element}) => element.logical_type?.type === 'VARIANT')
  return variant < 0 ? path.length : variant + 1
}

/** The dotted name without the repeated groups of lists and maps. */
function icebergName(nodes: readonly SchemaTree[]): string {
  const isNamed = ({element, children}: SchemaTree, depth: number) =>
    element.repetition_type !== 'REPEATED' || children.length === 0 || isOldElement(nodes[depth - 1]?.element, element)
  return nodes
    .filter(isNamed)
    .map(({element}, depth, all) => (depth > 0 && isList(all[depth - 1]?.element) ? 'element' : element.name))
    .join('.')
}

/** Whether the repeated node of a list is itself the element, as old writers had it (Parquet, "Lists", backward compatibility). */
export function isOldElement(
  list: SchemaElement | undefined,
  {name, num_children: children, repetition_type: repetition}: SchemaElement,
): boolean {
  if (!isList(list) || repetition !== 'REPEATED') return false
  return children !== 1 || name === 'array' || name === `${list?.name}_tuple`
}

const isList = (element: SchemaElement | undefined) => element?.converted_type === 'LIST' || element?.logical_type?.type === 'LIST'

function leafPaths(schema: readonly SchemaElement[]): readonly string[][] {
  const paths: string[][] = []
  let at = 1
  const visit = (prefix: readonly string[]) => {
    const element = schema[at++] as SchemaElement
    const path = [...prefix, element.name]
    if (element.num_children === undefined) paths.push(path)
    else for (let child = 0; child < element.num_children; child++) visit(path)
  }
  for (let child = 0; child < (schema[0]?.num_children ?? 0); child++) visit([])
  return paths
}

/**
 * What a definition level of the file means for a leaf of the table, where a column was required in one and optional in the
 * other: the n-th entry is the table's level for the file's level n. Undefined when the two are nested differently.
 */
export function definitionLevelMap(file: FileLeaf, leaf: Leaf): readonly number[] | undefined {
  if (file.path.length !== leaf.path.length) return undefined
  const map: number[] = []
  let level = 0
  for (const [depth, node] of leaf.path.entries()) {
    const other = file.path[depth]?.repetition
    if ((other === 'REPEATED') !== (node.repetition === 'REPEATED')) return undefined
    if (other !== 'REQUIRED') map.push(level)
    if (node.repetition !== 'REQUIRED') level += 1
  }
  return [...map, level]
}

/** How many nodes from the root a leaf of the table and a column of the file have in common. */
export function commonDepth(file: FileLeaf, leaf: Leaf): number {
  let depth = 0
  while (depth < leaf.path.length && depth < file.path.length) {
    const [mine, other] = [leaf.path[depth], file.path[depth]]
    if (mine?.fieldId !== other?.fieldId && mine?.fieldId !== undefined) break
    if ((mine?.repetition === 'REPEATED') !== (other?.repetition === 'REPEATED')) break
    depth += 1
  }
  return depth
}
