import {formatTimestamp} from '@phlo/core'
import {formatKeyValues, formatTable} from '@phlo/core/command'
import type {ColumnDescription, ViewDescription} from '@phlo/iceberg'

/** A view as a person reads it: what it is, its columns, its SQL in each dialect, its properties. */
export function viewText({columns, version, sql, properties, ...rest}: ViewDescription): string {
  const facts = formatKeyValues({
    View: rest.view,
    Format: `Iceberg view v${rest.formatVersion}`,
    UUID: rest.uuid,
    Location: rest.location,
    Metadata: rest.metadataLocation,
    Version: `${version.id} of ${version.kept} (${[version.engine, formatTimestamp(version.timestamp)].filter(Boolean).join(', ')})`,
    Names: `of ${[rest.defaultCatalog, rest.defaultNamespace].filter(Boolean).join('.') || 'no namespace'} where the SQL does not say`,
  })
  const entries = Object.entries(properties)
  return [
    facts,
    columnTable(columns),
    ...sql.map(({dialect, text}) => `-- ${dialect}\n${text}`),
    ...(entries.length > 0 ? [formatKeyValues(Object.fromEntries(entries))] : []),
  ].join('\n\n')
}

/** The columns of a table or a view. */
export const columnTable = (columns: readonly ColumnDescription[]): string =>
  formatTable(columns, [
    {header: 'id', value: ({id}) => id},
    {header: 'column', value: ({name}) => name},
    {header: 'type', value: ({type}) => type},
    {header: 'null', value: ({required}) => (required ? 'no' : 'yes')},
    {header: 'doc', value: ({doc}) => doc},
  ])
