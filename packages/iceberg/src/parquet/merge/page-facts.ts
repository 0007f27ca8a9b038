import type {ColumnMetaData} from 'hyparquet'
import {deserializeTCompactProtocol} from 'hyparquet/src/thrift.js'
import {isUnordered} from '../../spec/primitive-types.js'
import type {Leaf, PhysicalValue} from '../leaves.js'
import {isFloating, physicalOrder} from '../metrics.js'
import type {ChunkToMerge} from './chunk-to-merge.js'
import type {PageFacts} from './page-log.js'
import type {DataPage} from './pages.js'
import {UNKNOWN_SIZES, type ValueSizes} from './value-sizes.js'

/** What is known of a page that is not opened. */
export type KnownPage = PageFacts & {readonly sizes: ValueSizes}

type Present = Exclude<PhysicalValue, null>

/** Gives what is known of the values of each page of a chunk. */
export function pageFacts(part: ChunkToMerge, leaf: Leaf, pages: readonly DataPage[]): (page: DataPage, at: number) => KnownPage {
  if (pages.length === 1) {
    const {nulls, bounds, sizes} = part
    return () => ({nulls, bounds, sizes})
  }
  const index = part.index && pageIndex(part.index, pages.length)
  return ({header, entries}, at) => {
    const {data_page_header: v1, data_page_header_v2: v2} = header
    const own = v1?.statistics ?? v2?.statistics
    const counted = v2?.num_nulls ?? index?.nullCounts?.[at] ?? (index?.nullPages[at] ? entries : own?.null_count)
    const nulls = leaf.maxDefinitionLevel === 0 ? 0 : countOf(counted, entries)
    const bounds = index ? [index.least[at], index.greatest[at]] : [own?.min_value, own?.max_value]
    const [least, greatest] = bounds.map((bytes) => presentOf(part.type, bytes))
    return {nulls, bounds: orderedBounds(leaf, least, greatest), sizes: UNKNOWN_SIZES}
  }
}

/** A count of some of the entries; undefined when it cannot be one. */
const countOf = (counted: unknown, entries: number) =>
  (typeof counted === 'number' || typeof counted === 'bigint') && counted >= 0 && counted <= entries ? Number(counted) : undefined

/** Bounds in their order, if they are bounds. */
export function orderedBounds({type}: Leaf, least: Present | undefined, greatest: Present | undefined): PageFacts['bounds'] {
  if (least === undefined || greatest === undefined || isUnordered(type)) return undefined
  // A zero may stand for one of the other sign (parquet.thrift, "ColumnOrder").
  const bounds = isFloating({type}) ? ([least === 0 ? -0 : least, greatest === 0 ? 0 : greatest] as const) : ([least, greatest] as const)
  return physicalOrder(type)(...bounds) <= 0 ? bounds : undefined
}

/** A column index as it is stored; undefined when it is damaged, or not one of so many pages (Parquet, "Page Index"): nobody needs it. */
function pageIndex(bytes: Uint8Array, pages: number) {
  const {field_1: nullPages, field_2: least, field_3: greatest, field_5: nullCounts} = fieldsOf(bytes)
  const isOfAll = (list: unknown): list is unknown[] => Array.isArray(list) && list.length === pages
  if (!isOfAll(nullPages) || !isOfAll(least) || !isOfAll(greatest)) return undefined
  return {nullPages, least, greatest, nullCounts: isOfAll(nullCounts) ? nullCounts : undefined}
}

function fieldsOf(bytes: Uint8Array): ReturnType<typeof deserializeTCompactProtocol> {
  try {
    return deserializeTCompactProtocol({view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0})
  } catch {
    return {}
  }
}

/** A bound of a page, which is a value in the encoding PLAIN without a length; undefined when it bounds nothing. */
function presentOf(type: ColumnMetaData['type'], bytes: unknown): Present | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const {length} = bytes
  switch (type) {
    case 'BOOLEAN':
      return length === 1 ? bytes[0] === 1 : undefined
    case 'INT32':
      return length === 4 ? view.getInt32(0, true) : undefined
    case 'INT64':
      return length === 8 ? view.getBigInt64(0, true) : undefined
    case 'FLOAT':
      return length === 4 ? number(view.getFloat32(0, true)) : undefined
    case 'DOUBLE':
      return length === 8 ? number(view.getFloat64(0, true)) : undefined
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return bytes
    default:
      return undefined
  }
}

/** A NaN spoils both bounds. */
const number = (value: number) => (Number.isNaN(value) ? undefined : value)
