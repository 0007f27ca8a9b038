import {changesOf} from './changes.js'
import type {Connection} from './connection.js'
import type {NessieApi} from './nessie-api.js'
import {assertKnown, parseRef, RELATIVE_REFS} from './ref.js'
import {referencesOf} from './references.js'
import type {Server} from './server.js'
import {statesOf} from './states.js'

export function createNessieApi(connection: Connection, server: Server): NessieApi {
  const {catalog} = connection
  const references = referencesOf(connection)
  const states = statesOf(connection, server, references.reference)
  return {
    catalog,
    server,
    ref(text) {
      const parsed = parseRef(text)
      assertKnown(parsed, catalog, server.knows(RELATIVE_REFS))
      return parsed
    },
    ...references,
    ...states,
    ...changesOf(connection, states.log),
  }
}
