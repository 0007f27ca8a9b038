import type {Schema, StructField} from './types.js'

/** Columns that tables do not list and files may have (spec, "Reserved Field IDs"). */

/** The data file that a row of a position delete file is about. */
export const DELETED_FILE_PATH: StructField = {id: 2147483546, name: 'file_path', required: true, type: 'string'}
/** Which row of it, counted from 0. */
export const DELETED_POSITION: StructField = {id: 2147483545, name: 'pos', required: true, type: 'long'}
/** The row itself, which a position delete file may repeat. */
export const DELETED_ROW_ID = 2147483544

/** Row lineage (v3): what a row is known by from the commit that added it on. */
export const ROW_ID: StructField = {id: 2147483540, name: '_row_id', required: false, type: 'long'}
/** The sequence number of the commit that changed a row last. */
export const LAST_UPDATED: StructField = {id: 2147483539, name: '_last_updated_sequence_number', required: false, type: 'long'}

/** A schema with the columns of row lineage at its end, as a rewrite of a v3 table has to write them. */
export function withLineageFields(schema: Schema): Schema {
  return {...schema, fields: [...schema.fields, ROW_ID, LAST_UPDATED]}
}
