import type {ContractCase} from '../contribution-cases.js'
import {commitCases} from './commits.js'
import {cutCases} from './cuts.js'
import {deniedCases} from './denied.js'
import {nameCases} from './names.js'
import {namespaceCases} from './namespaces.js'
import type {CatalogUnderTest} from './options.js'
import {processCases} from './processes.js'
import {scopes} from './scope.js'
import {tableCases} from './tables.js'

/**
 * What every catalog has to keep, whatever is behind it: names, namespaces, tables, commits, and with more said of the catalog also
 * listings of several pages, lost connections, several processes, clocks that differ, permissions.
 *
 * @example
 * for (const {name, run} of testCatalog({create, open})) test(name, run)
 */
export function testCatalog(catalog: CatalogUnderTest): readonly ContractCase[] {
  const using = scopes(catalog)
  return [
    ...namespaceCases(catalog, using),
    ...nameCases(catalog, using),
    ...tableCases(catalog, using),
    ...commitCases(catalog, using),
    ...processCases(catalog, using),
    ...cutCases(catalog, using),
    ...deniedCases(catalog, using),
  ]
}
