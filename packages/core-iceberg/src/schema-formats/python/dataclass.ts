import {classTables, plainType} from './classes.js'
import {loseDefaults} from './default-losses.js'
import type {PythonLibrary} from './file.js'
import {attributeNames} from './names.js'
import {pyString, pyValue} from './text.js'

/** Dataclasses of the standard library; the real name, id and doc of a field are in its metadata. */
export const dataclass: PythonLibrary = {
  title: 'a dataclass',
  imports: ['import datetime\nimport decimal\nimport typing\nimport uuid\nfrom dataclasses import dataclass, field'],
  carries: [],
  tables: () =>
    classTables({
      primitive(type, {path}, lose) {
        const {annotation, lost} = plainType(type)
        if (lost !== undefined) lose(path, lost)
        return annotation
      },
      define(name, fields, taken, lose) {
        const names = attributeNames(
          fields.map(({column}) => column.name),
          taken,
        )
        const lines = fields.map(({column, annotation}, index) => {
          const {id, doc, type, path, required} = column
          const own = names[index] ?? column.name
          if (own !== column.name) lose(path, `the name ${JSON.stringify(column.name)} became ${own}, with the real one in its metadata`)
          loseDefaults({...column, type: 'unknown'}, lose, 'a dataclass', ['initial-default'])
          const given = column['write-default'] ?? null
          const value = given === null || typeof type !== 'string' ? undefined : pyValue(type, given)
          if (given !== null && value === undefined)
            lose(path, 'the write-default is lost, since Python has no value of it to the last digit')
          const fallback = value === undefined ? (required ? '' : 'default=None, ') : `default=${value}, `
          const about = [`"name": ${pyString(column.name)}`, `"id": ${id}`, ...(doc === undefined ? [] : [`"doc": ${pyString(doc)}`])]
          return `    ${own}: ${annotation} = field(${fallback}metadata={${about.join(', ')}})`
        })
        return `@dataclass(frozen=True, kw_only=True)\nclass ${name}:\n${lines.join('\n')}`
      },
    }),
}
