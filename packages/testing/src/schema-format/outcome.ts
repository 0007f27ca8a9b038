import {ok} from 'node:assert/strict'
import {hasCode, type SchemaDocument, type SchemaLoss, type WrittenSchema} from '@phlo/core'
import type {ContractCase} from '../contribution-cases.js'
import {columnsOf, type SchemaColumn} from './documents.js'
import {checkRefusal, holds, write} from './holds.js'
import type {SchemaFormatUnderTest} from './options.js'
import {ASPECTS, textOf, typeWord} from './told.js'

export const EXACTLY = 'exactly'
const SILENTLY = 'neither written nor told as a loss'

/** What became of what a case tries, in words. */
export type Outcome = (written: WrittenSchema, document: SchemaDocument) => string

/** Before what was lost, where some of it was not. */
export const IN_PART = 'in part: '

const say = (losses: readonly SchemaLoss[]) =>
  losses.length === 0 ? EXACTLY : [...new Set(losses.map(({what}) => what))].sort().join('; ')

/** Everything that was lost. */
export const everyLoss: Outcome = ({losses}) => say(losses)

/** What was lost of a type. */
export const lossesOfType =
  (type: string): Outcome =>
  ({losses}) =>
    say(losses.filter(({what}) => typeWord(/^[a-z_]+/.exec(type)?.[0] ?? type).test(what)))

const HAVE: Readonly<Record<'doc' | 'default', (column: SchemaColumn) => boolean>> = {
  doc: ({doc}) => doc !== null,
  default: ({initialDefault, writeDefault}) => initialDefault !== null || writeDefault !== null,
}

/** What was lost of one aspect of columns, and whether it was lost of all that have it. */
export const lossesOf =
  (aspect: keyof typeof HAVE): Outcome =>
  ({losses}, {schema}) => {
    const found = losses.filter(({what}) => ASPECTS[aspect].test(what))
    const lost = new Set(found.map(({column}) => JSON.stringify(column)))
    const isPart = found.length > 0 && lost.size < columnsOf(schema).filter(HAVE[aspect]).length
    return `${isPart ? IN_PART : ''}${say(found)}`
  }

/** Names are changed, or stay. */
export const changedNames: Outcome = ({losses}) =>
  losses.some(({what}) => ASPECTS.name.test(what)) ? 'changed where the language cannot have them, and told' : EXACTLY

/** What was lost of one aspect of the table, which the content has to show where nothing was. */
export const shownOrLost =
  (aspect: keyof typeof ASPECTS, shown: RegExp): Outcome =>
  ({content, losses}) => {
    const found = losses.filter(({column, what}) => column === undefined && ASPECTS[aspect].test(what))
    return found.length > 0 || shown.test(textOf(content)) ? say(found) : SILENTLY
  }

/**
 * A case whose name ends in what becomes of what it tries, told by writing it beforehand. What cannot be written at all has to be refused for a
 * reason that names the column.
 */
export async function outcomeCase(
  under: SchemaFormatUnderTest,
  name: string,
  documents: readonly SchemaDocument[],
  tell: Outcome = everyLoss,
): Promise<ContractCase> {
  const outcome = await foretell(under, documents, tell)
  return {
    name: `${name} — ${outcome}`,
    async run() {
      ok(outcome !== SILENTLY, `${name}: ${outcome}`)
      for (const document of documents) {
        const refusal = await refusalOf(under, document)
        if (refusal) checkRefusal(refusal, [document])
        else await holds(under, [document])
      }
    },
  }
}

async function foretell(under: SchemaFormatUnderTest, documents: readonly SchemaDocument[], tell: Outcome): Promise<string> {
  const outcomes = new Set<string>()
  for (const document of documents) {
    try {
      outcomes.add(tell(await write(under, [document]), document))
    } catch (error) {
      // Any other error is what the case itself fails with.
      if (hasCode(error, 'SCHEMA_NOT_WRITABLE')) return `cannot be written: ${error.message}`
      return 'fails'
    }
  }
  const isPart = outcomes.size > 1 && outcomes.delete(EXACTLY)
  const parts = [...outcomes].sort().flatMap((outcome) => outcome.replace(IN_PART, '').split('; '))
  const isEachPart = [...outcomes].some((outcome) => outcome.startsWith(IN_PART))
  return `${isPart || isEachPart ? IN_PART : ''}${[...new Set(parts)].join('; ')}`
}

/** The error with which a format says that it cannot write a table at all. */
export async function refusalOf(under: SchemaFormatUnderTest, document: SchemaDocument): Promise<Error | undefined> {
  try {
    await write(under, [document])
    return undefined
  } catch (error) {
    if (hasCode(error, 'SCHEMA_NOT_WRITABLE')) return error
    throw error
  }
}
