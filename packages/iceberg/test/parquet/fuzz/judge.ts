import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {parseJson} from '../../../src/spec/json.js'

/** A program that answers each line of JSON with one. */
export interface Judge {
  readonly name: string
  /** @throws Error with what the program says is wrong, or with what it wrote when it ended */
  ask(request: object): Promise<unknown>
  close(): Promise<void>
}

/** The programs that make the cases and read what comes of them. */
export interface Judges {
  readonly arrow: Judge
  readonly duckdb: Judge
  readonly java: Judge
}

/** Starts all of them. */
export function startJudges(): Judges {
  const python = (file: string) => [join(import.meta.dirname, file)]
  const java = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', required('PHLO_TEST_JAVA_CLASSPATH'), 'Judge', 'fingerprints']
  return {
    arrow: startJudge('PyArrow', required('PHLO_TEST_PYICEBERG'), python('with_arrow.py')),
    duckdb: startJudge('DuckDB', required('PHLO_TEST_DUCKDB'), python('with_duckdb.py')),
    java: startJudge('Iceberg’s Java library', 'java', java),
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: run this suite through npm test, which brings the judges`)
  return value
}

function startJudge(name: string, program: string, args: readonly string[]): Judge {
  const child = spawn(program, args, {stdio: 'pipe', env: {...process.env, LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1'}})
  const waiting: {readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void}[] = []
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4000)
  })
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      for (const {reject} of waiting) reject(new Error(`${name} has ended: ${said}`))
      resolve()
    })
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
        waiting.push({resolve, reject})
        child.stdin.write(`${JSON.stringify(request)}\n`)
      }),
    async close() {
      child.stdin.end()
      await ended
    },
  }
}
