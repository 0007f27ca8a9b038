/** The module that other processes of the suite run. */
export const PROCESS_URL = new URL('./process.js', import.meta.url)
