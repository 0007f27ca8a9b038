import {type FileInfo, formatDuration, type OperationContext, refused} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {quarantineFolder} from '../removal.js'
import {foreignRoot, isBelow, type Neighbour, neighboursInCatalog} from './neighbours.js'
import type {ResolvedVacuumOptions} from './options.js'
import {referencesOf, standingOf} from './references.js'

export type Verdict = 'orphan' | 'referenced' | 'young' | 'unknown-age' | 'neighbour' | 'quarantined' | 'mismatch'

/** A listed file, what was found about it, and the sentence that says why. */
export interface Examined {
  readonly file: FileInfo
  readonly verdict: Verdict
  readonly reason: string
  readonly neighbour?: Neighbour
}

/**
 * Lists the location first and looks at the table afterwards, so that a file which was committed in between is known. Then
 * tells for each listed file what it is.
 *
 * @throws PhloError `PREFIX_MISMATCH` (exit 6) when `prefixMismatch` is `error` and there is one
 */
export async function* examineFiles(
  table: IcebergTable,
  options: ResolvedVacuumOptions,
  context: OperationContext,
): AsyncIterable<Examined> {
  const files = await listFiles(table, options, context)
  const fresh = await table.refresh()
  const references = await referencesOf(fresh, options, context)
  const neighbours = await allNeighbours(fresh, files, options, context)
  const quarantine = quarantineFolder(fresh)
  const now = context.clock.now()
  for (const file of files) {
    yield examine(file)
  }

  function examine(file: FileInfo): Examined {
    const standing = standingOf(file.path, references, options)
    if (standing === 'referenced') return {file, verdict: 'referenced', reason: 'the table refers to it'}
    if (isBelow(file.path, quarantine, options))
      return {file, verdict: 'quarantined', reason: 'it is in quarantine; restore-files brings it back'}
    const neighbour = neighbours.find(({location}) => isBelow(file.path, location, options))
    if (neighbour) return {file, verdict: 'neighbour', reason: `it lies in the location of ${neighbour.name}`, neighbour}
    if (standing === 'mismatch' && options.prefixMismatch === 'error') throw mismatch(file)
    if (standing === 'mismatch' && options.prefixMismatch === 'ignore') {
      return {file, verdict: 'mismatch', reason: 'the table refers to this path under another scheme or authority'}
    }
    if (file.modifiedAt === undefined) return {file, verdict: 'unknown-age', reason: 'nothing refers to it, but its age is not known'}
    const age = now - file.modifiedAt
    const old = age > options.olderThan
    return {
      file,
      verdict: old ? 'orphan' : 'young',
      reason: `nothing refers to it, and it was modified ${formatDuration(Math.max(0, age))} ago (${old ? 'more' : 'not more'} than ${formatDuration(options.olderThan)})`,
    }
  }
}

async function listFiles({io}: IcebergTable, {location}: ResolvedVacuumOptions, context: OperationContext): Promise<readonly FileInfo[]> {
  context.progress.start('listing files')
  const files: FileInfo[] = []
  for await (const page of io.list(`${location}/`)) {
    context.signal.throwIfAborted()
    files.push(...page)
    context.progress.advance(page.length)
  }
  context.progress.done()
  return files
}

async function allNeighbours(
  table: IcebergTable,
  files: readonly FileInfo[],
  options: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<readonly Neighbour[]> {
  const inCatalog = await neighboursInCatalog(table, options, context)
  const known = new Set(inCatalog.map(({location}) => location))
  const unregistered = new Set(files.map(({path}) => foreignRoot(path, table)).filter((root) => root !== undefined && !known.has(root)))
  const quarantine = quarantineFolder(table)
  const found = [...unregistered].filter((root): root is string => root !== undefined && !root.startsWith(quarantine))
  return [...inCatalog, ...found.map((location) => ({name: 'a table that this catalog does not have', location}))]
}

function mismatch({path}: FileInfo) {
  return refused(
    'PREFIX_MISMATCH',
    `${path} is referenced, but under another scheme or authority; whether that is the same file is not known.`,
    [
      '--equal-schemes s3a=s3   (when both mean the same store)',
      '--prefix-mismatch ignore   (to leave such files)',
      '--prefix-mismatch delete   (only when they are certainly other files)',
    ],
  )
}
