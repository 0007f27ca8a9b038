import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'getting-started.md'), 'utf8')

interface Typed {
  readonly command: string
  /** Lines that the page shows as its output; none means that the page does not show it. */
  readonly shown: readonly string[]
}

/** The commands of the page in their order, with what it shows that they print. */
function typed(): readonly Typed[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block]) => (block as string).trim().split('\n'))
  return blocks.flatMap((lines) => {
    const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []))
    return starts.map((at, index) => ({
      command: (lines[at] as string).slice(2),
      shown: lines.slice(at + 1, starts[index + 1] ?? lines.length),
    }))
  })
}

test('every command of the getting-started page does what the page shows, in an empty folder', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'phlo-docs-'))
  const bin = join(root, 'node_modules', '.bin')
  const env = {PATH: `${bin}:${process.env['PATH']}`, HOME: join(cwd, 'home')}
  const commands = typed()
  expect(commands.length).toBeGreaterThan(8)
  for (const {command, shown} of commands) {
    const {status, stdout, stderr} = spawnSync('sh', ['-c', command], {cwd, env, encoding: 'utf8'})
    expect({command, status, stderr: status === 0 ? '' : stderr}).toEqual({command, status: 0, stderr: ''})
    if (shown.length > 0) expect({command, printed: stdout.trimEnd().split('\n')}).toEqual({command, printed: shown})
  }
})
