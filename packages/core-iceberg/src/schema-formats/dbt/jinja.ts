/** What is another text once dbt has rendered it, which it does with most texts of YAML: marks of Jinja, and ends of lines, which it evens out. */
const RENDERED = /\{[{%#]|[#}%]\}|\r|\n$/

/** A text that is itself once dbt has rendered it: what would be more than that is a literal. */
export const jinjaText = (text: string): string => (RENDERED.test(text) ? `{{ ${JSON.stringify(text)} }}` : text)

/** The same of every text in a value. */
export function jinjaTexts(value: unknown): unknown {
  if (typeof value === 'string') return jinjaText(value)
  if (Array.isArray(value)) return value.map(jinjaTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jinjaTexts(item)]))
}

/** What a text is once it is rendered; undefined for more than a literal, which only dbt can render: `{{ doc("orders") }}`. */
export function renderedText(text: string): string | undefined {
  if (!/\{[{%#]/.test(text)) return text
  const [, literal] = /^\{\{ ("(?:[^"\\]|\\.)*") \}\}$/s.exec(text) ?? []
  try {
    return literal === undefined ? undefined : (JSON.parse(literal) as string)
  } catch {
    return undefined
  }
}
