import {Flags} from '@oclif/core'
import type {Explanation, OperationPlan, OperationResult, TableOperation} from '@phlo/core'
import {formatTable, refFlag} from '@phlo/core/command'
import type {IcebergTable} from '@phlo/iceberg'
import {IcebergCommand} from './iceberg-command.js'

/** Flags by which an explanation is narrowed down. */
export const explainFlags = {
  ref: refFlag,
  file: Flags.string({summary: 'only this file, by its path or the end of it', helpValue: '<path>', exclusive: ['partition']}),
  partition: Flags.string({summary: 'only files of this partition, such as at_month=2026-01', helpValue: '<partition>'}),
  touched: Flags.boolean({summary: 'only what would be touched'}),
}

interface Narrowing {
  readonly file?: string | undefined
  readonly partition?: string | undefined
  readonly touched?: boolean | undefined
}

/** What `table explain` returns: an entry for each file, snapshot or partition that was asked for. */
export interface ExplainResult {
  readonly explanations: readonly Explanation[]
}

/** A command that tells for each file why an operation would or would not touch it. */
export abstract class ExplainCommand extends IcebergCommand<ExplainResult> {
  protected async explain<Options, Plan extends OperationPlan, Result extends OperationResult>(
    operation: TableOperation<Options, Plan, Result, IcebergTable>,
    table: string,
    options: Options,
    narrowing: Narrowing,
  ): Promise<ExplainResult> {
    const explanations: Explanation[] = []
    for await (const explanation of this.explainOperation(operation, table, options)) {
      if (isWanted(explanation, narrowing)) explanations.push(explanation)
    }
    if (explanations.length === 0) this.note('Nothing matches.')
    else
      this.log(
        formatTable(explanations, [
          {header: '', value: ({touched}) => (touched ? 'touched' : 'left')},
          {header: 'what', value: ({kind}) => kind},
          {header: 'why', value: ({reason}) => reason},
          {header: 'which', value: ({subject}) => subject},
        ]),
      )
    return {explanations}
  }
}

function isWanted({subject, kind, touched}: Explanation, narrowing: Narrowing): boolean {
  if (narrowing.touched && !touched) return false
  if (narrowing.file !== undefined) return subject === narrowing.file || subject.endsWith(narrowing.file)
  if (narrowing.partition !== undefined)
    return kind === 'partition' ? subject === narrowing.partition : subject.includes(`/${narrowing.partition}/`)
  return true
}
