import {type Engines, formatCount, type Logger, messageOf} from '@phlo/core'
import {refusalOf, type SortedRows, type SortingEngine, sortByEngine} from '../../sort/sort-by-engine.js'
import {assertEngine, BUILTIN} from './assert-engine.js'
import {assertColumns} from './group-rows.js'
import type {MergeInputs, RewriteContext} from './merge-inputs.js'

/** Fewer rows are sorted sooner than an engine is loaded. */
const WORTH_AN_ENGINE = 50_000

/**
 * The rows of files in the plan's order, as an engine sorted them; undefined when Phlo has to: by choice, for what the engine does not hold
 * exactly, or because it failed, which never costs more than the time.
 */
export async function sortedByEngine(merge: MergeInputs, rewrite: RewriteContext): Promise<SortedRows | undefined> {
  const {plan, context, onSorted} = rewrite
  const {order} = plan
  if (!order) return undefined
  assertColumns(order, rewrite, merge)
  const {engine, reason} = await chooseEngine(merge, rewrite)
  if (engine) {
    try {
      const sorted = await sortByEngine(engine, {...merge, order, memoryLimit: Number(plan.options['memoryLimit']), signal: context.signal})
      if (sorted) onSorted(engine.name)
      if (sorted) return sorted
    } catch (error) {
      if (context.signal.aborted) throw error
      context.log.warn(`The engine ${engine.name} failed, and Phlo sorts by itself: ${messageOf(error)}`)
    }
  }
  context.log.debug(`Phlo sorts ${formatCount(rowsOf(merge))} rows by itself${reason && `: ${reason}`}`)
  onSorted(BUILTIN)
  return undefined
}

const rowsOf = ({inputs}: MergeInputs) => inputs.reduce((sum, {recordCount}) => sum + recordCount, 0)

/** The engine that was asked for or, where it pays, the first that can; else why it is none. */
async function chooseEngine(
  merge: MergeInputs,
  {plan, context}: RewriteContext,
): Promise<{readonly engine?: SortingEngine; readonly reason: string}> {
  const {engines, log} = context
  const wanted = typeof plan.options['engine'] === 'string' ? plan.options['engine'] : null
  assertEngine(wanted, context)
  if (!engines || wanted === BUILTIN) return {reason: ''}
  if (wanted === null && rowsOf(merge) < WORTH_AN_ENGINE) return {reason: 'an engine does not pay for so few'}
  const reasons: string[] = []
  for (const name of wanted === null ? engines.names : [wanted]) {
    const found = await sorterOrReason(engines, name, merge, Number(plan.options['memoryLimit'])).catch(messageOf)
    if (typeof found !== 'string') {
      log.debug(`The engine ${name} sorts ${formatCount(rowsOf(merge))} rows`)
      return {engine: found, reason: ''}
    }
    if (name === wanted) log.warn(`The engine ${name} does not sort these rows, and Phlo sorts by itself: ${found}`)
    reasons.push(`engine ${name}: ${found}`)
  }
  return {reason: reasons.join('; ')}
}

async function sorterOrReason(engines: Engines, name: string, {schema}: MergeInputs, memoryLimit: number): Promise<SortingEngine | string> {
  const engine = await engines.load(name)
  if (!engine.capabilities.sort || !engine.sort || !engine.refusal) return 'it does not sort'
  const sorter = engine as SortingEngine
  return refusalOf(sorter, schema, memoryLimit) ?? sorter
}

/** The log, which is given each warning once: groups are many, and an engine has the same to say of each. */
export function warningOnce(log: Logger): Logger {
  const told = new Set<string>()
  return {
    debug: (message) => log.debug(message),
    warn(message) {
      if (!told.has(message)) log.warn(message)
      told.add(message)
    },
  }
}
