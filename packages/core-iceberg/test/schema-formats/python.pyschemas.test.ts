import {afterAll, describe, test} from '@jest/globals'
import type {TableSchema} from '@phlo/core'
import {parseJson} from '@phlo/iceberg'
import {testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import python from '../../src/schema-formats/python/index.js'
import {pythonSchemas} from './support/python-schemas.js'
import {understoodSchema} from './support/understood.js'

const tools = pythonSchemas()
afterAll(() => tools.close())

/** PyIceberg writes quotation marks around what is in brackets. */
const withoutQuotes = (json: string) => json.replaceAll(/"(?:geometry|geography)\([^"]*\)"/g, (type) => type.replaceAll("'", ''))

/** Every file is imported; what the library has then is what it understood. */
const suites = await Promise.all(
  (python.variants?.names ?? []).map(async (variant) => {
    const judge = (content: string | Uint8Array) => tools.read<UnderstoodTable[]>('python_file', content, {library: variant})
    const schemas = async (content: string | Uint8Array) =>
      (await tools.read<string[]>('python_file', content, {library: variant})).map((json) =>
        understoodSchema(parseJson(withoutQuotes(json)) as TableSchema),
      )
    return {
      variant,
      cases: await testSchemaFormat({format: python, variant, judge: variant === 'pyiceberg' ? schemas : judge, hasComments: true}),
    }
  }),
)

for (const {variant, cases} of suites) {
  describe(`schema format python (${variant})`, () => {
    for (const {name, run} of cases) test(name, run)
  })
}
