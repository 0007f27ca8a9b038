import type {Table, TableInput} from '@aws-sdk/client-glue'
import type {Publication} from '@phlo/iceberg/catalog'
import {glueColumns} from './columns.js'

const METADATA_LOCATION = 'metadata_location'
/** Which renaming made an entry, and what the table is called since. */
const RENAMING = 'phlo.renaming'
const RENAMED_TO = 'phlo.renamed-to'

/** Where the metadata of a table of Glue is; undefined of what is no Iceberg table. */
export const metadataLocationOf = ({Parameters = {}}: Table) =>
  Parameters['table_type']?.toLowerCase() === 'iceberg' ? Parameters[METADATA_LOCATION] : undefined

/** A new table, or the next state of one: what others keep of it in Glue stays. */
export function tableInput(name: string, {metadata, metadataLocation}: Publication, before?: Table): TableInput {
  const previous = before && metadataLocationOf(before)
  return {
    ...(before && keptOf(before)),
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      ...withoutMarks(before?.Parameters),
      table_type: 'ICEBERG',
      [METADATA_LOCATION]: metadataLocation,
      ...(previous !== undefined && {previous_metadata_location: previous}),
    },
    StorageDescriptor: {
      ...before?.StorageDescriptor,
      Location: metadata.location,
      Columns: glueColumns(metadata, before?.StorageDescriptor?.Columns),
    },
  }
}

/** A table as it is, under another name. */
export const renamedInput = (name: string, table: Table, mark: string): TableInput => ({
  ...inputOf(table),
  Name: name,
  Parameters: {...withoutMarks(table.Parameters), [RENAMING]: mark},
})

/** What is left of a table that has another name now: nobody can open it or commit to it. */
export function withoutMetadata(table: Table, to: string, mark: string): TableInput {
  const {[METADATA_LOCATION]: _, table_type: __, ...parameters} = table.Parameters ?? {}
  return {...inputOf(table), Parameters: {...parameters, [RENAMED_TO]: to, [RENAMING]: mark}}
}

/** The table as it was before it gave up its metadata. */
export const restoredInput = (table: Table): TableInput => inputOf(table)

/** The renaming that made an entry; undefined of one that nobody renamed since its last commit. */
export function renamingOf({Parameters = {}}: Table): {readonly mark: string; readonly to: string | undefined} | undefined {
  const mark = Parameters[RENAMING]
  return mark === undefined ? undefined : {mark, to: Parameters[RENAMED_TO]}
}

function withoutMarks(parameters: Table['Parameters'] = {}) {
  const {[RENAMING]: _, [RENAMED_TO]: __, ...rest} = parameters
  return rest
}

const inputOf = (table: Table): TableInput => ({
  ...keptOf(table),
  Name: table.Name,
  ...(table.TableType !== undefined && {TableType: table.TableType}),
  Parameters: {...table.Parameters},
  ...(table.StorageDescriptor && {StorageDescriptor: table.StorageDescriptor}),
})

/** An update replaces everything, so that what it leaves out is gone. */
function keptOf({Description, Owner, LastAccessTime, LastAnalyzedTime, Retention, PartitionKeys}: Table): Partial<TableInput> {
  return {
    ...(Description !== undefined && {Description}),
    ...(Owner !== undefined && {Owner}),
    ...(LastAccessTime && {LastAccessTime}),
    ...(LastAnalyzedTime && {LastAnalyzedTime}),
    ...(Retention !== undefined && {Retention}),
    ...(PartitionKeys && {PartitionKeys}),
  }
}
