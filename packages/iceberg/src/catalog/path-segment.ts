import {createHash} from 'node:crypto'

/**
 * A name as one segment of a path. Characters that mean something in a path or a URI become `_`, with a hash behind them so that
 * two names never share a folder; `..` cannot leave the warehouse.
 */
export function pathSegment(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}_.-]/gu, '_')
  if (safe === name && !/^\.+$/.test(name)) return name
  return `${safe.replace(/^\.+$/, '_')}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
