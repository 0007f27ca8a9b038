import {beforeAll, describe, expect, test} from '@jest/globals'
import {client, doorkeeper, tokenOf} from '../../../iceberg/test/support/doorkeeper.js'
import type {Asked} from '../../../iceberg/test/support/fault-proxy.js'
import {behindProxy, isCommit, newName} from '../support/nessie.js'
import {type NessieShop, nessieShop} from '../support/shop.js'

const QUICK = {'rest.client.max-retries': '0'}
/** As a server says it that wants a token (RFC 6750). */
const UNAUTHENTICATED = {status: 401, headers: {'www-authenticate': 'Bearer'}}
const COLUMNS = 'id: long, amount: double, country: string'

let isLetIn: (asked: Asked) => boolean

beforeAll(async () => {
  isLetIn = await doorkeeper()
})

/** A shop behind a door at which only who has a token of the provider is let in, and no token twice that was taken back. */
async function behindDoor(
  properties: Readonly<Record<string, string>>,
  work: (shop: NessieShop, requests: readonly Asked[]) => Promise<void>,
  isTakenBack: (asked: Asked) => boolean = () => false,
) {
  await behindProxy(
    (asked) => (isLetIn(asked) && !isTakenBack(asked) ? undefined : UNAUTHENTICATED),
    async ({uri, requests}) => work(await nessieShop({uri, ...QUICK, ...properties}), requests),
  )
}

describe('a Nessie server that wants tokens', () => {
  test('does what it is asked for one of its provider’s, which nothing shows', async () => {
    await behindDoor(client(), async (shop, requests) => {
      const dev = newName('dev')
      const said: unknown[] = [
        await shop.must('namespace', 'create', 'shop'),
        await shop.must('table', 'create', 'shop.orders', '--schema', COLUMNS),
        await shop.must('branch', 'create', dev),
        await shop.append(dev, 10, 0),
        await shop.must('branch', 'diff', dev),
        await shop.must('branch', 'merge', dev),
        await shop.must('catalog', 'show', 'far'),
        await shop.must('catalog', 'test', 'far'),
      ]
      expect(await shop.rows(shop.trunk)).toBe(10)
      const shown = JSON.stringify(said)
      const tokens = new Set(requests.map(tokenOf))
      expect(tokens.size).toBeGreaterThan(0)
      for (const secret of ['svc-secret', ...tokens]) expect(shown).not.toContain(secret)
    })
  })

  test.each([
    ['without one', {}, 'far', undefined],
    ['for one that is not its provider’s', {token: 'eyJ.hunter22.x'}, 'does not accept', 'hunter22'],
    ['for a wrong secret', () => ({...client(), credential: 'svc:hunter22'}), 'invalid_client', 'hunter22'],
  ])('does nothing %s, with exit code 4', async (_, properties, said, secret) => {
    await behindDoor(typeof properties === 'function' ? properties() : properties, async (shop, requests) => {
      for (const argv of [
        ['branch', 'list'],
        ['table', 'list'],
        ['namespace', 'create', 'shop'],
      ]) {
        const {exit, error} = await shop.json(...argv)
        expect({exit, code: error?.code}).toEqual({exit: 4, code: 'CATALOG_UNAUTHENTICATED'})
        expect(error?.message).toContain(said)
        const {stdout, stderr, exitCode} = await shop.type(argv)
        expect(exitCode).toBe(4)
        if (secret !== undefined) expect(`${JSON.stringify(error)}${stdout}${stderr}`).not.toContain(secret)
      }
      expect(requests.filter(isCommit)).toEqual([])
    })
  })

  test('is shown another token when the first ends in the middle of a command, which is done once', async () => {
    const ended = new Set<string>()
    let isToEnd = false
    const isTakenBack = (asked: Asked) => {
      if (isToEnd && isCommit(asked)) {
        ended.add(tokenOf(asked))
        isToEnd = false
      }
      return ended.has(tokenOf(asked))
    }
    await behindDoor(
      client(),
      async (shop, requests) => {
        await shop.must('namespace', 'create', 'shop')
        const before = requests.length
        isToEnd = true
        await shop.must('table', 'create', 'shop.orders', '--schema', COLUMNS)
        const commits = requests.slice(before).filter(isCommit)
        expect(commits.map((asked) => ended.has(tokenOf(asked)))).toEqual([true, false])
        const {commits: log} = await shop.must('branch', 'log', shop.trunk)
        expect(log.map(({message}: {message: string}) => message)).toEqual(['Create table shop.orders', 'Create namespace shop'])
      },
      isTakenBack,
    )
  })
})
