import {describe, test} from '@jest/globals'
import type {SchemaDocument} from '@phlo/core'
import {testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import mermaid from 'mermaid'
import format from '../../src/schema-formats/mermaid.js'
import {treeOf} from './support/tree.js'

interface Attribute {
  readonly type: string
  readonly name: string
  readonly keys: readonly string[]
  readonly comment: string
}

/** How Mermaid keeps what is told by its number, until it draws. */
const decoded = (text: string) => text.replaceAll(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)))

function understood(label: string, attributes: readonly Attribute[], document: SchemaDocument | undefined): UnderstoodTable {
  const rows = attributes.map(({type, name, comment}) => {
    const [, required, doc] = /^(not null)?(?:; )?(.*)$/s.exec(comment) ?? []
    return {path: name.split('.'), column: {name, type, required: required !== undefined, doc: doc ? decoded(doc) : null}}
  })
  return {
    columns: treeOf(rows),
    name: label === document?.name.join('.') ? document.name : [label],
    identifier: attributes.filter(({keys}) => keys.includes('PK')).map(({name}) => name.split('.')),
  }
}

/** Mermaid's own parser, which needs no browser. */
const cases = await testSchemaFormat({
  format,
  hasComments: true,
  async judge(content, documents) {
    await mermaid.parse(String(content))
    const {db} = await mermaid.mermaidAPI.getDiagramFromText(String(content).replaceAll(/^ *%%[^\n]*\n/gm, ''))
    const {getEntities} = db as unknown as {
      getEntities(): ReadonlyMap<string, {readonly label: string; readonly attributes: readonly Attribute[]}>
    }
    return [...getEntities.call(db).values()].map(({label, attributes}, index) => understood(label, attributes, documents[index]))
  },
})

describe('schema format mermaid', () => {
  for (const {name, run} of cases) test(name, run)
})
