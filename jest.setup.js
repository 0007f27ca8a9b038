import console from 'node:console'

// oclif prints through `console`; hand it the real one so that stubbing process.stdout.write sees the text.
globalThis.console = console

// Errors made by Node itself come from outside Jest's realm: let `instanceof Error` recognise them.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(value) {
    return this === Error ? Error.isError(value) : Function.prototype[Symbol.hasInstance].call(this, value)
  },
})
