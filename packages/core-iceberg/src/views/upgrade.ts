import type {OperationResult} from '@phlo/core'
import type {OperationView} from '@phlo/core/command'
import type {UpgradePlan} from '@phlo/iceberg'

/** What the upgrade means, a line each. */
export const upgradeView: OperationView<UpgradePlan, OperationResult> = {
  plan: ({consequences}) => consequences.map((sentence) => `- ${sentence}`).join('\n'),
}
