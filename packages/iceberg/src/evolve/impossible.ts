import {type PhloError, usage} from '@phlo/core'

/** A change of a schema that cannot be made, whoever allows it. */
export const impossible = (reason: string, suggestions: readonly string[] = []): PhloError =>
  usage('IMPOSSIBLE_CHANGE', reason, suggestions)
