import {type OperationContext, usage} from '@phlo/core'

/** Phlo's own sort, by the name under which it is asked for. */
export const BUILTIN = 'builtin'

/**
 * Makes sure that an engine which is asked for is there; imports nothing.
 *
 * @throws PhloError `ENGINE_NOT_INSTALLED` (exit 2)
 */
export function assertEngine(name: string | null, {engines}: OperationContext): void {
  const names = engines?.names ?? []
  if (name === null || name === BUILTIN || names.includes(name)) return
  throw usage('ENGINE_NOT_INSTALLED', `There is no engine ${JSON.stringify(name)}; there is ${[BUILTIN, ...names].join(', ')}.`, [
    `phlo plugins install @phlo/engine-${name}`,
    `--engine ${BUILTIN}`,
  ])
}
