import type {SchemaChange, SchemaDifference, SchemaVerdict} from '@phlo/core'
import {formatTable, type OperationView} from '@phlo/core/command'
import {type EvolvePlan, type EvolveResult, formatColumnPath} from '@phlo/iceberg'

/** A change in a few words: `add amount`. */
export function changeText(change: SchemaChange): string {
  switch (change.kind) {
    case 'add':
      return `add ${formatColumnPath(change.path)} ${change.type}${change.required ? ' not null' : ''}`
    case 'rename':
      return `rename ${formatColumnPath(change.path)} to ${change.to}`
    case 'type':
      return `give ${formatColumnPath(change.path)} the type ${change.type}`
    case 'nullability':
      return `${change.required ? 'require' : 'let be null'} ${formatColumnPath(change.path)}`
    case 'doc':
      return `${change.doc === null ? 'take the comment from' : 'comment'} ${formatColumnPath(change.path)}`
    case 'default':
      return change.default === null
        ? `take the default value from ${formatColumnPath(change.path)}`
        : `default ${formatColumnPath(change.path)} to ${change.default}`
    case 'identifier':
      return change.columns.length === 0
        ? 'identify rows by nothing'
        : `identify rows by ${change.columns.map(formatColumnPath).join(', ')}`
    case 'partition-add':
      return `partition by ${change.term}`
    case 'partition-drop':
      return `no longer partition by ${change.term}`
    case 'sort-order':
      return change.terms === '' ? 'sort by nothing' : `sort by ${change.terms}`
    case 'properties':
      return [
        ...Object.entries(change.set).map(([key, value]) => `set ${key}=${value}`),
        ...change.remove.map((key) => `remove ${key}`),
      ].join(', ')
    default:
      return `${change.kind} ${formatColumnPath(change.path)}`
  }
}

/** Each change with what it means. */
export function verdictsText(verdicts: readonly SchemaVerdict[]): string {
  return verdicts
    .map(({change, verdict, reasons}) =>
      [`${verdict.padEnd(10)}  ${changeText(change)}`, ...reasons.map((reason) => `            ${reason}`)].join('\n'),
    )
    .join('\n')
}

/** What became of columns, a line each. */
export function differencesTable(differences: readonly SchemaDifference[]): string {
  return formatTable(differences, [
    {header: 'column', value: ({column}) => column},
    {header: 'change', value: ({change}) => change},
    {header: 'from', value: ({from}) => from},
    {header: 'to', value: ({to}) => to},
  ])
}

export const evolveView: OperationView<EvolvePlan, EvolveResult> = {
  plan: ({verdicts}) => verdictsText(verdicts),
  // What breaks something has to be allowed by a flag, which says more than a yes.
  destructive: false,
}
