/** One line of the palette: a command, or a thing to go to. */
export interface PaletteEntry {
  readonly id: string
  readonly group: string
  readonly label: string
  readonly keys?: string
  readonly run: () => void
}

/** How well a text answers a query: 0 not at all; words in any order, starts of words count more than middles. */
export function matchScore(text: string, query: string): number {
  const haystack = text.toLowerCase()
  let score = 1
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = haystack.indexOf(word)
    if (at < 0) return 0
    const startsWord = at === 0 || !/[\p{L}\p{N}]/u.test(haystack[at - 1]!)
    score += (startsWord ? 3 : 1) + word.length / haystack.length
  }
  return score
}

/** What the name alone answers comes first; a word may also be that of the group beside it. */
const entryScore = ({ label, group }: PaletteEntry, query: string): number =>
  matchScore(label, query) || matchScore(`${label} ${group}`, query) / 100

/** Entries that match, best first; an empty query keeps the order. */
export function filterEntries(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  return entries
    .map((entry, order) => ({ entry, order, score: entryScore(entry, query) }))
    .filter((scored) => scored.score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map((scored) => scored.entry)
}
