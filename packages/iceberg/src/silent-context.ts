import {noTracing, type OperationContext} from '@phlo/core'

/** The surroundings of an operation that a library's caller asked for: nobody is told anything. */
export function silentContext(): OperationContext {
  return {
    signal: new AbortController().signal,
    clock: {now: Date.now},
    progress: {start() {}, advance() {}, done() {}},
    log: {debug() {}, warn() {}},
    tracer: noTracing,
    principal: {name: 'phlo', roles: []},
  }
}
