import {createHash} from 'node:crypto'
import {usage} from '@phlo/core'

/** A namespace as the JDBC catalog stores it: its levels joined by dots. */
export function encodeNamespace(levels: readonly string[]): string {
  if (levels.length === 0 || levels.some((level) => level === '' || level.includes('.'))) {
    throw usage(
      'INVALID_NAMESPACE',
      `${JSON.stringify(levels.join('.'))} is not a namespace: its levels cannot be empty or have dots in them.`,
    )
  }
  return levels.join('.')
}

export const decodeNamespace = (stored: string): readonly string[] => stored.split('.')

/**
 * A name as one segment of a path. Characters that mean something in a path or a URI become `_`, with a hash behind them so that
 * two names never share a folder; `..` cannot leave the warehouse.
 */
export function pathSegment(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}_.-]/gu, '_')
  if (safe === name && !/^\.+$/.test(name)) return name
  return `${safe.replace(/^\.+$/, '_')}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
