import {formatBytes, formatCount, formatTimestamp} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {VacuumPlan, VacuumResult} from '@phlo/iceberg'

const SHOWN = 50

/** The orphans that go, and what stays for which reason. */
export const vacuumView: OperationView<VacuumPlan, VacuumResult> = {
  plan: (plan) =>
    [
      formatTable(plan.files.slice(0, SHOWN), [
        {header: 'size', value: ({size}) => formatBytes(size)},
        {header: 'modified', value: ({modifiedAt}) => formatTimestamp(modifiedAt)},
        {header: 'file', value: ({path}) => path},
      ]),
      ...(plan.files.length > SHOWN ? [`… and ${formatCount(plan.files.length - SHOWN)} more (--json or --plan-out names them all)`] : []),
      stays(plan),
    ].join('\n'),
  result: ({failedDeletes}) =>
    formatKeyValues({'Not deleted': failedDeletes.length > 0 ? `${failedDeletes.length}, the first ${failedDeletes[0]?.path}` : undefined}),
}

function stays(plan: VacuumPlan): string {
  const some = (count: number) => (count === 0 ? undefined : formatCount(count))
  return formatKeyValues({
    Listed: formatCount(plan.listedFiles),
    Referenced: formatCount(plan.referencedFiles),
    'Too young': some(plan.youngFiles),
    'Of unknown age': some(plan.unknownAgeFiles),
    'In quarantine': some(plan.quarantinedFiles),
    'Other scheme or authority': some(plan.mismatchedFiles),
    'Asked for it': plan.reached && reachedText(plan.reached),
    'Of other tables':
      plan.neighbours.length === 0
        ? undefined
        : plan.neighbours.map(({name, location, files}) => `${files} of ${name} (${location})`).join('; '),
  })
}

/** Whoever reads that a table has gc.enabled=false learns here who was asked instead. */
const reachedText = ({references, commits, metadataFiles}: NonNullable<VacuumPlan['reached']>) =>
  `${formatCount(references)} branches and tags, ${formatCount(commits)} commits that count, ${formatCount(metadataFiles)} metadata files`
