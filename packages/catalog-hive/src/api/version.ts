/** What every Hive 2 says that it is. */
const HIVE_2 = '3.0'

/** True for Hive 2, which does not have all types of columns. */
export const isHive2 = (said: string) => said === HIVE_2 || said.startsWith('2.')

/** Numbers that vendors give to versions of their own. */
const VENDORS_PATCH = 1000

/**
 * True when a metastore of this version compares a parameter before it replaces a table (HIVE-26882): from 2.3.10, 3.1.4 and
 * 4.0.0-beta-1.
 */
export function comesWithComparison(version: string): boolean {
  const [, ...numbers] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number)
  if (patch >= VENDORS_PATCH) return false
  if (major >= 4) return !/^4\.0\.0-alpha/.test(version)
  const [fromMinor, fromPatch] = major === 3 ? [1, 4] : [3, 10]
  return major >= 2 && (minor > fromMinor || (minor === fromMinor && patch >= fromPatch))
}
