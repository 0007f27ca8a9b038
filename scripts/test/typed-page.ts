import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')

interface Typed {
  readonly command: string
  /** Lines that the page shows as its output; none means that the page does not show it. `…` in a line is whatever is there. */
  readonly shown: readonly string[]
}

/** The commands of a page in their order, with what it shows that they print. */
function typed(page: string): readonly Typed[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block]) => (block as string).trim().split('\n'))
  return blocks.flatMap((lines) => {
    const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []))
    return starts.map((at, index) => ({
      command: (lines[at] as string).slice(2),
      shown: lines.slice(at + 1, starts[index + 1] ?? lines.length),
    }))
  })
}

/**
 * Types every command of a page in docs/, one after the other in one empty folder, and compares what it prints with what the page shows.
 *
 * @param servers what stands for an address that the page writes
 * @param prepare puts into the folder what the page says is there
 * @returns how many commands there were
 */
export function typePage(path: string, servers: Readonly<Record<string, string>> = {}, prepare?: (folder: string) => void): number {
  const cwd = mkdtempSync(join(tmpdir(), 'phlo-docs-'))
  prepare?.(cwd)
  const env = {PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`, HOME: join(cwd, 'home')}
  const commands = typed(readFileSync(join(root, 'docs', path), 'utf8'))
  for (const {command, shown} of commands) {
    const meant = Object.entries(servers).reduce((text, [written, real]) => text.replaceAll(written, real), command)
    const {status, stdout, stderr} = spawnSync('sh', ['-c', meant], {cwd, env, encoding: 'utf8'})
    expect({command, status, said: status === 0 ? '' : stdout + stderr}).toEqual({command, status: 0, said: ''})
    if (shown.length > 0) expect({command, printed: stdout.trimEnd().split('\n')}).toEqual({command, printed: shown.map(lineLike)})
  }
  return commands.length
}

const lineLike = (line: string) =>
  line.includes('…') ? expect.stringMatching(new RegExp(`^${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*')}$`)) : line
