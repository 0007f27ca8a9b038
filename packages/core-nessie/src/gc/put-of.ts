import {formatKey} from '../api/keys.js'
import {type Content, isNamespace, isTable, type Key, type NamespaceContent, type OtherContent} from '../api/types.js'
import type {Put} from './mark-store.js'

/** The log of a table of Delta Lake, which its files lie beside. */
const DELTA_LOG = /\/_delta_log\/[^/]+$/

/** What of a content at a key is marked; undefined for what has no files: namespaces, and functions that are not kept in one. */
export function putOf(key: Key, content: Content): Put | undefined {
  if (isNamespace(content)) return undefined
  const metadataLocation = metadataLocationOf(content)
  if (content.type === 'UDF' && metadataLocation === '') return undefined
  // What has no id, which a server always gives, is still told from others.
  return {id: content.id ?? formatKey(key), name: formatKey(key), isTable: isTable(content), metadataLocation}
}

/** Empty where it does not tell, and so nobody knows where its files are. */
function metadataLocationOf(content: Exclude<Content, NamespaceContent>): string {
  if (content.metadataLocation !== undefined) return content.metadataLocation
  const {metadataLocationHistory = [], checkpointLocationHistory = []} = content as OtherContent
  return [...metadataLocationHistory, ...checkpointLocationHistory].find((path) => DELTA_LOG.test(path)) ?? ''
}
