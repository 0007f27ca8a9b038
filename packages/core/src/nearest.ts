/**
 * The known word that somebody who typed `word` most likely meant, or undefined when none is close: at most a third of its letters
 * differ (inserted, removed, replaced, or swapped with their neighbour).
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: {readonly candidate: string; readonly distance: number} | undefined
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = {candidate, distance}
  }
  return best?.candidate
}

function editDistance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({length: right.length + 1}, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) cost = Math.min(cost, beforeLast[j - 2]! + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[right.length]!
}
