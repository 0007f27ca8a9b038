import type {ColumnPosition, SchemaChange} from '@phlo/core'
import {defaultToText, valueToJson} from '@phlo/iceberg/schema'
import type {Choice} from './choice.js'
import {type Columns, childrenOf, isInKey, isNested, type ModelColumn, pathOf} from './columns.js'
import type {GivenChange} from './given-change.js'
import {randomName, randomType} from './random-type.js'
import type {ValuePool} from './rows.js'
import type {ModelPartitionField, ModelSortField, ModelTable} from './table.js'

const KINDS: readonly (readonly [SchemaChange['kind'], number])[] = [
  ['add', 6],
  ['drop', 3],
  ['rename', 4],
  ['type', 5],
  ['nullability', 4],
  ['doc', 1],
  ['default', 2],
  ['move', 2],
  ['identifier', 1],
  ['partition-add', 2],
  ['partition-drop', 1],
  ['sort-order', 1],
  ['properties', 1],
]
const POOL = KINDS.flatMap(([kind, weight]) => Array.from({length: weight}, () => kind))
const TRANSFORMS = ['identity', 'identity', 'bucket[4]', 'truncate[3]', 'year', 'month', 'day', 'hour']

/** A change of a table: most can be made, some break something, and some are impossible. */
export function randomChange(model: ModelTable, pool: ValuePool, choice: Choice): GivenChange {
  const kind = choice.of(POOL)
  const {columns} = model
  const column = choice.of(columns)
  const path = choice.often(0.02) ? ['no', 'such column'] : pathOf(columns, column)
  switch (kind) {
    case 'add':
      return randomAdd(model, pool, choice)
    case 'drop':
      return {change: {kind, path}}
    case 'rename':
      return {change: {kind, path, to: randomName(choice, namesOf(columns))}}
    case 'type':
      return {change: {kind, path, type: widerType(column, choice) ?? randomType(choice, model.version)}}
    case 'nullability':
      return {change: {kind, path, required: choice.often(0.6)}}
    case 'doc':
      return {change: {kind, path, doc: choice.often(0.3) ? null : `what ${choice.below(9)} “means”\n`}}
    case 'default': {
      const given = choice.often(0.3) ? undefined : randomDefault(column, pool, choice)
      return {change: {kind, path, default: given?.text ?? null}, value: given?.value}
    }
    case 'move':
      return {change: {kind, path, position: randomPosition(columns, column.parent, choice)}}
    case 'identifier': {
      const able = columns.filter(({required}) => required)
      const chosen = Array.from({length: choice.below(3)}, () => choice.of(choice.often(0.8) && able.length > 0 ? able : columns))
      return {change: {kind, columns: chosen.map((item) => pathOf(columns, item))}}
    }
    case 'partition-add': {
      const field = randomField(columns, choice)
      const name = choice.often(0.9) ? `p${choice.below(1000)}` : choice.of([...namesOf(columns), field.name])
      return {change: {kind, term: termOf(columns, field), name}, field: {...field, name}}
    }
    case 'partition-drop': {
      const field = model.partition.length > 0 && choice.often(0.9) ? choice.of(model.partition) : randomField(columns, choice)
      const isKnown = columns.some(({id}) => id === field.source)
      return {change: {kind, term: choice.often(0.5) || !isKnown ? field.name : termOf(columns, field)}, field}
    }
    case 'sort-order': {
      const order = Array.from({length: choice.below(3)}, () => randomOrder(columns, choice))
      return {
        change: {kind, terms: order.map((field) => `${termOf(columns, field)} ${field.direction} nulls ${field.nulls}`).join(', ')},
        order,
      }
    }
    case 'properties': {
      const key = choice.often(0.05) ? 'uuid' : choice.of(['owner', 'purpose', 'write.target-file-size-bytes'])
      return {change: choice.often(0.7) ? {kind, set: {[key]: `${1000 + choice.below(9)}`}, remove: []} : {kind, set: {}, remove: [key]}}
    }
  }
}

const namesOf = (columns: Columns) => columns.filter(({kind}) => kind === 'field').map(({name}) => name)

