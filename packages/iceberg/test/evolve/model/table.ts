import {currentSchema, type IcebergTable, type PartitionSpec} from '@phlo/iceberg'
import {type Columns, childrenOf, columnsOf, type ModelColumn, schemaOf} from './columns.js'
import type {Cells} from './rows.js'

export interface ModelPartitionField {
  readonly source: number
  readonly transform: string
  readonly name: string
}

export interface ModelSortField {
  readonly source: number
  readonly transform: string
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/** What a table has to be. */
export interface ModelTable {
  readonly version: number
  readonly columns: Columns
  /** The highest id that a column ever had. */
  readonly lastId: number
  readonly identifiers: readonly number[]
  readonly partition: readonly ModelPartitionField[]
  /** Fields of all partition specs that there ever were. */
  readonly everPartition: readonly ModelPartitionField[]
  readonly sort: readonly ModelSortField[]
  readonly properties: Readonly<Record<string, string>>
  readonly rows: readonly Cells[]
  /** A snapshot was made. */
  readonly hasRows: boolean
}

/** A table that was just created. */
export function modelOf(table: IcebergTable): ModelTable {
  const {metadata} = table
  return {
    version: metadata['format-version'],
    columns: columnsOf(currentSchema(metadata)),
    lastId: metadata['last-column-id'],
    identifiers: [],
    partition: [],
    everPartition: [],
    sort: [],
    properties: table.properties,
    rows: [],
    hasRows: false,
  }
}

const ascending = (ids: readonly number[]) => [...ids].sort((a, b) => a - b)

/** What is comparable of a model. */
export const shapeOf = (model: ModelTable) => ({
  schema: schemaOf(model.columns, ascending(model.identifiers)),
  partition: model.partition,
  sort: model.sort,
  properties: model.properties,
})

/** The same of a table. */
export function shapeOfTable(table: IcebergTable): ReturnType<typeof shapeOf> {
  const {metadata} = table
  const {'schema-id': _, 'identifier-field-ids': identifiers, ...struct} = currentSchema(metadata)
  const schema = {...struct, ...(identifiers && {'identifier-field-ids': ascending(identifiers)})}
  const order = metadata['sort-orders'].find((candidate) => candidate['order-id'] === metadata['default-sort-order-id'])
  return {
    schema,
    partition: fieldsOf(metadata['partition-specs'].find((spec) => spec['spec-id'] === metadata['default-spec-id'])),
    sort: (order?.fields ?? []).map((field) => ({
      source: field['source-id'],
      transform: field.transform,
      direction: field.direction,
      nulls: field['null-order'] === 'nulls-first' ? ('first' as const) : ('last' as const),
    })),
    properties: table.properties,
  }
}

const fieldsOf = (spec: PartitionSpec | undefined): readonly ModelPartitionField[] =>
  (spec?.fields ?? []).map((field) => ({source: field['source-id'], transform: field.transform, name: field.name}))

/** The model with the ids that the table gave its new columns, none of which any column ever had. */
export function withIdsOf(model: ModelTable, table: IcebergTable): ModelTable {
  const ids = new Map<number, number>()
  const given = columnsOf(currentSchema(table.metadata))
  const walk = (own: number | undefined, theirs: number | undefined): void => {
    const actual = childrenOf(given, theirs)
    for (const column of childrenOf(model.columns, own)) {
      const same = actual.find(({name}) => name === column.name)
      if (!same) throw new Error(`the table has no column ${column.name} where the model has it`)
      if (column.id < 0 && same.id <= model.lastId)
        throw new Error(`the new column ${column.name} has the id ${same.id}, which was given before`)
      ids.set(column.id, same.id)
      walk(column.id, same.id)
    }
  }
  walk(undefined, undefined)
  const idOf = (id: number): number => ids.get(id) ?? id
  const renumbered = (column: ModelColumn): ModelColumn => ({
    ...column,
    id: idOf(column.id),
    parent: column.parent === undefined ? undefined : idOf(column.parent),
  })
  const bySource = <Field extends {readonly source: number}>(field: Field): Field => ({...field, source: idOf(field.source)})
  return {
    ...model,
    columns: model.columns.map(renumbered),
    lastId: Math.max(model.lastId, ...ids.values()),
    identifiers: model.identifiers.map(idOf),
    partition: model.partition.map(bySource),
    everPartition: model.everPartition.map(bySource),
    sort: model.sort.map(bySource),
  }
}
