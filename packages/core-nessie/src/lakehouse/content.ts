import type {TableMetadata} from '@phlo/iceberg'
import type {TableContent} from '../api/types.js'

/** A table as Nessie has it, of a metadata file; with the id of the table that it goes on with. */
export function tableContent(metadata: TableMetadata, metadataLocation: string, id: string | undefined): TableContent {
  return {
    type: 'ICEBERG_TABLE',
    ...(id !== undefined && {id}),
    metadataLocation,
    snapshotId: metadata['current-snapshot-id'] ?? -1,
    schemaId: metadata['current-schema-id'],
    specId: metadata['default-spec-id'],
    sortOrderId: metadata['default-sort-order-id'],
  }
}

/**
 * Metadata of a table that other branches, tags and old commits may share files with: unless its owner says otherwise, nobody deletes
 * what this one no longer needs. Java's and Nessie's own catalogs say so too.
 */
export function sharedMetadata(metadata: TableMetadata): TableMetadata {
  if (metadata.properties['gc.enabled'] !== undefined) return metadata
  return {...metadata, properties: {...metadata.properties, 'gc.enabled': 'false'}}
}
