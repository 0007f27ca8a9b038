import {type FileIO, type OperationContext, unavailable} from '@phlo/core'
import {readTableMetadata, writeTableMetadata} from '../../catalog/metadata-file.js'
import {fileKey} from '../../io/file-key.js'
import type {IcebergTable} from '../../table.js'
import {fingerprint} from './copy-bytes.js'
import type {FileList, ListedFile} from './file-list.js'
import {type MovedDeletes, moveDeletes} from './move-deletes.js'
import {moveManifest, moveManifestList} from './move-manifests.js'
import {moveMetadata} from './move-metadata.js'
import type {FileToRewrite, RewritePathPlan} from './plan-types.js'
import {movePaths} from './prefix.js'
import {someAtATime} from './some-at-a-time.js'

const AT_A_TIME = 8

export interface StagingStores {
  readonly staging: FileIO
  readonly target: FileIO
}

/**
 * Writes every file with paths in it anew into the staging folder, what is referred to before what refers to it, and takes the
 * fingerprints of all files that are to be copied.
 *
 * @param onStaged told every path before anything is written to it
 */
export async function stageFiles(
  table: IcebergTable,
  plan: RewritePathPlan,
  stores: StagingStores,
  context: OperationContext,
  onStaged: (path: string) => void,
): Promise<FileList> {
  const move = movePaths(plan.sourcePrefix, plan.targetPrefix)
  const {io, metadata} = table
  const each = async (kind: FileToRewrite['kind'], work: (file: FileToRewrite, path: string) => Promise<void>) => {
    const files = plan.rewrites.filter((file) => file.kind === kind)
    await someAtATime(files, AT_A_TIME, context.signal, async (file) => {
      const path = `${plan.staging}/${move.relative(file.path, kind)}`
      onStaged(path)
      await work(file, path)
      context.progress.advance()
    })
    return files
  }
  /** Of a file that an earlier move, up to the start version, has brought to the target. */
  const sizeAtTarget = async (path: string): Promise<number> => {
    const target = move.file(path, 'a file of the start version')
    const found = plan.startVersion === null ? undefined : await stores.target.stat(target)
    if (found) return found.size
    throw unavailable(
      'TARGET_INCOMPLETE',
      `${target} is not there: copy everything up to the start version first, or leave --start-version out.`,
    )
  }

  context.progress.start('rewriting paths', plan.rewrites.length)
  const deletes = new Map<string, MovedDeletes>()
  const deleteFiles = await each('deletes', async ({path, size, format = ''}, staged) => {
    const to = {io: stores.staging, path: staged}
    deletes.set(fileKey(path), await moveDeletes({io, path, size, format, staged: to, properties: metadata.properties, move}))
  })
  const moved = async (path: string) => deletes.get(fileKey(path)) ?? {size: await sizeAtTarget(path), splitOffsets: null}
  const lengths = new Map<string, number>()
  const manifests = await each('manifest', async ({path}, staged) => {
    lengths.set(fileKey(path), await moveManifest({io, path}, {io: stores.staging, path: staged}, move, moved))
  })
  const lists = await each('manifest-list', async ({path}, staged) => {
    await moveManifestList(
      {io, path},
      {io: stores.staging, path: staged},
      move,
      async (manifest) => lengths.get(fileKey(manifest)) ?? sizeAtTarget(manifest),
    )
  })
  const missing = new Set(plan.missingVersions)
  const versions = await each('metadata', async ({path}, staged) => {
    const rewritten = moveMetadata(await readTableMetadata(io, path), move, (logged) => missing.has(logged))
    await writeTableMetadata(stores.staging, staged, rewritten)
  })
  context.progress.done()

  const staged = [...deleteFiles, ...manifests, ...lists, ...versions].map(({path, kind}) => ({
    io: stores.staging,
    source: `${plan.staging}/${move.relative(path, kind)}`,
    target: move.file(path, kind),
    isMetadata: kind === 'metadata',
  }))
  const copied = plan.copies.map(({path, target}) => ({io, source: path, target, isMetadata: false}))
  context.progress.start('taking checksums', copied.length + staged.length)
  const found = new Map<string, ListedFile>()
  await someAtATime([...copied, ...staged], AT_A_TIME, context.signal, async ({io: own, ...file}) => {
    found.set(file.source, {...file, ...(await fingerprint(own, file.source, context.signal))})
    context.progress.advance()
  })
  context.progress.done()
  return {
    tableUuid: plan.table.uuid,
    sourcePrefix: plan.sourcePrefix,
    targetPrefix: plan.targetPrefix,
    startVersion: plan.startVersion,
    endVersion: plan.endVersion,
    rewrittenManifests: manifests.length,
    rewrittenDeleteFiles: deleteFiles.length,
    files: [...copied, ...staged].flatMap(({source}) => found.get(source) ?? []),
  }
}
