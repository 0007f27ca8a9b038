export * from './catalog-cases.js'
export * from './contribution-cases.js'
export * from './memory-catalog.js'
export * from './run-command.js'
