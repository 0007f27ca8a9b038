import {formatBytes, formatCount, formatTimestamp} from '@phlo/core'
import {formatKeyValues, formatTable} from '@phlo/core/command'
import type {GarbagePlan, GarbageResult} from '../gc/garbage.js'

const SHOWN = 20

/** Place by place what goes, and why nothing needs it. */
export function garbageText({places, reached}: GarbagePlan): string {
  const asked = formatKeyValues({
    'Branches and tags': formatCount(reached.references),
    'Commits that count': formatCount(reached.commits),
    'Metadata that counts': formatCount(reached.metadataFiles),
  })
  return [...places.map(placeText), asked].join('\n\n')
}

function placeText({name, location, reason, plan: {files, bytes}}: GarbagePlan['places'][number]): string {
  const more = files.length - SHOWN
  return [
    `${name} (${location}): ${formatCount(files.length)} files, ${formatBytes(bytes)}: ${reason}`,
    formatTable(files.slice(0, SHOWN), [
      {header: 'size', value: ({size}) => formatBytes(size)},
      {header: 'modified', value: ({modifiedAt}) => formatTimestamp(modifiedAt)},
      {header: 'file', value: ({path}) => path},
    ]),
    ...(more > 0 ? [`… and ${formatCount(more)} more (--json or --plan-out names them all)`] : []),
  ].join('\n')
}

export function resultText({summary, places}: GarbageResult): string {
  const failed = places.flatMap(({failedDeletes}) => failedDeletes)
  const undo = places.flatMap((place) => place.undo ?? [])
  const more = formatKeyValues({
    'Not deleted': failed.length > 0 ? `${failed.length}, the first ${failed[0]?.path}: ${failed[0]?.error}` : undefined,
    Undo: undo.length > 0 ? undo.join('; ') : undefined,
  })
  return more === '' ? summary : `${summary}\n${more}`
}
