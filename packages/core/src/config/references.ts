import {readFile} from 'node:fs/promises'
import {messageOf} from '../errors.js'
import {unavailable} from '../errors-of-tables.js'
import type {Environment} from './resolve.js'

const REFERENCE = /\$\{(env|file|secret):([^}]*)\}/g

/** True when a value is nothing but a reference such as `${env:TOKEN}`, which anybody may see. */
export function isReference(value: string): boolean {
  return /^\$\{(?:env|file|secret):[^}]*\}$/.test(value)
}

/**
 * Puts the values of `${env:NAME}` and `${file:/path}` in their place (a file without its last line break), as late as when a catalog
 * is opened. `secrets` lists every value that came from a reference, for the masker.
 *
 * @throws PhloError `MISSING_SECRET` (exit 3) naming the reference and the key; `UNSUPPORTED_REFERENCE` for `${secret:…}` without a plugin.
 */
export async function resolveReferences(
  properties: Readonly<Record<string, string>>,
  env: Environment,
): Promise<{readonly properties: Readonly<Record<string, string>>; readonly secrets: readonly string[]}> {
  const secrets = new Set<string>()
  const resolved: Record<string, string> = {}
  for (const [key, value] of Object.entries(properties)) {
    let text = ''
    let end = 0
    for (const match of value.matchAll(REFERENCE)) {
      const [reference, kind = '', name = ''] = match
      const secret = await dereference(reference, kind, name, key, env)
      secrets.add(secret)
      text += value.slice(end, match.index) + secret
      end = match.index + reference.length
    }
    resolved[key] = text + value.slice(end)
  }
  return {properties: resolved, secrets: [...secrets]}
}

async function dereference(reference: string, kind: string, name: string, key: string, env: Environment): Promise<string> {
  if (kind === 'env') {
    const value = env[name]
    if (value) return value
    throw unavailable('MISSING_SECRET', `${key} refers to ${reference}, and the environment variable ${name} is not set.`)
  }
  if (kind === 'file') {
    const text = await readFile(name, 'utf8').catch((cause: unknown) => {
      throw unavailable('MISSING_SECRET', `${key} refers to ${reference}, which cannot be read: ${messageOf(cause)}.`, {cause})
    })
    return text.replace(/\r?\n$/, '')
  }
  throw unavailable('UNSUPPORTED_REFERENCE', `${key} refers to ${reference}, and no installed plugin reads secret managers.`, {
    suggestions: [`Use \${env:NAME} or \${file:/path} instead.`],
  })
}
