import {describe, expect, test} from '@jest/globals'
import {isUncertain, settle} from '@phlo/iceberg/http'

/** What `fetch` throws of an error below it. */
const failed = (cause: Error) => new TypeError('fetch failed', {cause})
const system = (code: string, syscall: string) => Object.assign(new Error(`${syscall} ${code}`), {code, syscall})

/** A change that is never repeated when it may have been done, over a network that fails so once. */
async function changeAfter(error: Error) {
  const failures = [error]
  let sent = 0
  const options = {
    catalog: 'lake',
    uri: 'http://lake.example',
    headers: {},
    authorization: {authorize: async () => ({}), renew: async () => false},
    timeout: 1000,
    readError: () => undefined,
    retries: 1,
    fetch: async () => {
      sent++
      const failure = failures.shift()
      if (failure) throw failure
      return new Response('{}')
    },
  }
  const {outcome} = await settle(options, {method: 'POST', path: 'v1/change', about: 'table a'}, {isRepeatable: false})
  return {sent, isUncertain: isUncertain(outcome)}
}

describe('a change that gets no answer', () => {
  test.each([
    ['nobody listens', system('ECONNREFUSED', 'connect')],
    ['no way leads there', system('EHOSTUNREACH', 'connect')],
    ['the network is down', system('ENETUNREACH', 'connect')],
    ['no name server answers', system('EAI_AGAIN', 'getaddrinfo')],
    ['there is no connection in time', Object.assign(new Error('Connect Timeout Error'), {code: 'UND_ERR_CONNECT_TIMEOUT'})],
    ['none of its addresses is reached', new AggregateError([system('ETIMEDOUT', 'connect'), system('ECONNREFUSED', 'connect')])],
  ])('is sent again when %s: it has not been sent', async (_, cause) => {
    expect(await changeAfter(failed(cause))).toEqual({sent: 2, isUncertain: false})
  })

  test.each([
    ['the host is unreachable meanwhile', system('EHOSTUNREACH', 'read')],
    ['the network is down meanwhile', system('ENETUNREACH', 'write')],
    ['the connection is reset', system('ECONNRESET', 'read')],
    ['what happened is not told', Object.assign(new Error('no route'), {code: 'EHOSTUNREACH'})],
  ])('is not sent again when %s: it may have been done', async (_, cause) => {
    expect(await changeAfter(failed(cause))).toEqual({sent: 1, isUncertain: true})
  })
})
