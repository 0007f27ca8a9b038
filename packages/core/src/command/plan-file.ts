import {randomUUID} from 'node:crypto'
import {link, open, readFile, rm} from 'node:fs/promises'
import {messageOf} from '../errors.js'
import {refused, unavailable, usage} from '../errors-of-tables.js'
import type {OperationPlan} from '../operation.js'
import {toJson} from './json.js'

/**
 * Saves a plan to a file that must not exist yet; it appears whole or not at all.
 *
 * @throws PhloError `FILE_EXISTS` (exit 6), `PLAN_NOT_WRITABLE` (exit 3)
 */
export async function savePlan(path: string, plan: OperationPlan): Promise<void> {
  const staged = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(staged, 'wx')
    try {
      await file.writeFile(`${JSON.stringify(toJson(plan), null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    // Unlike a rename, a link replaces nothing.
    await link(staged, path)
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EEXIST') {
      throw refused('FILE_EXISTS', `The file ${path} exists already; a plan replaces nothing.`, [`--plan-out ${path}.new`])
    }
    throw unavailable('PLAN_NOT_WRITABLE', `The plan cannot be saved to ${path}: ${messageOf(cause)}.`, {cause})
  } finally {
    await rm(staged, {force: true})
  }
}

/**
 * Reads a plan that was saved by `--plan-out`, or the document that `--dry-run --json` printed.
 *
 * @throws PhloError `PLAN_NOT_FOUND` (exit 3), `INVALID_PLAN` (exit 2)
 */
export async function readPlan(path: string): Promise<OperationPlan> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unavailable('PLAN_NOT_FOUND', `The plan ${path} cannot be read: ${messageOf(cause)}.`, {cause})
  })
  const plan = planWithin(parse(path, text))
  if (!plan) throw usage('INVALID_PLAN', `${path} is not a plan of Phlo.`, ['phlo table optimize <table> --plan-out <file>'])
  return plan
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw usage('INVALID_PLAN', `${path} is not JSON: ${messageOf(cause)}.`)
  }
}

function planWithin(document: unknown): OperationPlan | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  if ('$type' in document && document.$type === '@phlo/plan') {
    const {operation, table} = document as Partial<OperationPlan>
    return typeof operation === 'string' && typeof table?.name === 'string' ? (document as OperationPlan) : undefined
  }
  if ('result' in document) return planWithin(document.result)
  return 'plan' in document ? planWithin(document.plan) : undefined
}
