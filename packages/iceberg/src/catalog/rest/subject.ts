import {formatTableName, type TableName} from '@phlo/core'

/** What a request is about, for the error that it may end in. */
export type Subject =
  | {readonly kind: 'catalog'}
  | {readonly kind: 'namespace'; readonly namespace: readonly string[]}
  /** `newName`: the name that the table is to have, which must be free and in a namespace that is there. */
  | {readonly kind: 'table'; readonly name: TableName; readonly newName?: TableName}
  | {readonly kind: 'view'; readonly name: TableName}

export type TableSubject = Extract<Subject, {readonly kind: 'table'}>

/** As errors name it. */
export function describeSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'catalog':
      return 'the catalog'
    case 'namespace':
      return `namespace ${subject.namespace.join('.')}`
    case 'table':
      return `table ${formatTableName(subject.name)}`
    case 'view':
      return `view ${formatTableName(subject.name)}`
  }
}
