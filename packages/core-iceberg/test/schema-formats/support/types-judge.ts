import type {UnderstoodColumn} from '@phlo/testing'
import {type Module, parseSync, type TsInterfaceDeclaration, type TsType} from '@swc/core'

/** What a reader of TypeScript's syntax finds in interfaces: those to which no other refers are the tables. */
export function interfaceTables(content: string): readonly {readonly columns: readonly UnderstoodColumn[]}[] {
  const {body}: Module = parseSync(content, {syntax: 'typescript'})
  const declared = body.flatMap((item) =>
    item.type === 'ExportDeclaration' && item.declaration.type === 'TsInterfaceDeclaration' ? [item.declaration] : [],
  )
  const byName = new Map(declared.map((one) => [one.id.value, one]))
  const referred = new Set<string>()
  const columnsOf = ({body: members}: TsInterfaceDeclaration): readonly UnderstoodColumn[] =>
    members.body.flatMap((member) => {
      if (member.type !== 'TsPropertySignature' || !member.typeAnnotation) throw new TypeError(`a ${member.type} is no property`)
      const {key} = member
      if (key.type !== 'Identifier' && key.type !== 'StringLiteral') throw new TypeError(`a ${key.type} is no name`)
      return [columnOf(key.value, member.typeAnnotation.typeAnnotation)]
    })
  const columnOf = (name: string, type: TsType): UnderstoodColumn => {
    if (type.type === 'TsUnionType') {
      const [first] = type.types
      if (type.types.length !== 2 || !first) throw new TypeError('a choice of other things than a type and null')
      return {...columnOf(name, first), required: false}
    }
    if (type.type === 'TsKeywordType')
      return {name, required: type.kind !== 'null' && type.kind !== 'unknown', type: KEYWORDS[type.kind] ?? type.kind}
    if (type.type !== 'TsTypeReference' || type.typeName.type !== 'Identifier') throw new TypeError(`a ${type.type}`)
    const inside = (type.typeParams?.params ?? []).map((inner, index) => columnOf(index === 0 ? 'key' : 'value', inner))
    const known = {name, required: true}
    switch (type.typeName.value) {
      case 'Uint8Array':
        return {...known, type: 'binary'}
      case 'ReadonlyArray':
        return {...known, type: 'list', children: inside}
      case 'ReadonlyMap':
        return {...known, type: 'map', children: inside}
      default: {
        const found = byName.get(type.typeName.value)
        if (!found) throw new TypeError(`${type.typeName.value} is not declared`)
        referred.add(type.typeName.value)
        return {...known, type: 'struct', children: columnsOf(found)}
      }
    }
  }
  const tables = declared.map((one) => ({name: one.id.value, columns: columnsOf(one)}))
  return tables.filter(({name}) => !referred.has(name)).map(({columns}) => ({columns}))
}

const KEYWORDS: Readonly<Record<string, string>> = {bigint: 'long', number: 'double', null: 'unknown', unknown: 'any'}
