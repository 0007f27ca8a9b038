/** A variable of the environment that tells a suite where its server or judge is. @throws Error where `npm test` did not set it */
export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: run this suite through npm test, which starts what it asks for`)
  return value
}
