import {describe, test} from '@jest/globals'
import {testCatalog} from '@phlo/testing'
import {properties} from './support/glue.js'
import {open} from './support/open-glue.js'

describe('AWS Glue (moto)', () => {
  const cases = testCatalog({
    create: async () => properties(),
    open,
    module: new URL('./support/open-glue.ts', import.meta.url),
    endpoint: 'glue.endpoint',
    forbids: {namespaces: /[^a-z0-9_]|.{253}/, tables: /[^a-z0-9_]|.{256}/},
    cannot: ['nest'],
  })
  test.each(cases)('$name', ({run}) => run())
})
