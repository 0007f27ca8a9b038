/** Containers of one 32-bit bitmap at most. */
export const CONTAINERS = 65_536
/** What a 32-bit bitmap without run containers begins with (Roaring format, "Cookie header"). */
export const COOKIE = 12_346
/** The lower 16 bits of what one with run containers begins with; the upper are the number of containers less one. */
export const COOKIE_WITH_RUNS = 12_347
/** A bitmap that has runs and fewer containers than this has no offsets ("Offset header"). */
export const OFFSETS_FROM = 4
