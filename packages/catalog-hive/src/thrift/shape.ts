import {NotThrift, type Wire, type WireField, type WireList, type WireMap, type WireStruct, WireType} from './wire.js'

/** How a value of TypeScript travels. */
export interface Shape<T> {
  readonly type: number
  read(wire: Wire): T
  write(value: T): Wire
}

const same = <T extends Wire>(type: number): Shape<T> => ({type, read: (wire) => wire as T, write: (value) => value})

export const bool = same<boolean>(WireType.bool)
export const i16 = same<number>(WireType.i16)
export const i32 = same<number>(WireType.i32)
export const i64 = same<bigint>(WireType.i64)
export const text: Shape<string> = {
  type: WireType.string,
  read: (wire) => Buffer.from(wire as Uint8Array).toString(),
  write: (value) => Buffer.from(value),
}

export const listOf = <T>(item: Shape<T>): Shape<readonly T[]> => ({
  type: WireType.list,
  read(wire) {
    const {itemType, items} = wire as WireList
    if (items.length > 0) assertType(itemType, item.type, 'an item of a list')
    return items.map((value) => item.read(value))
  },
  write: (values) => ({itemType: item.type, items: values.map((value) => item.write(value))}),
})

/** A map from texts to texts: parameters. */
export const texts: Shape<Readonly<Record<string, string>>> = {
  type: WireType.map,
  read(wire) {
    const {keyType, valueType, entries} = wire as WireMap
    if (entries.length > 0) for (const type of [keyType, valueType]) assertType(type, WireType.string, 'an entry of a map')
    return Object.fromEntries(entries.map(([key, value]) => [text.read(key), text.read(value)]))
  },
  write: (values) => ({
    keyType: WireType.string,
    valueType: WireType.string,
    entries: Object.entries(values).map(([key, value]) => [text.write(key), text.write(value)] as const),
  }),
}

function assertType(type: number, expected: number, what: string): void {
  if (type !== expected) throw new NotThrift(`${what} is of Thrift's type ${type}, not ${expected}`)
}

/** Fields that a struct came with and that nobody here knows: they go back as they were. */
const UNKNOWN = Symbol('unknown fields')

type Fields = Readonly<Record<string, readonly [id: number, shape: Shape<never>]>>

/** What a struct of these fields is in TypeScript. A field that was not sent, or is not to be, is undefined. */
export type StructOf<F> = {
  readonly [Name in keyof F]?: F[Name] extends readonly [number, Shape<infer T>] ? T | undefined : never
} & {readonly [UNKNOWN]?: WireStruct}

/** A struct of some fields; others that come with one go back with it. Reading throws NotThrift for a field of another type. */
export function structOf<const F extends Readonly<Record<string, readonly [number, unknown]>>>(given: F): Shape<StructOf<F>> {
  const fields = Object.entries(given as unknown as Fields)
  const names = new Map(fields.map(([name, [id, shape]]) => [id, {name, shape}]))
  return {
    type: WireType.struct,
    read(wire) {
      const unknown = new Map<number, WireField>()
      const result: Record<string | symbol, unknown> = {[UNKNOWN]: unknown}
      for (const [id, field] of wire as WireStruct) {
        const known = names.get(id)
        if (!known) unknown.set(id, field)
        else {
          assertType(field.type, known.shape.type, known.name)
          result[known.name] = known.shape.read(field.value)
        }
      }
      return result as StructOf<F>
    },
    write(value) {
      const all = value as Readonly<Record<string, unknown>> & {readonly [UNKNOWN]?: WireStruct}
      const known = fields.flatMap(([name, [id, shape]]): readonly (readonly [number, WireField])[] =>
        all[name] === undefined ? [] : [[id, {type: shape.type, value: shape.write(all[name] as never)}]],
      )
      return new Map([...known, ...(all[UNKNOWN] ?? [])])
    },
  }
}
