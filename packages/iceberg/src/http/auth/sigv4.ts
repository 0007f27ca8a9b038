import {ExitCode, messageOf, PhloError} from '@phlo/core'
import type {Authorization, Outgoing} from './authorization.js'

/** AWS Signature Version 4. */
export interface SigV4Options {
  readonly catalog: string
  readonly region: string
  /** `glue`, `s3tables`, `execute-api`. */
  readonly service: string
  /** Default: the chain of AWS (environment, profile, role). */
  readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string} | undefined
}

/**
 * Signs every request. The parts of the AWS SDK are imported with the first one.
 *
 * @throws PhloError `CATALOG_UNAUTHENTICATED` (exit 4) when there is nothing to sign with
 */
export function sigv4(options: SigV4Options): Authorization {
  let loaded: ReturnType<typeof load> | undefined
  return {
    async authorize(outgoing) {
      loaded ??= load(options)
      const sign = await loaded
      return sign(outgoing).catch((error: unknown) => {
        throw new PhloError(`Requests to the catalog ${options.catalog} cannot be signed: ${messageOf(error)}`, {
          code: 'CATALOG_UNAUTHENTICATED',
          exit: ExitCode.denied,
          cause: error,
        })
      })
    },
    renew: async () => false,
  }
}

async function load({region, service, credentials}: Omit<SigV4Options, 'catalog'>) {
  const [{SignatureV4}, {Hash}, {defaultProvider}] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/serde'),
    import('@aws-sdk/credential-provider-node'),
  ])
  const signer = new SignatureV4({region, service, sha256: Hash.bind(null, 'sha256'), credentials: credentials ?? defaultProvider()})
  return async ({method, url, headers, body}: Outgoing) => {
    const {protocol, hostname, port, pathname, searchParams, host} = new URL(url)
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      ...(port !== '' && {port: Number(port)}),
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: {...headers, host},
      ...(body !== undefined && {body}),
    })
    // `fetch` sets the host itself, to the same.
    const {host: _, ...others} = signed.headers
    return others
  }
}
