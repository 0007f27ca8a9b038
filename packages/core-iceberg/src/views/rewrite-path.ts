import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {FileToRewrite, RewritePathPlan, RewritePathResult} from '@phlo/iceberg'

const KINDS: Readonly<Record<FileToRewrite['kind'], string>> = {
  metadata: 'metadata files',
  'manifest-list': 'manifest lists',
  manifest: 'manifests',
  deletes: 'position deletes and deletion vectors',
}

/** How many files of each kind are rewritten or copied, and what to do with them. */
export const rewritePathView: OperationView<RewritePathPlan, RewritePathResult> = {
  destructive: false,
  plan: ({rewrites, copies, sourcePrefix, targetPrefix, staging, missingVersions}) => {
    const kinds = [...Map.groupBy(rewrites, ({kind}) => KINDS[kind])]
    const rows = [...kinds.map(([kind, files]) => ({kind, does: 'rewrite', files})), {kind: 'other files', does: 'copy', files: copies}]
    return [
      formatTable(rows, [
        {header: 'files', value: ({kind}) => kind},
        {header: 'count', value: ({files}) => formatCount(files.length)},
        {header: 'size', value: ({files}) => formatBytes(files.reduce((sum, {size}) => sum + size, 0))},
        {header: 'what is done', value: ({does}) => does},
      ]),
      formatKeyValues({
        From: sourcePrefix,
        To: targetPrefix,
        Staging: staging,
        'Gone from the log': missingVersions.length > 0 ? formatCount(missingVersions.length) : undefined,
      }),
    ].join('\n')
  },
  result: ({fileListLocation, fileListJsonLocation, stagingLocation, register}) =>
    formatKeyValues({
      'List of files': fileListLocation,
      'With checksums': fileListJsonLocation,
      Staging: stagingLocation,
      'Once copied': register,
    }),
}
