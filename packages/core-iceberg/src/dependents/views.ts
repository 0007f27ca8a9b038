import {type ColumnPath, formatTableName, isPhloError, type SchemaDependent, type SchemaDependents, type TableName} from '@phlo/core'
import {type IcebergLakehouse, type IcebergTable, type IcebergView, icebergLakehouse} from '@phlo/iceberg'
import {mentionsOf} from './mentions.js'

/** Views that are loaded at the same time. */
const TOGETHER = 8

/** Views of the table's catalog whose SQL names the table and the column. */
const dependents: SchemaDependents = {
  $type: '@phlo/schema-dependents',
  contract: 1,
  name: 'views',
  async dependents(table, columns) {
    if (table.format !== 'iceberg') return []
    const lake = icebergLakehouse((table as IcebergTable).source)
    const names = await viewNames(lake)
    const found: SchemaDependent[] = []
    for (let at = 0; at < names.length; at += TOGETHER) {
      const views = await Promise.all(names.slice(at, at + TOGETHER).map((name) => loaded(lake, name)))
      for (const view of views) if (view) found.push(...usesOf(view, table.name, columns))
    }
    return found
  },
}

export default dependents

function usesOf({name, metadata}: IcebergView, table: TableName, columns: readonly ColumnPath[]): readonly SchemaDependent[] {
  const version = metadata.versions.find((one) => one['version-id'] === metadata['current-version-id'])
  const mentions = (version?.representations ?? []).flatMap(({sql, dialect}) => {
    const found = sql === undefined ? undefined : mentionsOf({sql, dialect, defaultNamespace: version?.['default-namespace'] ?? []}, table)
    return found ? [found] : []
  })
  return columns.flatMap((column): readonly SchemaDependent[] => {
    const isNamed = mentions.some((one) => one.names(column))
    if (!isNamed && !mentions.some(({takesAll}) => takesAll)) return []
    const why = isNamed ? 'its SQL names both the table and such a column' : 'its SQL takes all columns of something, and names the table'
    return [{column, what: `view ${formatTableName(name)} perhaps`, consequence: `${why}, so that it may no longer work`}]
  })
}

/** Views that nobody here may see, or that the catalog does not tell of, keep nobody from changing the table. */
async function viewNames({listViews}: IcebergLakehouse): Promise<readonly TableName[]> {
  const names: TableName[] = []
  try {
    for await (const name of listViews?.() ?? []) names.push(name)
  } catch (error) {
    if (!isPhloError(error)) throw error
  }
  return names
}

async function loaded({getView}: IcebergLakehouse, name: TableName): Promise<IcebergView | undefined> {
  try {
    return await getView?.(name)
  } catch (error) {
    if (!isPhloError(error)) throw error
    return undefined
  }
}
