import {spawn} from 'node:child_process'
import {createInterface} from 'node:readline'
import {parseJson} from '../../src/spec/json.js'

/** A program that answers each line of JSON with one. */
export interface Judge {
  readonly name: string
  /** @throws Error with what the program says is wrong, or with what it wrote when it ended */
  ask(request: object): Promise<unknown>
  close(): Promise<void>
}

/** Starts a program that stays for many questions. */
export function startJudge(name: string, program: string, args: readonly string[]): Judge {
  const child = spawn(program, args, {stdio: 'pipe', env: {...process.env, LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1'}})
  const waiting: {readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void}[] = []
  let said = ''
  let end: Error | undefined
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4000)
  })
  // The end of the program tells more than the pipe that breaks with it.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    const onEnd = (why: string) => {
      end ??= new Error(`${name} has ended: ${why}`)
      for (const {reject} of waiting.splice(0)) reject(end)
      resolve()
    }
    child.on('error', (error) => onEnd(error.message))
    child.on('close', () => onEnd(said))
  })
  createInterface({input: child.stdout}).on('line', (line) => {
    const answer = parseJson(line) as {readonly error?: string}
    const next = waiting.shift()
    if (answer.error === undefined) next?.resolve(answer)
    else next?.reject(new Error(`${name}: ${answer.error}`))
  })
  return {
    name,
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (end) return reject(end)
        waiting.push({resolve, reject})
        child.stdin.write(`${JSON.stringify(request)}\n`)
      }),
    async close() {
      child.stdin.end()
      await ended
    },
  }
}
