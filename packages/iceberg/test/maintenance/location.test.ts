import {describe, expect, test} from '@jest/globals'
import {parseLocation} from '../../src/maintenance/vacuum/location.js'
import {resolveVacuumOptions} from '../../src/maintenance/vacuum/options.js'

const options = resolveVacuumOptions({}, 's3://lake/t')
const HOUR = 60 * 60 * 1000

describe('a location', () => {
  test('is the same local file however it is written', () => {
    const forms = ['/lake/t/a.parquet', 'file:/lake/t/a.parquet', 'file:///lake/t/a.parquet']
    expect(new Set(forms.map((form) => JSON.stringify(parseLocation(form, options)))).size).toBe(1)
  })

  test('is the same object under s3, s3a and s3n, and not in another bucket', () => {
    expect(parseLocation('s3a://lake/t/a', options)).toEqual(parseLocation('s3n://lake/t/a', options))
    expect(parseLocation('s3://lake/t/a', options)).not.toEqual(parseLocation('s3://other/t/a', options))
  })

  test('keeps double slashes and percent signs: they are other keys', () => {
    expect(parseLocation('s3://lake/t//a%20b', options).path).toBe('/t//a%20b')
  })
})

describe('the options of vacuum', () => {
  test('refuse an age under 24 hours unless it is forced', () => {
    expect(() => resolveVacuumOptions({olderThan: HOUR}, 's3://lake/t')).toThrow(expect.objectContaining({code: 'UNSAFE_AGE', exit: 6}))
    expect(resolveVacuumOptions({olderThan: HOUR, forceUnsafeAge: true}, 's3://lake/t').olderThan).toBe(HOUR)
  })

  test('refuse a location that is not the table’s', () => {
    for (const location of ['s3://lake', 's3://lake/t2', 's3://lake/tt/data', '/']) {
      expect(() => resolveVacuumOptions({location}, 's3://lake/t')).toThrow(expect.objectContaining({code: 'LOCATION_NOT_OWNED', exit: 6}))
    }
    expect(resolveVacuumOptions({location: 's3://lake/t/data/'}, 's3://lake/t').location).toBe('s3://lake/t/data')
  })
})
