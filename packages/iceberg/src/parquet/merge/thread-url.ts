/** The module that runs on the other threads. */
export const THREAD_URL = new URL('./merge-thread.js', import.meta.url)
