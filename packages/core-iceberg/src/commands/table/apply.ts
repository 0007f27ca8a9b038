import {resolve} from 'node:path'
import {Args} from '@oclif/core'
import {loadContribution, type OperationPlan, type OperationResult, type TableOperation} from '@phlo/core'
import {readPlan, writeFlags} from '@phlo/core/command'
import type {IcebergTable} from '@phlo/iceberg'
import {IcebergCommand} from '../../iceberg-command.js'
import {viewOf} from '../../views/index.js'

export default class TableApply extends IcebergCommand<unknown> {
  static override summary = 'Does exactly what a saved plan says, or exits 5 and says what changed.'
  static override description = 'Takes what --plan-out saved, or what --dry-run --json printed.'
  static override examples = [
    '<%= config.bin %> table optimize sales.orders --plan-out plan.json && <%= config.bin %> table apply plan.json',
    '<%= config.bin %> table apply plan.json --dry-run',
  ]
  static override args = {plan: Args.string({description: 'file of the plan', required: true})}
  static override flags = {'dry-run': writeFlags['dry-run'], yes: writeFlags.yes}

  async run() {
    const {args} = await this.parse(TableApply)
    const plan = await readPlan(resolve(this.surroundings.cwd, args.plan))
    const operation: TableOperation<unknown, OperationPlan, OperationResult, IcebergTable> = await loadContribution(
      this.contributions(),
      'operations',
      plan.operation,
    )
    return this.applyPlan(operation, plan, (table) => table.metadata['table-uuid'], viewOf(plan.operation))
  }
}
