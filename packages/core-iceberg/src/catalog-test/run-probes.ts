import {ExitCode, isPhloError, messageOf, type PhloError} from '@phlo/core'
import type {IcebergLakehouse} from '@phlo/iceberg'
import {PROBES} from './probes.js'
import {openScratch, type Scratch} from './scratch.js'

/** What became of a probe. */
export interface Probed {
  /** What follows "can". */
  readonly ability: string
  readonly needed: boolean
  /** `no`: it says that it cannot. `failed`: it did something else, or could not be asked. `left out`: something before it is missing. */
  readonly result: 'yes' | 'no' | 'failed' | 'left out'
  /** Why, when it is not `yes`. */
  readonly detail: string | null
  /** The code of the error. */
  readonly code: string | null
  readonly ms: number
}

export interface Findings {
  /** Everything that Phlo needs is there; or nothing can be changed, and nothing was asked. */
  readonly isUsable: boolean
  readonly probes: readonly Probed[]
  /** What could not be taken away again, in sentences. */
  readonly left: readonly string[]
}

export interface ProbeContext {
  /** Ends it between two probes. */
  readonly signal: AbortSignal
  readonly onProbe: () => void
  /** Told what could not be taken away, also when it is interrupted. */
  readonly onLeft: (sentence: string) => void
}

/**
 * Asks a catalog for everything that Phlo needs of one, in a new namespace, which is taken away at the end, whatever happens. One that
 * nothing can be changed in is not asked.
 *
 * @throws the reason of the signal, after everything is taken away
 */
export async function runProbes(
  lake: IcebergLakehouse,
  namespace: readonly string[],
  {signal, onProbe, onLeft}: ProbeContext,
): Promise<Findings> {
  const readOnly = lake.catalog.readOnly?.()
  if (readOnly) return {isUsable: true, probes: PROBES.map((probe) => leftOut(probe, readOnly.message)), left: []}
  const scratch = openScratch(lake, namespace)
  const probes: Probed[] = []
  let left: readonly string[] = []
  try {
    for (const probe of PROBES) {
      signal.throwIfAborted()
      const missing = probes.find(({needed, result}) => needed && result !== 'yes')
      probes.push(missing ? leftOut(probe, `it cannot ${missing.ability}`) : await ask(probe, scratch))
      onProbe()
    }
  } finally {
    left = await scratch.clear()
    for (const sentence of left) onLeft(sentence)
  }
  return {isUsable: probes.every(({needed, result}) => !needed || result === 'yes'), probes, left}
}

/** What it would be asked. */
export const plannedProbes = (): readonly Pick<Probed, 'ability' | 'needed'>[] => PROBES.map(({ability, needed}) => ({ability, needed}))

type Asked = (typeof PROBES)[number]

async function ask({ability, needed, run}: Asked, scratch: Scratch): Promise<Probed> {
  const started = performance.now()
  const failure = await run(scratch).then(
    () => undefined,
    (error: unknown) => ({error}),
  )
  const ms = Math.round(performance.now() - started)
  if (!failure) return {ability, needed, result: 'yes', detail: null, code: null, ms}
  const known: PhloError | undefined = isPhloError(failure.error) ? failure.error : undefined
  const isRefusal = known?.exit === ExitCode.refused || known?.exit === ExitCode.usage
  return {ability, needed, result: isRefusal ? 'no' : 'failed', detail: messageOf(failure.error), code: known?.code ?? null, ms}
}

const leftOut = ({ability, needed}: Asked, detail: string): Probed => ({ability, needed, result: 'left out', detail, code: null, ms: 0})
