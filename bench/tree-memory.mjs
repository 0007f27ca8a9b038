import {readdirSync, readFileSync} from 'node:fs'

/**
 * The memory (bytes) of a process and of all that it started, as it was at most: the peaks of those that run now, added up. From Linux's
 * process table; 0 where there is none, and for a process that has ended.
 */
export function treeMemory(pid) {
  try {
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
    return childrenOf(pid).reduce((sum, child) => sum + treeMemory(child), peak)
  } catch {
    return 0
  }
}

/** A child belongs to the thread that started it. */
function childrenOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean))
}
