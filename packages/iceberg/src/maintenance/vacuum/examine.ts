import {type FileInfo, formatDuration, type OperationContext, refused, usage} from '@phlo/core'
import type {Reached} from '../../catalog/history.js'
import type {IcebergTable} from '../../table.js'
import {QUARANTINE, quarantineFolder} from '../removal.js'
import {type Comparison, type ComparisonLimits, createComparison} from './comparison.js'
import {type Location, parseLocation} from './location.js'
import {lookAround} from './look-around.js'
import {isBelow, isOwnRoot, metadataRoot, type Neighbour} from './neighbours.js'
import type {ResolvedVacuumOptions} from './options.js'

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
 * @param reached as `reachedBy` has it; whoever opened it closes it
 * @throws PhloError `PREFIX_MISMATCH` (exit 6) when `prefixMismatch` is `error` and there is one
 */
export async function* examineFiles(
  table: IcebergTable,
  options: ResolvedVacuumOptions,
  context: OperationContext,
  {reached, ...limits}: ComparisonLimits & {readonly reached?: Reached | undefined} = {},
): AsyncIterable<Examined> {
  const keyOf = (path: string) => parseLocation(path, options).path
  const comparison: PathComparison = createComparison({ofListed: ({path}) => keyOf(path), ofReference: keyOf}, limits)
  try {
    const roots = await noteListing(table, options, context, comparison)
    const fresh = await table.refresh()
    const {neighbours, references} = await lookAround(fresh, reached, options, context)
    for await (const paths of references()) await comparison.addReferences(paths)
    const all = options.wholeLocation ? neighbours : withUnregistered(fresh, neighbours, roots)
    const examine = examiner(fresh, all, options, context.clock.now())
    for await (const {listed, references} of comparison.compare()) yield examine(listed, references)
  } finally {
    await comparison.close()
  }
}

/** What the catalog's branches and tags reach; undefined where it has none. @throws PhloError `CATALOG_WITHOUT_REFS` (exit 2) for a cutoff there */
export async function reachedBy(
  {source: {history, name}}: IcebergTable,
  {cutoffs, defaultCutoff, markFile, lostMetadata}: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<Reached | undefined> {
  if (history) {
    return history.reached(
      {
        ...(cutoffs && {cutoffs}),
        ...(defaultCutoff !== undefined && {defaultCutoff}),
        ...(markFile !== undefined && {markFile}),
        ...(lostMetadata && {lostMetadata}),
      },
      context,
    )
  }
  if ([cutoffs, defaultCutoff, markFile, lostMetadata].every((option) => option === undefined)) return undefined
  throw usage('CATALOG_WITHOUT_REFS', `Catalog ${name} has no branches and tags of its own, so a cutoff means nothing here.`)
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
  const own = parseLocation(table.location, options)
  /** In the table's own, or in that of one that lay here and may have no metadata any more by which it is known. */
  const isAside = ({path}: Location) => path.slice(own.path.length).includes(`/${QUARANTINE}/`)
  const places = neighbours.map((neighbour) => ({neighbour, place: parseLocation(neighbour.location, options)}))
  return (file: FileInfo, references: readonly string[]): Examined => {
    const location = parseLocation(file.path, options)
    const isReferenced = references.some((text) => parseLocation(text, options).prefix === location.prefix)
    if (isReferenced)
      return {
        file,
        verdict: 'referenced',
        reason: () =>
          table.source.history ? 'the table, or a state of it that a branch, tag or commit has, refers to it' : 'the table refers to it',
      }
    if (isAside(location)) return {file, verdict: 'quarantined', reason: () => 'it is in quarantine; restore-files brings it back'}
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

/** With the tables that only their metadata files, among those that were listed, show. */
function withUnregistered(table: IcebergTable, neighbours: readonly Neighbour[], roots: ReadonlySet<string>): readonly Neighbour[] {
  const known = new Set(neighbours.map(({location}) => location))
  const quarantine = quarantineFolder(table)
  const unregistered = [...roots].filter((root) => !isOwnRoot(root, table) && !known.has(root) && !root.startsWith(quarantine))
  return [...neighbours, ...unregistered.map((location) => ({name: 'a table that this catalog does not have', location}))]
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
