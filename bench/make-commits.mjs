/** The server keeps names of tables with each commit: 100,000 commits of many more tables need many more gigabytes. */
const TABLES = 200

/**
 * Commits to the branch `bench` of a Nessie server: each puts the next metadata file of one of 200 tables. No file is written.
 *
 * @param {string} uri of API v2
 */
export async function openHistory(uri) {
  const request = async (method, path, body) => {
    const answer = await fetch(`${uri}/${path}`, {
      method,
      headers: {'content-type': 'application/json'},
      body: body && JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  const {noAncestorHash} = await request('GET', 'config')
  await request('POST', 'trees?name=bench&type=BRANCH', {type: 'DETACHED', hash: noAncestorHash})
  const ids = new Map()
  let [made, references, head] = [0, 1, noAncestorHash]
  const hashes = []
  const commit = async (number) => {
    const table = number % TABLES
    const id = ids.get(table)
    const metadataLocation = `s3://lakehouse/warehouse/bench/table-${table}/metadata/${String(Math.floor(number / TABLES)).padStart(5, '0')}-${crypto.randomUUID()}.metadata.json`
    const content = {type: 'ICEBERG_TABLE', ...(id && {id}), metadataLocation, snapshotId: number, schemaId: 0, specId: 0, sortOrderId: 0}
    const operations = [{type: 'PUT', key: {elements: [`table-${table}`]}, content}]
    const {targetBranch, addedContents} = await request('POST', `trees/bench@${head}/history/commit`, {
      commitMeta: {message: `commit ${number}`},
      operations,
    })
    if (addedContents?.length > 0) ids.set(table, addedContents[0].contentId)
    return targetBranch.hash
  }
  return {
    /** Makes commits until there are so many, and references, at commits evenly spread. */
    async growTo(commits, wanted) {
      while (made < commits) {
        // One after the other: commits to one branch at the same time cost the server more than they save.
        head = await commit(made++)
        hashes.push(head)
      }
      for (; references < wanted; references++) {
        const hash = hashes[Math.floor((references / wanted) * hashes.length)]
        const type = references % 2 === 0 ? 'BRANCH' : 'TAG'
        await request('POST', `trees?name=ref-${references}&type=${type}`, {type: 'DETACHED', hash})
      }
    },
  }
}
