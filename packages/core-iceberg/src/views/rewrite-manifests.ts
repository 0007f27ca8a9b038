import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {RewriteManifestsPlan, RewriteManifestsResult} from '@phlo/iceberg'

/** What becomes of the manifests of data files and of delete files. */
export const rewriteManifestsView: OperationView<RewriteManifestsPlan, RewriteManifestsResult> = {
  destructive: false,
  plan: ({rewrites, sortBy, keptManifests}) =>
    [
      formatTable(rewrites, [
        {header: 'manifests of', value: ({content}) => (content === 'data' ? 'data files' : 'delete files')},
        {header: 'manifests', value: ({inputs}) => inputs.length},
        {header: 'size', value: ({inputs}) => formatBytes(inputs.reduce((sum, {size}) => sum + size, 0))},
        {header: 'entries', value: ({inputs}) => inputs.reduce((sum, {entries}) => sum + entries, 0)},
        {header: 'into', value: ({outputs}) => outputs},
      ]),
      sortBy.length > 0 ? `ordered by ${sortBy.join(', ')}` : 'the table is not partitioned, so that there is no order',
      `${formatCount(keptManifests)} manifests stay as they are`,
    ].join('\n'),
  result: ({entries}) => formatKeyValues({Entries: formatCount(entries)}),
}
