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
