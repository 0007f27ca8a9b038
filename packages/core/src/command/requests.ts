import type {FileIO, RequestCounts} from '../file-io.js'
import {formatBytes, formatCount} from '../units.js'

/** What was asked of several stores together; undefined when none of them counts. */
export function addRequests(storage: readonly Pick<FileIO, 'requests'>[]): RequestCounts | undefined {
  const counts = storage.flatMap((store) => store.requests?.() ?? [])
  const sum = (key: keyof RequestCounts) => counts.reduce((total, count) => total + count[key], 0)
  if (counts.length === 0) return undefined
  return {
    get: sum('get'),
    put: sum('put'),
    list: sum('list'),
    delete: sum('delete'),
    head: sum('head'),
    bytesRead: sum('bytesRead'),
    bytesWritten: sum('bytesWritten'),
  }
}

/** One line for a person; what was not asked is left out. */
export function formatRequests({bytesRead, bytesWritten, ...requests}: RequestCounts): string {
  const kinds = Object.entries(requests).flatMap(([kind, count]) => (count > 0 ? [`${formatCount(count)} ${kind.toUpperCase()}`] : []))
  const asked = kinds.length > 0 ? kinds.join(', ') : 'none'
  return `Requests to storage: ${asked}; ${formatBytes(bytesRead)} read, ${formatBytes(bytesWritten)} written`
}
