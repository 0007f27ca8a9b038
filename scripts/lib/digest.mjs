import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'

/** A short name for what these files hold. */
export function digest(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}
