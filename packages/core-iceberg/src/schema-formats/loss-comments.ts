import type {SchemaLoss} from '@phlo/core'

/** Lines for a comment at the head of a file: what each table is for, and everything that is not in the file as the table has it. */
export function headLines(about: readonly string[], losses: readonly SchemaLoss[]): readonly string[] {
  const told = [...new Set(losses.map(({column, what}) => `- ${column ? `${column.map(oneLine).join('.')}: ` : ''}${what}`))]
  const lines = [...about, ...(told.length > 0 ? ['', 'Not as the table has it:', ...told] : [])]
  return lines.flatMap((line) => line.split(/\r\n|[\r\n\f\v\u0085\u2028\u2029]/))
}

const oneLine = (text: string) => (/^[\p{L}\p{N}_]+$/u.test(text) ? text : JSON.stringify(text))
