/** What Phlo calls itself in the summaries of snapshots and the footers of files. */
export const ENGINE = {name: 'phlo', version: '0.1.0'} as const
