import type {AccessControlProvider} from '../access-control.js'
import type {AuditLogger} from '../audit.js'
import type {PhloConfig} from '../config/resolve.js'
import {allowAll, noTracing} from '../contributions/defaults.js'
import type {ContributionList} from '../contributions/list.js'
import {loadContribution, loadContributions} from '../contributions/load.js'
import {ExitCode, PhloError} from '../errors.js'
import type {ObservabilityProvider, OperationTracer} from '../observability.js'

/**
 * The access control in force: the one that `accessControl.provider` names, else the one that is installed, else `allowAll`.
 *
 * @throws PhloError when it cannot be used: an operation is refused then, never let through. Two providers and no choice between them
 * are `ACCESS_CONTROL_AMBIGUOUS`.
 */
export async function accessControlInForce(config: PhloConfig, list: ContributionList): Promise<AccessControlProvider> {
  const chosen = config.values.get('accessControl.provider')?.value
  if (chosen !== undefined) return chosen === allowAll.name ? allowAll : loadContribution(list, 'accessControl', chosen)
  const [first, second] = list.contributions.filter(({kind}) => kind === 'accessControl')
  if (first && second) {
    throw new PhloError(
      `Two access control providers are installed: ${first.name} of ${first.plugin} and ${second.name} of ${second.plugin}.`,
      {
        code: 'ACCESS_CONTROL_AMBIGUOUS',
        exit: ExitCode.unavailable,
        suggestions: [`phlo config set accessControl.provider ${first.name}`],
      },
    )
  }
  return first ? loadContribution(list, 'accessControl', first.name) : allowAll
}

/** Who is told of what operations do: every audit log and every observability provider that can be used. */
export interface Watchers {
  readonly audit: readonly AuditLogger[]
  readonly observability: readonly ObservabilityProvider[]
  /** The first provider's tracer; without one it does nothing. */
  readonly tracer: OperationTracer
  readonly warnings: readonly string[]
}

export async function loadWatchers(list: ContributionList): Promise<Watchers> {
  const [audit, observability] = await Promise.all([loadContributions(list, 'audit'), loadContributions(list, 'observability')])
  return {
    audit: audit.found.map(({value}) => value),
    observability: observability.found.map(({value}) => value),
    tracer: observability.found[0]?.value.tracer ?? noTracing,
    warnings: [...audit.warnings, ...observability.warnings],
  }
}
