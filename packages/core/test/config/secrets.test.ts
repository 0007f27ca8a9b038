import {describe, expect, test} from '@jest/globals'
import {createMasker, isSecretKey, maskConfigValue, maskSecrets, maskUrls} from '@phlo/core'
import fc from 'fast-check'

test.each([
  'password',
  's3.secret-access-key',
  's3.access-key-id',
  'token',
  'credential',
  'adls.sas_key',
  'oauth2.clientSecret',
  'header.Authorization',
])('%s is a secret key', (key) => {
  expect(isSecretKey(key)).toBe(true)
  expect(maskConfigValue(key, 'hunter22')).toBe('***')
})

test.each(['uri', 'warehouse', 's3.endpoint', 's3.region', 'type', 'token-exchange-enabled', 'token-expires-in-ms'])('%s is not', (key) => {
  expect(isSecretKey(key)).toBe(false)
})

test('a reference is shown, for it tells nothing', () => {
  expect(maskConfigValue('token', '${' + 'env:TOKEN}')).toBe('${' + 'env:TOKEN}')
  expect(maskConfigValue('token', 'abc${' + 'env:TOKEN}')).toBe('***')
})

describe('inside URLs', () => {
  test.each([
    ['postgresql://phlo:hunter22@db:5432/x', 'postgresql://phlo:***@db:5432/x'],
    ['postgresql://:hunter22@db/x', 'postgresql://:***@db/x'],
    ['postgresql://phlo:p@ss:w@rd@db/x', 'postgresql://phlo:***@db/x'],
    ['postgresql://phlo:p/w@db/x', 'postgresql://phlo:***@db/x'],
    ['http://host:8080/a?mail=b@c', 'http://host:8080/a?mail=b@c'],
    ['https://h/p?a=1&password=hunter22&b=2', 'https://h/p?a=1&password=***&b=2'],
    ['could not reach postgresql://a:b@c and http://d:e@f', 'could not reach postgresql://a:***@c and http://d:***@f'],
    ['postgresql://phlo@db:5432/x', 'postgresql://phlo@db:5432/x'],
    ['s3://bucket/a@b', 's3://bucket/a@b'],
  ])('%s becomes %s', (text, masked) => {
    expect(maskUrls(text)).toBe(masked)
  })
})

test('secrets are masked at any depth', () => {
  expect(maskSecrets({catalogs: [{name: 'lake', token: 'hunter22', uri: 'pg://a:b@c'}], n: 1, none: null})).toEqual({
    catalogs: [{name: 'lake', token: '***', uri: 'pg://a:***@c'}],
    n: 1,
    none: null,
  })
})

test('a masker leaves no secret in any text, as it is, encoded for a URL, or inside JSON', () => {
  const secret = fc
    .string({minLength: 4, maxLength: 20})
    .filter((text) => text.isWellFormed() && !'***'.includes(text) && !text.includes('*'))
  fc.assert(
    fc.property(fc.array(secret, {minLength: 1, maxLength: 3}), fc.string({maxLength: 10}), (secrets, around) => {
      const mask = createMasker(secrets)
      for (const hidden of secrets) {
        for (const form of [hidden, encodeURIComponent(hidden), JSON.stringify(hidden).slice(1, -1)]) {
          expect(mask(`${around}<${form}>${around}`)).not.toContain(`<${form}>`)
        }
      }
    }),
  )
})
