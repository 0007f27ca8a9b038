import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {generate} from 'selfsigned'

/** A certificate with its key, in PEM. */
interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  readonly ca: Pair
  /** For 127.0.0.1. */
  readonly server: Pair
  readonly client: Pair
  /** The same in files. */
  readonly paths: {readonly ca: string; readonly cert: string; readonly key: string}
}

/** An authority of one's own, and what it certifies: a server on this machine, and a client. */
export async function certificates(): Promise<Certificates> {
  const ca = await issue('An authority', [
    {name: 'basicConstraints', cA: true, critical: true},
    {name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true},
  ])
  const server = await issue('A server', [{name: 'subjectAltName', altNames: [{type: 7, ip: '127.0.0.1'}]}], ca)
  const client = await issue('A client', [{name: 'extKeyUsage', clientAuth: true}], ca)
  const folder = mkdtempSync(join(tmpdir(), 'phlo-certificates-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  return {ca, server, client, paths: {ca: file('ca.pem', ca.cert), cert: file('cert.pem', client.cert), key: file('key.pem', client.key)}}
}

async function issue(commonName: string, extensions: NonNullable<Parameters<typeof generate>[1]>['extensions'], by?: Pair): Promise<Pair> {
  const {cert, private: key} = await generate([{name: 'commonName', value: commonName}], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(extensions && {extensions}),
    ...(by && {ca: by}),
  })
  return {cert, key}
}
