import {commitConflict} from '@phlo/core'
import type {TableMetadata} from '../spec/table-metadata.js'
import type {TableRequirement} from './updates.js'

/**
 * Checks that every requirement holds for the metadata that a commit is based on; `undefined` stands for a table that is not there.
 *
 * @throws PhloError `COMMIT_CONFLICT` naming the first that does not hold
 */
export function checkRequirements(metadata: TableMetadata | undefined, requirements: readonly TableRequirement[]): void {
  for (const requirement of requirements) {
    const problem = problemOf(metadata, requirement)
    if (problem !== undefined) throw commitConflict(`Requirement ${requirement.type} does not hold: ${problem}; nothing was changed.`)
  }
}

function problemOf(metadata: TableMetadata | undefined, requirement: TableRequirement): string | undefined {
  if (requirement.type === 'assert-create') return metadata ? 'the table exists already' : undefined
  if (!metadata) return 'the table does not exist'
  const same = (what: string, expected: unknown, actual: unknown) =>
    expected === actual ? undefined : `${what} is ${actual ?? 'not set'}, not ${expected ?? 'unset'}`
  switch (requirement.type) {
    case 'assert-table-uuid':
      return same('the uuid', requirement.uuid.toLowerCase(), metadata['table-uuid'].toLowerCase())
    case 'assert-ref-snapshot-id': {
      const actual = metadata.refs[requirement.ref]?.['snapshot-id']
      return same(`the snapshot of ref ${requirement.ref}`, requirement['snapshot-id'] ?? undefined, actual)
    }
    case 'assert-last-assigned-field-id':
      return same('the last column id', requirement['last-assigned-field-id'], metadata['last-column-id'])
    case 'assert-current-schema-id':
      return same('the current schema', requirement['current-schema-id'], metadata['current-schema-id'])
    case 'assert-last-assigned-partition-id':
      return same('the last partition field id', requirement['last-assigned-partition-id'], metadata['last-partition-id'])
    case 'assert-default-spec-id':
      return same('the default partition spec', requirement['default-spec-id'], metadata['default-spec-id'])
    case 'assert-default-sort-order-id':
      return same('the default sort order', requirement['default-sort-order-id'], metadata['default-sort-order-id'])
    default:
      return `it is not known (${JSON.stringify((requirement as {type: unknown}).type)})`
  }
}
