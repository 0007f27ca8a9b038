import {setInterval} from 'node:timers'
import {open as openSql} from './open-sql.ts'

/** A catalog that keeps something going after it is closed. */
export async function open(properties) {
  setInterval(() => {}, 60_000)
  return openSql(properties)
}
