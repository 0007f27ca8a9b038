import {formatTimestamp} from '@phlo/core'
import type {LogRow} from '../history/log-rows.js'

const MARKS = {put: '*', deleted: '-'} as const

/** A commit in the manner of git's log. */
export function commitText({hash, merged, author, committer, timestamp, message, changes}: LogRow): string {
  const by = author === '' ? committer : author
  return [
    `commit ${hash}`,
    ...(merged === null ? [] : [`merged ${merged}`]),
    `${formatTimestamp(timestamp)}${by === '' ? '' : `  ${by}`}`,
    '',
    ...message.split('\n').map((text) => `    ${text}`),
    '',
    ...changes.map(({change, kind, name}) => `  ${MARKS[change]} ${kind === null ? '' : `${kind} `}${name}`),
  ].join('\n')
}
