import {median} from './measure.mjs'

const sized = (size) => size.toLocaleString('en')

/**
 * Says as a table how figures grow from size to size: the exponent, where 1 is linear. Where one of the two is missing, nothing is said.
 *
 * @param {string} title
 * @param {Map<number, Map<string, {ms: number[], calls: number[], peak: number}>>} all what `roundRobin` found, by size in rising order
 * @param {{figureOf?: (figure: {ms: number[], calls: number[], peak: number}) => number | undefined}} [options] by default the median time
 */
export function growthTable(report, title, all, {figureOf = ({ms}) => median(ms)} = {}) {
  const sizes = [...all.keys()]
  const steps = sizes.slice(1).map((to, step) => [sizes[step], to])
  if (steps.length === 0) return
  const exponent = (name, [from, to]) => {
    const [before, after] = [from, to].map((size) => figureOf(all.get(size).get(name)))
    return before && after ? (Math.log(after / before) / Math.log(to / from)).toFixed(2) : ''
  }
  report.table(
    title,
    ['', ...steps.map(([from, to]) => `${sized(from)} to ${sized(to)}`)],
    [...all.get(sizes[0]).keys()].map((name) => [name, ...steps.map((step) => exponent(name, step))]),
  )
}
