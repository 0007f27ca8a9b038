import {defineSchemaFormat, usage} from '@phlo/core'
import {typescriptFile} from './file.js'
import {interfaces} from './types.js'
import {zodSchema} from './zod.js'

/**
 * TypeScript modules: types of rows, or schemas of zod that check them. A `long` is a bigint, whole to the last digit; decimals, dates and times are
 * texts, since no type of JavaScript has their digits; what is binary is a Uint8Array.
 */
export default defineSchemaFormat({
  name: 'typescript',
  title: 'TypeScript',
  extensions: ['.ts'],
  variants: {flag: 'library', names: ['types', 'zod'], default: 'types'},
  several: true,
  async write(documents, {variant = 'types'}) {
    if (variant === 'types') return typescriptFile(documents, 'a type', [], interfaces)
    if (variant === 'zod') return typescriptFile(documents, 'zod', ["import {z} from 'zod'"], zodSchema)
    throw usage('INVALID_LIBRARY', `TypeScript is written as types or for zod, not for ${variant}.`)
  },
})
