import {resolve} from 'node:path'
import {Args} from '@oclif/core'
import {usage} from '@phlo/core'

/** The table that a command is about. */
export const tableArg = Args.string({description: 'table, as <namespace>.<table>', required: true})

/** The namespace that a command is about, its levels joined by dots. */
export const namespaceArg = Args.string({description: 'namespace, its levels joined by dots', required: true})

/** A path as it was typed: a URI stays, anything else is of the folder in which the command was typed. */
export function pathOrUri(cwd: string, path: string): string {
  return /^[a-z][\w+.-]*:/i.test(path) ? path : resolve(cwd, path)
}

/**
 * The levels of a dotted namespace.
 *
 * @throws PhloError `INVALID_NAMESPACE`
 */
export function parseNamespace(text: string): readonly string[] {
  const levels = text.split('.')
  if (levels.some((level) => level === '')) {
    throw usage('INVALID_NAMESPACE', `${JSON.stringify(text)} is not a namespace: write its levels joined by dots, such as sales.emea.`)
  }
  return levels
}

/**
 * `key=value` pairs as an object; the value may contain further equals signs.
 *
 * @throws PhloError `INVALID_PROPERTY`
 */
export function parsePairs(pairs: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw usage('INVALID_PROPERTY', `${JSON.stringify(pair)} is not a property: write key=value.`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
