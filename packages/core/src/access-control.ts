/** Who is asking. Without a login it is the operating system's user. */
export interface Principal {
  readonly name: string
  readonly roles: readonly string[]
}

/** What is to be done, and to what: `{action: 'table:maintain', resource: 'lake/sales.orders'}`. */
export interface AccessRequest {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
}

export interface AccessDecision {
  readonly allowed: boolean
  /** The policy that decided, or why there is none: it ends up in the error and in the audit log. */
  readonly reason: string
}

/** A rule that `list` returns and `grant` adds. */
export interface AccessPolicy {
  readonly id: string
  readonly effect: 'allow' | 'deny'
  /** A role or a principal's name. */
  readonly subject: string
  readonly action: string
  readonly resource: string
}

/**
 * Decides who may do what. One provider is in force at a time; without a plugin that contributes one it is `allowAll`.
 * A provider that cannot decide (its store is down) throws: the operation is then refused, never let through.
 */
export interface AccessControlProvider {
  readonly $type: '@phlo/access-control'
  readonly contract: 1
  readonly name: string
  check(request: AccessRequest): Promise<AccessDecision>
  grant(policy: Omit<AccessPolicy, 'id'>): Promise<AccessPolicy>
  revoke(id: string): Promise<void>
  list(filter?: {readonly subject?: string; readonly resource?: string}): AsyncIterable<AccessPolicy>
}
