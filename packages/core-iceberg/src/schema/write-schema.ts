import {type SchemaDocument, type SchemaLoss, usage} from '@phlo/core'
import {formatColumnPath} from '@phlo/iceberg'
import type {ChosenFormat} from './formats.js'

/** What a format made of some tables. */
export interface Exported {
  readonly format: string
  readonly variant: string | null
  readonly content: string | Uint8Array
  readonly losses: readonly {readonly column: string | null; readonly what: string}[]
}

/** @throws PhloError (exit 2) `FORMAT_NOT_WRITTEN`, `SCHEMA_NOT_WRITABLE` */
export async function writeSchema({format, variant}: ChosenFormat, documents: readonly SchemaDocument[]): Promise<Exported> {
  if (!format.write) throw usage('FORMAT_NOT_WRITTEN', `The format ${format.name} can only be read.`)
  if (documents.length > 1 && !format.several) {
    throw usage('FORMAT_NOT_WRITTEN', `The format ${format.name} has one table in a file, and there are ${documents.length}.`)
  }
  const {content, losses} = await format.write(documents, variant === undefined ? {} : {variant})
  return {format: format.name, variant: variant ?? null, content, losses: losses.map(lossRow)}
}

/** A loss as JSON. */
export const lossRow = ({column, what}: SchemaLoss) => ({column: column ? formatColumnPath(column) : null, what})

/** A loss as a sentence. */
export const lossText = ({column, what}: {readonly column: string | null; readonly what: string}): string =>
  `${column === null ? '' : `${column}: `}${what}.`
