import {type FileInfo, formatDuration, type OperationContext, refused} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {quarantineFolder} from '../removal.js'
import {type Comparison, type ComparisonLimits, createComparison} from './comparison.js'
import {parseLocation} from './location.js'
import {isBelow, isOwnRoot, metadataRoot, type Neighbour, neighboursInCatalog} from './neighbours.js'
import type {ResolvedVacuumOptions} from './options.js'
import {referencedPaths} from './references.js'

export type Verdict = 'orphan' | 'referenced' | 'young' | 'unknown-age' | 'neighbour' | 'quarantined' | 'mismatch'

/** A listed file and what was found about it. */
export interface Examined {
  readonly file: FileInfo
  readonly verdict: Verdict
  /** The sentence that says why. */
  readonly reason: () => string
  readonly neighbour?: Neighbour
}

/** Files that were listed, and the paths that the table refers to. */
type PathComparison = Comparison<FileInfo, string>

/**
 * Lists the location first and looks at the table afterwards, so that a file which was committed in between is known. Then
 * tells for each listed file what it is. What memory does not hold of either waits in a temporary folder, which is removed when the
 * iteration ends, however it ends.
 *
 * @throws PhloError `PREFIX_MISMATCH` (exit 6) when `prefixMismatch` is `error` and there is one
 */
export async function* examineFiles(
  table: IcebergTable,
  options: ResolvedVacuumOptions,
  context: OperationContext,
  limits: ComparisonLimits = {},
): AsyncIterable<Examined> {
  const keyOf = (path: string) => parseLocation(path, options).path
  const comparison: PathComparison = createComparison({ofListed: ({path}) => keyOf(path), ofReference: keyOf}, limits)
  try {
    const roots = await noteListing(table, options, context, comparison)
    const fresh = await table.refresh()
    for await (const paths of referencedPaths(fresh, context)) await comparison.addReferences(paths)
    const examine = examiner(fresh, await allNeighbours(fresh, roots, options, context), options, context.clock.now())
    for await (const {listed, references} of comparison.compare()) yield examine(listed, references)
  } finally {
    await comparison.close()
  }
}

/** Gives the roots of whatever tables the names of the listed files show. */
async function noteListing(
  {io}: IcebergTable,
  options: ResolvedVacuumOptions,
  context: OperationContext,
  comparison: PathComparison,
): Promise<ReadonlySet<string>> {
  const roots = new Set<string>()
  context.progress.start('listing files')
  for await (const page of io.list(`${options.location}/`)) {
    context.signal.throwIfAborted()
    await comparison.addListed(page)
    for (const {path} of page) {
      const root = metadataRoot(path)
      if (root !== undefined) roots.add(root)
    }
    context.progress.advance(page.length)
  }
  context.progress.done()
  return roots
}

function examiner(table: IcebergTable, neighbours: readonly Neighbour[], options: ResolvedVacuumOptions, now: number) {
  const quarantine = parseLocation(quarantineFolder(table), options)
  const places = neighbours.map((neighbour) => ({neighbour, place: parseLocation(neighbour.location, options)}))
  return (file: FileInfo, references: readonly string[]): Examined => {
    const location = parseLocation(file.path, options)
    const isReferenced = references.some((text) => parseLocation(text, options).prefix === location.prefix)
    if (isReferenced) return {file, verdict: 'referenced', reason: () => 'the table refers to it'}
    if (isBelow(location, quarantine))
      return {file, verdict: 'quarantined', reason: () => 'it is in quarantine; restore-files brings it back'}
    const neighbour = places.find(({place}) => isBelow(location, place))?.neighbour
    if (neighbour) return {file, verdict: 'neighbour', reason: () => `it lies in the location of ${neighbour.name}`, neighbour}
    const isMismatch = references.length > 0
    if (isMismatch && options.prefixMismatch === 'error') throw mismatch(file)
    if (isMismatch && options.prefixMismatch === 'ignore')
      return {file, verdict: 'mismatch', reason: () => 'the table refers to this path under another scheme or authority'}
    if (file.modifiedAt === undefined) return {file, verdict: 'unknown-age', reason: () => 'nothing refers to it, but its age is not known'}
    const age = now - file.modifiedAt
    const old = age > options.olderThan
    const reason = () =>
      `nothing refers to it, and it was modified ${formatDuration(Math.max(0, age))} ago (${old ? 'more' : 'not more'} than ${formatDuration(options.olderThan)})`
    return {file, verdict: old ? 'orphan' : 'young', reason}
  }
}

async function allNeighbours(
  table: IcebergTable,
  roots: ReadonlySet<string>,
  options: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<readonly Neighbour[]> {
  const inCatalog = await neighboursInCatalog(table, options, context)
  const known = new Set(inCatalog.map(({location}) => location))
  const quarantine = quarantineFolder(table)
  const unregistered = [...roots].filter((root) => !isOwnRoot(root, table) && !known.has(root) && !root.startsWith(quarantine))
  return [...inCatalog, ...unregistered.map((location) => ({name: 'a table that this catalog does not have', location}))]
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
