import {ExitCode, PhloError} from '@phlo/core'
import type {Data, DataType} from 'apache-arrow'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {Schema, StructField, Type} from '../spec/types.js'
import {writeDefaultsOf} from './defaults.js'
import {arrowValueReader} from './from-arrow-value.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from './leaves.js'

/** Arrow's number of a list of which every value has the same length. */
const FIXED_LIST = 16

interface Output {
  readonly values: PhysicalValue[]
  readonly definition: number[]
  readonly repetition: number[]
}

/**
 * The values of one leaf from the columns of an Arrow record batch, by name. A column that is not there has its `write-default`,
 * else it is null.
 *
 * @throws PhloError `ARROW_TYPE` (exit 2) when the batch's type cannot become the column's; `NULL_IN_REQUIRED_COLUMN` (exit 2)
 */
export function fromArrow(columns: ReadonlyMap<string, Data>, schema: Schema, leaf: Leaf, rows: number, source: string): LeafValues {
  const field = schema.fields.find((candidate) =>
    leavesOf({type: 'struct', fields: [candidate]}).some(({fieldId}) => fieldId === leaf.fieldId),
  )
  const data = field && columns.get(field.name)
  const output: Output = {values: [], definition: [], repetition: []}
  const origin: Origin = {source, absent: writeDefaultsOf(schema)(leaf) ?? null}
  const walk = field && data ? walker(field.type, field.required, data, leaf, origin) : undefined
  for (let row = 0; row < rows; row++) {
    if (walk && data) walk(data, row, 0, 0, 0, output)
    else emitAbsent(output, field, leaf, origin, 0, 0)
  }
  const definitionLevels = Uint8Array.from(output.definition)
  return {
    leaf,
    values: output.values,
    ...(leaf.maxDefinitionLevel > 0 && definitionLevels.some((level) => level < leaf.maxDefinitionLevel) && {definitionLevels}),
    ...(leaf.maxRepetitionLevel > 0 && {repetitionLevels: Uint8Array.from(output.repetition)}),
    rows,
  }
}

type Walk = (data: Data, index: number, definition: number, repetition: number, depth: number, output: Output) => void

/** Where rows come from, and what a column has that they lack. */
interface Origin {
  readonly source: string
  readonly absent: PhysicalValue
}

/** A field that is not there: its default, unless it is a struct, list or map. */
function emitAbsent(
  output: Output,
  field: StructField | undefined,
  leaf: Leaf,
  {absent}: Origin,
  definition: number,
  repetition: number,
): void {
  if (!field || field.id !== leaf.fieldId || absent === null) emit(output, null, definition, repetition)
  else emit(output, absent, definition + Number(!field.required), repetition)
}

function emit({values, definition, repetition}: Output, value: PhysicalValue, level: number, repeat: number): void {
  values.push(value)
  definition.push(level)
  repetition.push(repeat)
}

/** Goes down to a leaf through one column, row by row, and emits what it meets with its levels (Dremel). */
function walker(type: Type, required: boolean, data: Data, leaf: Leaf, origin: Origin): Walk {
  const inner = below(type, data, leaf, origin)
  return (at, index, definition, repetition, depth, output) => {
    if (!at.getValid(index)) {
      if (required) throw nullInRequired(leaf, origin.source)
      emit(output, null, definition, repetition)
      return
    }
    inner(at, index, definition + (required ? 0 : 1), repetition, depth, output)
  }
}

function below(type: Type, data: Data, leaf: Leaf, origin: Origin): Walk {
  if (isStruct(type)) {
    const field = type.fields.find((candidate) =>
      leavesOf({type: 'struct', fields: [candidate]}).some(({fieldId}) => fieldId === leaf.fieldId),
    )
    const child = (data.type.children ?? []).findIndex(({name}) => name === field?.name)
    if (!field || child < 0)
      return (_at, _index, definition, repetition, _depth, output) => emitAbsent(output, field, leaf, origin, definition, repetition)
    const walk = walker(field.type, field.required, data.children[child] as Data, leaf, origin)
    return (at, index, ...rest) =>
      walk(at.children[child] as Data, at.offset + index - (at.children[child]?.offset === at.offset ? at.offset : 0), ...rest)
  }
  if (isList(type))
    return repeated(
      data,
      walker(type.element, type['element-required'], data.children[0] as Data, leaf, origin),
      (at) => at.children[0] as Data,
    )
  if (isMap(type)) {
    const isKey = leavesOf({type: 'struct', fields: [{id: type['key-id'], name: 'key', required: true, type: type.key}]}).some(
      ({fieldId}) => fieldId === leaf.fieldId,
    )
    const child = isKey ? 0 : 1
    const entries = data.children[0] as Data
    const walk = isKey
      ? walker(type.key, true, entries.children[0] as Data, leaf, origin)
      : walker(type.value, type['value-required'], entries.children[1] as Data, leaf, origin)
    return repeated(data, walk, (at) => at.children[0]?.children[child] as Data)
  }
  const read = arrowValueReader(type, data.type, leaf, origin.source)
  return (at, index, definition, repetition, _depth, output) => emit(output, read(at, index), definition, repetition)
}

function repeated(data: Data, walk: Walk, elements: (data: Data) => Data): Walk {
  const width = data.typeId === FIXED_LIST ? (data.type as DataType & {listSize: number}).listSize : undefined
  return (at, index, definition, repetition, depth, output) => {
    const [begin, end] =
      width === undefined
        ? [Number(at.valueOffsets[index]), Number(at.valueOffsets[index + 1])]
        : [(at.offset + index) * width, (at.offset + index + 1) * width]
    if (begin === end) return emit(output, null, definition, repetition)
    const inner = elements(at)
    for (let element = begin; element < end; element++) {
      walk(inner, element, definition + 1, element === begin ? repetition : depth + 1, depth + 1, output)
    }
  }
}

function nullInRequired({name}: Leaf, source: string): PhloError {
  return new PhloError(`Column ${name} of ${source} has nulls, and the table requires it.`, {
    code: 'NULL_IN_REQUIRED_COLUMN',
    exit: ExitCode.usage,
  })
}
