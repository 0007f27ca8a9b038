/** Bitmaps and deletion vectors of the test resources of Iceberg's Java library (Apache License 2.0). */
const base64 = (text: string) => Buffer.from(text, 'base64')

/** Bitmaps in the portable form. */
export const bitmapsFromJava = {
  '64map32bitvals': base64('AQAAAAAAAAAAAAAAOjAAAAEAAAAAAAkAEAAAAAAAAQACAAMABAAFAAYABwAIAAkA'),
  '64mapspreadvals': base64(
    `CgAAAAAAAAAAAAAAOjAAAAEAAAAAAAkAEAAAAAAAAQACAAMABAAFAAYABwAIAAkAAQAAADowAAABAAAAAAAJABAAAAAAAAEAAgADAAQABQAGAAcACAAJAAIAAAA6MAAA
    AQAAAAAACQAQAAAAAAABAAIAAwAEAAUABgAHAAgACQADAAAAOjAAAAEAAAAAAAkAEAAAAAAAAQACAAMABAAFAAYABwAIAAkABAAAADowAAABAAAAAAAJABAAAAAAAAEA
    AgADAAQABQAGAAcACAAJAAUAAAA6MAAAAQAAAAAACQAQAAAAAAABAAIAAwAEAAUABgAHAAgACQAGAAAAOjAAAAEAAAAAAAkAEAAAAAAAAQACAAMABAAFAAYABwAIAAkA
    BwAAADowAAABAAAAAAAJABAAAAAAAAEAAgADAAQABQAGAAcACAAJAAgAAAA6MAAAAQAAAAAACQAQAAAAAAABAAIAAwAEAAUABgAHAAgACQAJAAAAOjAAAAEAAAAAAAkA
    EAAAAAAAAQACAAMABAAFAAYABwAIAAkA`,
  ),
  '64mapempty': Buffer.alloc(8),
}

/** Blobs of `deletion-vector-v1` and the positions that the tests of the library expect of them. */
export const vectorsFromJava: Readonly<Record<string, {readonly blob: Buffer; readonly positions: readonly number[]}>> = {
  empty: {blob: base64('AAAADNHTOWQAAAAAAAAAAL8YSAw='), positions: []},
  'small alternating values': {
    blob: base64('AAAAKtHTOWQBAAAAAAAAAAAAAAA6MAAAAQAAAAAABAAQAAAAAQADAAUABwAJALP7IL4='),
    positions: [1, 3, 5, 7, 9],
  },
  'small and large values': {
    blob: base64('AAAAMNHTOWQBAAAAAAAAAAAAAAA6MAAAAgAAAAAAAQAAgAEAGAAAABwAAABkAGUAYwBkABXrHHw='),
    positions: [100, 101, 2 ** 31 + 99, 2 ** 31 + 100],
  },
  'all container types': {
    blob: base64(
      'AAAAVtHTOWQCAAAAAAAAAAAAAAA7MAIABgAAAQABAOYDAgD9/wUABwABAAEA5gMBAAEA/f8BAAAAOzACAAYAAAEAAQDpAQIA/f8KABQAAQAKAOkBAQABAP3/yJvjlw==',
    ),
    positions: [
      ...[5, 7],
      ...range(65_536 + 1, 65_536 + 1000),
      ...range(2 * 65_536 + 1, 3 * 65_536 - 1),
      ...[2 ** 32 + 10, 2 ** 32 + 20],
      ...range(2 ** 32 + 65_536 + 10, 2 ** 32 + 65_536 + 500),
      ...range(2 ** 32 + 2 * 65_536 + 1, 2 ** 32 + 3 * 65_536 - 1),
    ],
  },
}

/** Deleted positions by data file, of every kind that a bitmap holds in its own way, and at the edges between them. */
export const deletedPositions: Readonly<Record<string, readonly number[]>> = {
  'a single one': [7],
  'three in a row': range(10, 13),
  'four in a row': range(10, 14),
  'two runs that take as much room as an array': [...range(0, 2), ...range(10, 13)],
  'two runs that take less room': [...range(0, 3), ...range(10, 13)],
  'a full array': range(0, 8192, 2),
  'one more than an array': range(0, 8194, 2),
  'a bitmap of as many runs as are worth it': [...range(0, 3 * 2047, 3), ...range(20_000, 30_000)],
  'a bitmap of too many runs': [...range(0, 3 * 2048, 3), ...range(20_000, 30_000)],
  'three containers, one of runs': [1, 5, ...range(65_536, 70_000), 140_000],
  'five containers, one of runs': [1, 5, ...range(65_536, 70_000), 140_000, 200_000, 300_000],
  'over the borders of containers and bitmaps': [...range(65_000, 132_000), ...range(2 ** 32 - 10, 2 ** 32 + 10)],
  'far apart': [0, 2 ** 33, 5 * 2 ** 32 + 9],
}

/** The integers from `start` up to but not including `end`, `step` apart. */
export function range(start: number, end: number, step = 1): number[] {
  return Array.from({length: Math.ceil((end - start) / step)}, (_, index) => start + index * step)
}
