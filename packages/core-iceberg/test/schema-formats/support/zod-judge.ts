import {stripTypeScriptTypes} from 'node:module'
import {SourceTextModule, SyntheticModule} from 'node:vm'
import type {UnderstoodColumn} from '@phlo/testing'
import * as zod from 'zod'

/** The schemas that a module exports, which is run as it is; in their order. */
export async function importZod(content: string): Promise<readonly zod.ZodObject[]> {
  const module = new SourceTextModule(stripTypeScriptTypes(content))
  await module.link(
    () =>
      new SyntheticModule(['z'], function link(this: SyntheticModule) {
        this.setExport('z', zod.z)
      }),
  )
  await module.evaluate()
  const names = [...content.matchAll(/^export const (\w+) =/gm)].map(([, name]) => name as string)
  return names.map((name) => (module.namespace as Record<string, zod.ZodObject>)[name] as zod.ZodObject)
}

/** What zod checks of a value, read from its own description of the schema. */
export function zodColumn(name: string, schema: zod.ZodType): UnderstoodColumn {
  const def = schema.def as unknown as Def
  const doc = schema.description ?? null
  if (def.type === 'nullable') return {...zodColumn(name, def.innerType as zod.ZodType), required: false, doc}
  const known = {name, doc, required: def.type !== 'null' && def.type !== 'unknown'}
  switch (def.type) {
    case 'object':
      return {...known, type: 'struct', children: zodColumns(schema as zod.ZodObject)}
    case 'array':
      return {...known, type: 'list', children: [zodColumn('element', def.element as zod.ZodType)]}
    case 'map':
      return {
        ...known,
        type: 'map',
        children: [zodColumn('key', def.keyType as zod.ZodType), zodColumn('value', def.valueType as zod.ZodType)],
      }
    default:
      return {...known, type: wordOf(def)}
  }
}

export const zodColumns = (schema: zod.ZodObject): readonly UnderstoodColumn[] =>
  Object.entries(schema.shape).map(([name, column]) => zodColumn(name, column as zod.ZodType))

interface Def {
  readonly type: string
  readonly format?: string
  readonly local?: boolean
  readonly precision?: number
  readonly innerType?: unknown
  readonly element?: unknown
  readonly keyType?: unknown
  readonly valueType?: unknown
  readonly checks?: readonly {
    readonly _zod: {readonly def: {readonly format?: string; readonly pattern?: RegExp; readonly length?: number}}
  }[]
}

function wordOf({type, format, local, precision, checks = []}: Def): string {
  const [check] = checks.map(({_zod}) => _zod.def)
  const digits = /^\^-\?\\d\{1,(\d+)\}(?:\(\\\.\\d\{1,(\d+)\}\)\?)?\$$/.exec(check?.pattern?.source ?? '')
  const nanos = precision === 9 ? '_ns' : ''
  switch (`${type} ${format ?? ''}`.trim()) {
    case 'boolean':
      return 'boolean'
    case 'number int32':
      return 'int'
    case 'bigint int64':
      return 'long'
    case 'number float32':
      return 'float'
    case 'number':
      return 'double'
    case 'string date':
    case 'string time':
      return format ?? ''
    case 'string datetime':
      return `${local && checks.some(({_zod}) => _zod.def.pattern?.source === '\\d$') ? 'timestamp' : 'timestamptz'}${nanos}`
    case 'string guid':
      return 'uuid'
    case 'string':
      return digits ? `decimal(${Number(digits[1]) + Number(digits[2] ?? 0)},${digits[2] ?? 0})` : 'string'
    case 'custom':
      return check?.length === undefined ? lengthOf(checks) : `fixed[${check.length}]`
    case 'null':
      return 'unknown'
    default:
      return type
  }
}

function lengthOf(checks: NonNullable<Def['checks']>): string {
  const length = checks.map(({_zod}) => _zod.def.length).find((one) => one !== undefined)
  return length === undefined ? 'binary' : `fixed[${length}]`
}
