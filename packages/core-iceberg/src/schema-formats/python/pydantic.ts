import {baseType, decimalType, fixedLength} from '@phlo/iceberg/schema'
import {classTables, plainType} from './classes.js'
import {loseDefaults} from './default-losses.js'
import type {PythonLibrary} from './file.js'
import {modelNames} from './names.js'
import {pyString, pyValue} from './text.js'

/** Models of pydantic, which take rows under the real names of their columns. */
export const pydantic: PythonLibrary = {
  title: 'a model of pydantic',
  imports: ['import datetime\nimport decimal\nimport typing\nimport uuid\nfrom typing import Annotated', 'import pydantic'],
  carries: [],
  tables: () =>
    classTables({
      primitive(type, {path}, lose) {
        const narrow = constrained(type)
        if (narrow !== undefined) return narrow
        const {annotation, lost} = plainType(type)
        if (lost !== undefined) lose(path, lost)
        return annotation
      },
      define(name, fields, taken, lose) {
        const names = modelNames(
          fields.map(({column}) => column.name),
          taken,
        )
        const lines = fields.map(({column, annotation}, index) => {
          const {doc, type, path, required} = column
          const own = names[index] ?? column.name
          loseDefaults({...column, type: 'unknown'}, lose, 'a model of pydantic', ['initial-default'])
          const given = column['write-default'] ?? null
          const value = given === null || typeof type !== 'string' ? undefined : pyValue(type, given)
          if (given !== null && value === undefined)
            lose(path, 'the write-default is lost, since Python has no value of it to the last digit')
          const arguments_ = [
            value === undefined ? (required ? '...' : 'default=None') : `default=${value}`,
            ...(own === column.name ? [] : [`alias=${pyString(column.name)}`]),
            ...(doc === undefined ? [] : [`description=${pyString(doc)}`]),
          ]
          return `    ${own}: ${annotation} = pydantic.Field(${arguments_.join(', ')})`
        })
        return `class ${name}(pydantic.BaseModel):\n    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", populate_by_name=True)\n\n${lines.join('\n')}`
      },
    }),
}

/** Types whose limits pydantic checks. */
function constrained(type: string): string | undefined {
  const decimal = decimalType(type)
  if (decimal) return `Annotated[decimal.Decimal, pydantic.Field(max_digits=${decimal.precision}, decimal_places=${decimal.scale})]`
  const length = fixedLength(type)
  if (length !== undefined) return `Annotated[bytes, pydantic.Field(min_length=${length}, max_length=${length})]`
  switch (baseType(type)) {
    case 'int':
      return 'Annotated[int, pydantic.Field(ge=-(2**31), lt=2**31)]'
    case 'long':
      return 'Annotated[int, pydantic.Field(ge=-(2**63), lt=2**63)]'
    case 'timestamp':
      return 'pydantic.NaiveDatetime'
    case 'timestamptz':
      return 'pydantic.AwareDatetime'
    default:
      return undefined
  }
}
