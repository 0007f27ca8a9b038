import console from 'node:console'
import process from 'node:process'
import fc from 'fast-check'

// oclif prints through `console`; hand it the real one so that stubbing process.stdout.write sees the text.
globalThis.console = console

// oclif listens to the process's own output as soon as it is loaded, which every suite does anew: what ended suites have left goes, and
// with it the modules that it holds.
const FIRST = Symbol.for('phlo.listeners-before-suites')
process.stdout[FIRST] ??= process.stdout.listeners('error')
for (const listener of process.stdout.listeners('error')) {
  if (!process.stdout[FIRST].includes(listener)) process.stdout.off('error', listener)
}

// Errors made by Node itself come from outside Jest's realm: let `instanceof Error` recognise them.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(value) {
    return this === Error ? Error.isError(value) : Function.prototype[Symbol.hasInstance].call(this, value)
  },
})

// The same random cases in each run, so that a change is what makes a test fail; `npm run test:long` tries others.
fc.configureGlobal({seed: Number(process.env.PHLO_TEST_SEED ?? 2026)})