function randomAdd(model: ModelTable, pool: ValuePool, choice: Choice): GivenChange {
  const {columns, version} = model
  const structs = columns.filter(({type}) => type === 'struct')
  const parent = structs.length > 0 && choice.often(0.4) ? choice.of(structs) : choice.often(0.03) ? choice.of(columns) : undefined
  const siblings = namesOf(childrenOf(columns, parent?.id))
  const path = [...(parent ? pathOf(columns, parent) : []), randomName(choice, siblings)]
  const type = randomType(choice, version)
  const isPlain = /^(?!struct|list|map|unknown)/.test(type)
  const given = choice.often(version >= 3 && isPlain ? 0.4 : 0.03) ? randomDefault({type}, pool, choice) : undefined
  return {
    change: {
      kind: 'add',
      path,
      type,
      required: choice.often(given ? 0.5 : 0.1),
      ...(choice.often(0.2) && {doc: 'new'}),
      ...(given && {default: given.text}),
      ...(choice.often(0.3) && {position: randomPosition(columns, parent?.id, choice)}),
    },
    value: given?.value,
  }
}

function randomPosition(columns: Columns, parent: number | undefined, choice: Choice): ColumnPosition {
  const siblings = namesOf(childrenOf(columns, parent))
  const sibling = siblings.length > 0 && choice.often(0.95) ? choice.of(siblings) : 'no such column'
  return choice.of<ColumnPosition>(['first', 'last', {after: sibling}, {before: sibling}])
}

/** What the column may become, most of the time. */
function widerType({type}: ModelColumn, choice: Choice): string | undefined {
  const wider: Readonly<Record<string, readonly string[]>> = {
    int: ['long'],
    float: ['double'],
    date: ['timestamp', 'timestamp_ns', 'timestamptz'],
    'decimal(7,2)': ['decimal(9,2)', 'decimal(18,2)', 'decimal(38,2)', 'decimal(9,3)', 'decimal(6,2)'],
    'decimal(9,2)': ['decimal(10,2)', 'decimal(38,2)'],
    'decimal(18,4)': ['decimal(30,4)'],
    unknown: ['int', 'string', 'timestamp_ns', 'boolean'],
  }
  return choice.often(0.9) ? choice.of(wider[type] ?? [undefined]) : undefined
}

/** A default value as text; now and then one that is no value of the type. */
function randomDefault({type}: Pick<ModelColumn, 'type'>, pool: ValuePool, choice: Choice): {text: string; value?: GivenChange['value']} {
  if (isNested(type) || /^(struct|list|map|unknown)/.test(type)) return {text: '1'}
  if (choice.often(0.1) && type !== 'string') return {text: choice.of(['no value', '1e999', '[1]'])}
  const value = pool(type, choice)
  // JSON has no text for them.
  if (typeof value === 'number' && !Number.isFinite(value)) return {text: 'NaN'}
  return {text: defaultToText(type, valueToJson(type, value)), value}
}

function randomField(columns: Columns, choice: Choice): ModelPartitionField {
  const plain = columns.filter((column) => !isNested(column.type) && !isInKey(columns, column) && column.type !== 'unknown')
  const {id} = choice.of(plain.length > 0 && choice.often(0.95) ? plain : columns)
  return {source: id, transform: choice.of(TRANSFORMS), name: 'no such field'}
}

function randomOrder(columns: Columns, choice: Choice): ModelSortField {
  const {source, transform} = randomField(columns, choice)
  return {source, transform, direction: choice.of(['asc', 'desc']), nulls: choice.of(['first', 'last'])}
}

/** As `bucket(4, name)`. */
function termOf(columns: Columns, {source, transform}: Pick<ModelPartitionField, 'source' | 'transform'>): string {
  const column = columns.find(({id}) => id === source) as ModelColumn
  const name = `\`${pathOf(columns, column).join('.').replaceAll('`', '``')}\``
  const [, kind, width] = /^(\w+)(?:\[(\d+)\])?$/.exec(transform) ?? []
  return kind === 'identity' ? name : `${kind}(${width ? `${width}, ` : ''}${name})`
}
