import type {Finding} from '@phlo/iceberg'

/** A finding in a line, and the command that mends it in a second one. */
export function findingText({severity, code, message, mend}: Finding): string {
  const line = `${severity.padEnd(7)}  ${code}  ${message}`
  return mend === undefined ? line : `${line}\n${' '.repeat(9)}${mend}`
}
