import type {ColumnPath, SchemaDocument, SchemaLoss, SchemaType} from '@phlo/core'
import {childrenOf, identifierOf, type SchemaColumn} from './documents.js'
import type {UnderstoodColumn, UnderstoodTable} from './options.js'
import {ASPECTS, type Told, toldOf, typeWord} from './told.js'

/** What differs between a document and what was understood of it without that a loss was told: a sentence each. */
export function differences(document: SchemaDocument, table: UnderstoodTable, losses: readonly SchemaLoss[]): readonly string[] {
  const told = toldOf(losses)
  const found: string[] = []
  const differs = (where: string, aspect: string, expected: unknown, actual: unknown) =>
    void found.push(`${where}: ${aspect} ${valueText(expected)} became ${valueText(actual)}, and no loss says so`)
  if (table.name && !isSuffix(table.name, document.name) && !told(undefined, ASPECTS.name)) {
    differs('table', 'the name', document.name, table.name)
  }
  if (table.doc !== undefined && table.doc !== (document.doc ?? null) && !told(undefined, ASPECTS.doc)) {
    differs('table', 'the doc', document.doc ?? null, table.doc)
  }
  const identifier = identifierOf(document.schema)
  if (table.identifier && valueText(sorted(table.identifier)) !== valueText(sorted(identifier)) && !told(undefined, ASPECTS.identifier)) {
    differs('table', 'the identifier', identifier, table.identifier)
  }
  compareFields(childrenOf(document.schema, []), table.columns, told, differs)
  return found
}

type Differs = (where: string, aspect: string, expected: unknown, actual: unknown) => void

/** Fields are known by their names, and those that were renamed by their order among the others. */
function compareFields(expected: readonly SchemaColumn[], actual: readonly UnderstoodColumn[], told: Told, differs: Differs): void {
  const byName = new Map(actual.map((column) => [column.name, column]))
  if (byName.size < actual.length) differs('names', 'columns', expected.length, `two of the same name among ${actual.length}`)
  const nameOf = ({path}: SchemaColumn) => path.at(-1) ?? ''
  const names = new Set(expected.map(nameOf))
  const renamed = actual.filter(({name}) => !names.has(name))
  for (const column of expected) {
    const same = byName.get(nameOf(column))
    const found = same ?? renamed.shift()
    const where = whereIs(column.path)
    if (!found) {
      differs(where, 'the column', nameOf(column), 'nothing')
      continue
    }
    if (!same && !told(column.path, ASPECTS.name)) differs(where, 'the name', nameOf(column), found.name)
    compareColumn(column, found, told, differs)
  }
  for (const {name} of renamed) differs('table', 'no column', null, name)
}

function compareColumn(column: SchemaColumn, actual: UnderstoodColumn, told: Told, differs: Differs): void {
  const {path} = column
  const where = whereIs(path)
  const kind = kindOf(column.type)
  const isSame = sameType(kind, actual.type)
  if (!isSame && !told(path, typeWord(baseOf(kind)))) differs(where, 'the type', kind, actual.type)
  if (actual.required !== column.required && !told(path, ASPECTS.nullability)) {
    differs(where, 'required', column.required, actual.required)
  }
  const compare = (aspect: keyof typeof ASPECTS, expected: unknown, value: unknown) => {
    if (value === undefined || valueText(expected) === valueText(value) || told(path, ASPECTS[aspect])) return
    differs(where, `the ${aspect}`, expected, value)
  }
  compare('id', column.id, actual.id)
  compare('doc', column.doc, actual.doc)
  compare('default', column.initialDefault, actual.initialDefault)
  compare('default', column.writeDefault, actual.writeDefault)
  if (typeof column.type === 'string') return
  const children = childrenOf(column.type, path)
  const inside = isSame ? actual.children : entryOf(kind, actual)
  if (inside && kind === 'struct') compareFields(children, inside, told, differs)
  else if (inside) {
    for (const [index, child] of children.entries()) {
      const found = inside[index]
      if (found) compareColumn(child, found, told, differs)
      else differs(whereIs(child.path), 'the column', child.path.at(-1), 'nothing')
    }
  } else if (isSame) differs(where, `what is in the ${kind}`, children.length, 'nothing')
}

/** Key and value of a map that became a list of entries. */
function entryOf(kind: string, {type, children: [element] = []}: UnderstoodColumn): readonly UnderstoodColumn[] | undefined {
  return kind === 'map' && type === 'list' && element?.children?.length === 2 ? element.children : undefined
}

const kindOf = (type: SchemaType) => (typeof type === 'string' ? type : type.type)
const baseOf = (type: string) => /^[a-z_]+/.exec(type)?.[0] ?? type

/** Spaces, and what a geometry means that says nothing else, are no difference. */
function sameType(left: string, right: string): boolean {
  const plain = (type: string) =>
    type
      .replaceAll(/\s/g, '')
      .replace(/^(geography\([^,)]*),spherical\)$/, '$1)')
      .replace(/^(geometry|geography)\(OGC:CRS84\)$/, '$1')
  return plain(left) === plain(right)
}

const isSuffix = (name: readonly string[], whole: readonly string[]) =>
  name.length > 0 && name.every((part, index) => part === whole[whole.length - name.length + index])

const sorted = (paths: readonly ColumnPath[]) => paths.map((path) => JSON.stringify(path)).sort()
const whereIs = (path: ColumnPath) => path.map((part) => (part.length > 40 ? `${part.slice(0, 40)}…` : part)).join('.')

/** A value as text: the same for numbers that are the same, however many bits they were read with. */
export const valueText = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' || typeof item === 'number' ? `number ${item}` : item)) ?? 'nothing'
