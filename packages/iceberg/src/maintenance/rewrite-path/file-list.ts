import {type FileIO, hasCode, unavailable} from '@phlo/core'
import type {RewritePathPlan} from './plan-types.js'

/** A file and where it has to be copied to. */
export interface ListedFile {
  readonly source: string
  readonly target: string
  /** Bytes. */
  readonly size: number
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string
  /** Metadata files are copied last, and in their order: a table is there when its newest one is. */
  readonly isMetadata: boolean
}

/** What has to be copied for a moved table to be whole, and which move it was made for. */
export interface FileList {
  readonly tableUuid: string
  readonly sourcePrefix: string
  readonly targetPrefix: string
  readonly startVersion: string | null
  readonly endVersion: string
  readonly rewrittenManifests: number
  readonly rewrittenDeleteFiles: number
  readonly files: readonly ListedFile[]
}

export const csvLocation = ({staging}: Pick<RewritePathPlan, 'staging'>) => `${staging}/file-list.csv`
export const jsonLocation = ({staging}: Pick<RewritePathPlan, 'staging'>) => `${staging}/file-list.json`

/** Writes the list twice; the JSON comes last and says that staging is complete. */
export async function writeFileList(io: FileIO, plan: RewritePathPlan, list: FileList, onStaged: (path: string) => void): Promise<void> {
  const lines = list.files.map(({source, target}) => `${cell(source)},${cell(target)}\n`)
  onStaged(csvLocation(plan))
  await write(io, csvLocation(plan), lines.join(''))
  onStaged(jsonLocation(plan))
  await write(io, jsonLocation(plan), `${JSON.stringify(list, undefined, 2)}\n`)
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

async function write(io: FileIO, path: string, text: string): Promise<void> {
  const output = await io.create(path)
  try {
    await output.write(Buffer.from(text))
    await output.close()
  } catch (error) {
    await output.abort()
    throw error
  }
}

/**
 * The list of an earlier run of the same move in this staging folder; undefined when there is none.
 *
 * @throws PhloError `STAGING_NOT_EMPTY` (exit 3) when the folder has something else in it
 */
export async function readFileList(io: FileIO, plan: RewritePathPlan): Promise<FileList | undefined> {
  const text = await io.readAll(jsonLocation(plan)).catch((error: unknown) => {
    if (hasCode(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  })
  const list = text && parsed(text)
  if (list && isOf(list, plan)) return list
  for await (const [file] of io.list(plan.staging)) {
    if (!file) continue
    throw unavailable(
      'STAGING_NOT_EMPTY',
      `The staging folder ${plan.staging} has ${file.path} in it, which is not of a finished run of this move.`,
      {
        suggestions: ['name an empty folder with --staging'],
      },
    )
  }
  return undefined
}

function parsed(bytes: Uint8Array): Partial<FileList> | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<FileList>
  } catch {
    return undefined
  }
}

const isOf = (list: Partial<FileList>, plan: RewritePathPlan): list is FileList =>
  Array.isArray(list.files) &&
  list.tableUuid === plan.table.uuid &&
  list.sourcePrefix === plan.sourcePrefix &&
  list.targetPrefix === plan.targetPrefix &&
  list.startVersion === plan.startVersion &&
  list.endVersion === plan.endVersion
