import {hasCode, isPhloError, messageOf, type PhloError} from '@phlo/core'

/** error: readers fail or find other rows than they should · warning: it costs or will cost something · note: worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

/** Something that is not as it should be. */
export interface Finding {
  readonly severity: Severity
  /** Upper case and stable, for scripts: `FILE_MISSING`. */
  readonly code: string
  /** The path of a file, the id of a snapshot, the name of a ref, or the field of the metadata that it is about. */
  readonly subject: string
  /** One sentence. */
  readonly message: string
  /** The command that mends it, where Phlo has one. */
  readonly mend?: string
}

type Say = (code: string, subject: string, message: string, mend?: string) => Finding

const say =
  (severity: Severity): Say =>
  (code, subject, message, mend) => ({severity, code, subject, message, ...(mend !== undefined && {mend})})

export const error: Say = say('error')
export const warning: Say = say('warning')
export const note: Say = say('note')

/** A delete file that costs every scan a look and takes no row. */
export function danglingDelete(path: string, table: string): Finding {
  const mend = `phlo table optimize ${table} --remove-dangling-deletes`
  return warning('DANGLING_DELETE', path, `${path} deletes no row that is still in the table.`, mend)
}

/** What `table repair` mends. */
const MENDED_BY_REPAIR = [
  'BOUNDS',
  'COUNTS',
  'FILE_LENGTH',
  'FOOTER_BOUNDS',
  'FOOTER_COUNTS',
  'FOOTER_ROWS',
  'MANIFEST_COUNTS',
  'MANIFEST_LENGTH',
  'METADATA_LOG_GONE',
  'METADATA_LOG_ORDER',
  'MIN_SEQUENCE_NUMBER',
  'PARTITION_SUMMARY',
  'SPLIT_OFFSETS',
  'STATISTICS_LENGTH',
  'STATISTICS_MISSING',
  'STATISTICS_OF_NOTHING',
  'SUMMARY_TOTALS',
]

/** The finding with the command that repairs the table, where it does. */
export function mendedByRepair(finding: Finding, table: string): Finding {
  return finding.mend === undefined && MENDED_BY_REPAIR.includes(finding.code) ? {...finding, mend: `phlo table repair ${table}`} : finding
}

/** What the store or a reader says of a file that is there but does not hold what it should. */
const DAMAGE = [
  'AVRO_CORRUPT',
  'FILE_TOO_SHORT',
  'MANIFEST_CORRUPT',
  'PARQUET_CORRUPT',
  'PUFFIN_CORRUPT',
  'DELETION_VECTOR_CORRUPT',
  'DELETES_CORRUPT',
  'NO_FIELD_IDS',
]

/** What cannot be looked into, and may be as it should be. */
const OPAQUE = [
  'PARQUET_ENCRYPTED',
  'FILE_ENCRYPTED',
  'PARQUET_UNSUPPORTED',
  'AVRO_UNSUPPORTED',
  'PUFFIN_CODEC_NOT_READ',
  'FORMAT_NOT_READ',
]

/**
 * An error of reading a file as a finding: under `code` when the file is missing or damaged, a note when it cannot be looked into.
 *
 * @throws the error itself for anything else: storage that does not answer says nothing about the table
 */
export function findingOf(thrown: unknown, code: string, subject: string): Finding {
  if (hasCode(thrown, 'FILE_NOT_FOUND') || isOneOf(thrown, DAMAGE)) return error(code, subject, messageOf(thrown))
  if (isOneOf(thrown, OPAQUE)) return note('NOT_CHECKED', subject, messageOf(thrown))
  throw thrown
}

const isOneOf = (thrown: unknown, codes: readonly string[]): thrown is PhloError => isPhloError(thrown) && codes.includes(thrown.code)
