import type {S3Client} from '@aws-sdk/client-s3'
import type {RequestCounts} from '@phlo/core'

/** Counts what a client sends. */
export interface Counter {
  watch(client: S3Client): void
  read(): RequestCounts
}

type Kind = Exclude<keyof RequestCounts, 'bytesRead' | 'bytesWritten'>

/** The part of the SDK's request that tells what is asked for. */
interface Sent {
  readonly method: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** Sits below the SDK's retries, so that each attempt is counted. */
export function counter(): Counter {
  const counts: Record<keyof RequestCounts, number> = {get: 0, put: 0, list: 0, delete: 0, head: 0, bytesRead: 0, bytesWritten: 0}
  return {
    read: () => ({...counts}),
    watch(client) {
      client.middlewareStack.add(
        (next) => async (args) => {
          const kind = kindOf(args.request as Sent)
          counts[kind] += 1
          if (kind === 'put') counts.bytesWritten += bytesSent(args.request as Sent)
          const answer = await next(args)
          if (kind === 'get') counts.bytesRead += bytesGiven(answer.output)
          return answer
        },
        {step: 'finalizeRequest', priority: 'low', name: 'countRequests'},
      )
    },
  }
}

/** A list of keys to delete is posted to the bucket; every other post is a step of an upload. */
function kindOf({method, query = {}}: Sent): Kind {
  if (method === 'GET') return 'list-type' in query ? 'list' : 'get'
  if (method === 'HEAD') return 'head'
  if (method === 'DELETE' || 'delete' in query) return 'delete'
  return 'put'
}

/** A body that is a text is XML about files, and none. */
const bytesSent = ({body}: Sent) => (ArrayBuffer.isView(body) ? body.byteLength : 0)

const bytesGiven = (output: object) => ('ContentLength' in output && typeof output.ContentLength === 'number' ? output.ContentLength : 0)
