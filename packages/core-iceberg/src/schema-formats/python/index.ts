import {defineSchemaFormat, usage} from '@phlo/core'
import {dataclass} from './dataclass.js'
import {type PythonLibrary, pythonFile} from './file.js'
import {pandera, panderaPolars} from './pandera.js'
import {pyarrow} from './pyarrow.js'
import {pydantic} from './pydantic.js'
import {pyiceberg} from './pyiceberg.js'

const LIBRARIES: ReadonlyMap<string, PythonLibrary> = new Map([
  ['pandera', pandera],
  ['pandera-polars', panderaPolars],
  ['pydantic', pydantic],
  ['pyarrow', pyarrow],
  ['pyiceberg', pyiceberg],
  ['dataclass', dataclass],
])

/** Python modules: what checks rows, or describes them, in the words of a library. */
export default defineSchemaFormat({
  name: 'python',
  title: 'Python',
  extensions: ['.py'],
  variants: {flag: 'library', names: [...LIBRARIES.keys()], default: 'pandera'},
  several: true,
  async write(documents, {variant = 'pandera'}) {
    const library = LIBRARIES.get(variant)
    if (!library) throw usage('INVALID_LIBRARY', `Python is written for ${[...LIBRARIES.keys()].join(', ')}, not for ${variant}.`)
    return pythonFile(documents, library)
  },
})
