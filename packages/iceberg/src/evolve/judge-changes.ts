import {isDeepStrictEqual} from 'node:util'
import type {OperationContext, SchemaChange, SchemaVerdict} from '@phlo/core'
import {isPhloError} from '@phlo/core'
import type {IcebergTable} from '../table.js'
import {applyChange, assertWhole} from './apply-changes.js'
import {type Column, columnAt, formatColumnPath} from './columns.js'
import {dependentsOf} from './dependents.js'
import {type Draft, draftOf} from './draft.js'
import {type NullCount, nullsOf} from './nulls-of.js'

/** A change with what comes of it: `draft` is undefined when it cannot be made. */
interface Judged {
  readonly change: SchemaChange
  /** The column as it was when the change's turn came, of changes of one that is there. */
  readonly column: Column | undefined
  readonly draft: Draft | undefined
  readonly why: string | undefined
  /** It was so already. */
  readonly isNothing: boolean
}

/**
 * What each change would mean. A change that cannot be made is passed over, so that those after it are judged, too. Manifests are read only
 * when a column is to be required.
 */
export async function judgeChanges(
  table: IcebergTable,
  changes: readonly SchemaChange[],
  context: OperationContext,
): Promise<readonly SchemaVerdict[]> {
  const before = draftOf(table.metadata)
  const judged = tryAll(before, changes)
  const required = judged.flatMap(({change, column}) => (change.kind === 'nullability' && change.required && column ? [column] : []))
  const nulls = required.length > 0 && !before.isEmpty ? await nullsOf(table, required, context) : undefined
  const dependents = await dependentsOf(table, judged, context)
  return judged.map((item, index): SchemaVerdict => {
    const {change, column, why, isNothing} = item
    if (why !== undefined) return {change, verdict: 'impossible', reasons: [why]}
    if (isNothing) return {change, ...safe('It is so already.')}
    const {verdict, reasons} = consequencesOf(change, column, before, column && nulls?.get(column.id))
    const others = dependents[index] ?? []
    return {change, verdict: others.length > 0 && verdict === 'safe' ? 'breaking' : verdict, reasons: [...reasons, ...others]}
  })
}

function tryAll(before: Draft, changes: readonly SchemaChange[]): readonly Judged[] {
  const judged: Judged[] = []
  let draft = before
  for (const change of changes) {
    const {value: column} = attempt(() => ('path' in change && change.kind !== 'add' ? columnAt(draft.schema, change.path) : undefined))
    const made = attempt(() => applyChange(draft, change))
    judged.push({change, column, draft: made.value, why: made.why, isNothing: isDeepStrictEqual(made.value, draft)})
    draft = made.value ?? draft
  }
  return blamed(before, judged, draft)
}

/** What does not fit together at the end is the fault of the change since which it does not. */
function blamed(before: Draft, judged: readonly Judged[], last: Draft): readonly Judged[] {
  const {why} = attempt(() => assertWhole(before, last))
  if (why === undefined) return judged
  const culprit = judged.findIndex(({draft}) => draft && attempt(() => assertWhole(before, draft)).why === why)
  return judged.map((item, index) => (index === culprit ? {...item, why} : item))
}

function attempt<T>(make: () => T): {readonly value: T | undefined; readonly why: string | undefined} {
  try {
    return {value: make(), why: undefined}
  } catch (error) {
    if (!isPhloError(error)) throw error
    return {value: undefined, why: [error.message, ...error.suggestions].join(' ')}
  }
}

type Consequences = Pick<SchemaVerdict, 'verdict' | 'reasons'>

const safe = (...reasons: readonly string[]): Consequences => ({verdict: 'safe', reasons})
const breaking = (...reasons: readonly string[]): Consequences => ({verdict: 'breaking', reasons})

function consequencesOf(change: SchemaChange, column: Column | undefined, before: Draft, nulls: NullCount | undefined): Consequences {
  const name = column ? formatColumnPath(column.path) : ''
  switch (change.kind) {
    case 'add':
      return safe(
        change.default === undefined
          ? 'Rows that are there have null for it.'
          : `Rows that are there have ${change.default} for it, and so have rows written without it.`,
      )
    case 'drop':
      return breaking(`Queries and writers that name ${name} fail. Snapshots that there are still have it, and the files keep its values.`)
    case 'rename':
      return breaking(`Queries and writers that name ${name} fail; nothing that goes by its id ${column?.id} does.`)
    case 'type':
      return safe('Every value stays what it is; no file is rewritten.')
    case 'nullability':
      return change.required ? requiring(name, before, nulls) : safe('Writers may leave it out from now on.')
    case 'default':
      return change.default === null && column?.required
        ? breaking(`Writers that leave ${name} out fail: it is required and has no default value any more.`)
        : safe('Only rows that are written from now on are concerned.')
    case 'doc':
      return safe('Nothing but the description changes.')
    case 'move':
      return safe('Columns are known by their ids. Writers that go by position have to be told.')
    case 'identifier':
      return safe('It says what identifies a row; no engine makes sure of it.')
    case 'partition-add':
    case 'partition-drop':
      return safe('Files that are there stay as they are; new ones are written so.')
    case 'sort-order':
      return safe('Files that are there stay as they are; engines that keep to it sort new ones so.')
    case 'properties':
      return safe('Properties take effect with the next commit.')
  }
}

function requiring(name: string, {isEmpty}: Draft, nulls: NullCount | undefined): Consequences {
  if (isEmpty) return safe('The table has never had a row.')
  const writers = `Writers that leave ${name} out, or write null, fail.`
  if (!nulls || nulls.files === 0) return breaking(writers, 'No branch has a row now; older snapshots are not looked at.')
  if (nulls.nulls > 0) {
    return {
      verdict: 'impossible',
      reasons: [
        `Column ${name} has ${nulls.nulls} nulls in ${nulls.files} live data files, and cannot be required: fill them first (UPDATE … SET), and compact if they were deleted.`,
      ],
    }
  }
  return nulls.unknownFiles > 0
    ? breaking(
        `Of ${nulls.unknownFiles} of ${nulls.files} live data files nobody counted the nulls of ${name}: one that has some cannot be read any more.`,
        writers,
      )
    : breaking(writers, `No live data file has a null there; snapshots that there are may have.`)
}
