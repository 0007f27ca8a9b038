/** Something that somebody should know. */
export interface Alert {
  readonly severity: 'info' | 'warning' | 'critical'
  readonly title: string
  readonly body: string
  /** The same for the same trouble, so that a channel can tell a repetition from news. */
  readonly key: string
  /** ISO 8601. */
  readonly at: string
}

/** Carries alerts to people. Resolves when the other side has accepted it, throws otherwise. */
export interface AlertChannel {
  readonly $type: '@phlo/alert-channel'
  readonly contract: 1
  readonly name: string
  send(alert: Alert): Promise<void>
}
