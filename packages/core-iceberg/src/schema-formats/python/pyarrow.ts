import {columnsIn} from '../columns.js'
import {type ArrowOptions, arrowField} from './arrow-types.js'
import {loseDefaults} from './default-losses.js'
import type {PythonLibrary} from './file.js'
import {variables} from './names.js'

const OPTIONS: ArrowOptions = {hasMetadata: true, list: 'large_list', hasUuid: true}

/** A schema of pyarrow: what PyIceberg's `schema.as_arrow()` gives. */
export const pyarrow: PythonLibrary = {
  title: 'pyarrow',
  imports: ['import pyarrow as pa'],
  carries: [],
  tables() {
    const name = variables()
    return (document, lose) => {
      const own = name(document.name.at(-1) ?? '')
      const fields = columnsIn(document.schema).map((column) => {
        loseDefaults(column, lose, 'pyarrow')
        return `        ${arrowField(column, lose, OPTIONS)},`
      })
      return {name: own, statements: [`${own} = pa.schema(\n    [\n${fields.join('\n')}\n    ]\n)`]}
    }
  },
}
