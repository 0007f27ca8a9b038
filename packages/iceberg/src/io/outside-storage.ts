import type {FileIO, OperationContext} from '@phlo/core'
import {storeOf} from './file-key.js'
import {openFileIO} from './resolve.js'

/** Storage of files that are not a table's own. */
export interface OutsideStorage {
  /** The same for all paths of a kind of store. */
  open(path: string): Promise<FileIO>
  close(): Promise<void>
}

/**
 * The storage that the context gives, which its giver closes; else that of the environment's settings.
 *
 * @throws PhloError as `openFileIO`, or whatever the context throws
 */
export function outsideStorage({storage}: OperationContext): OutsideStorage {
  if (storage) return {open: storage, close: async () => {}}
  const opened = new Map<string, FileIO>()
  return {
    async open(path) {
      const store = storeOf(path)
      const io = opened.get(store) ?? openFileIO(path)
      opened.set(store, io)
      return io
    },
    async close() {
      for (const io of opened.values()) await io.close()
    },
  }
}
