import type { Instructions } from './itemFacts.ts'

/** The most texts a picture has. */
const mostTexts = 100

/** What became of a list of lines: of each old one (null: it is gone), and what stands new before each of them and after the last. */
interface Change {
  readonly lines: (string | null)[]
  readonly gaps: string[][]
}

/** Lines that stayed are found by their longest common sequence; of those between, the first stands for the first, and so on. */
function changeOf(old: readonly string[], now: readonly string[]): Change {
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0))
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i]![j] = old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
  const change: Change = { lines: [], gaps: Array.from({ length: old.length + 1 }, () => []) }
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [fromI, fromJ] = [i, j]
    while ((i < old.length || j < now.length) && (i === old.length || j === now.length || old[i] !== now[j]))
      if (j === now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) i++
      else j++
    const run = now.slice(fromJ, j)
    for (let k = fromI; k < i; k++) change.lines.push(run[k - fromI] ?? null)
    change.gaps[i]!.push(...run.slice(i - fromI))
    if (i < old.length && j < now.length) {
      change.lines.push(now[j]!)
      ;[i, j] = [i + 1, j + 1]
    }
  }
  return change
}

/** The texts of one side, followed by those that only the other one has. */
export const bothTexts = (first: readonly string[], second: readonly string[]): string[] => [
  ...first,
  ...second.filter((text) => !first.includes(text)),
]

/** What two sides made of the texts they both saw; null: of one text each made something else. */
export function mergeInstructions(seen: Instructions, mine: Instructions, theirs: Instructions): Instructions | null {
  const [here, there] = [changeOf(seen.texts, mine.texts), changeOf(seen.texts, theirs.texts)]
  const texts: string[] = []
  for (const [place, gap] of there.gaps.entries()) {
    texts.push(...bothTexts(gap, here.gaps[place]!))
    if (place === seen.texts.length) continue
    const [old, ours, other] = [seen.texts[place]!, here.lines[place] ?? null, there.lines[place] ?? null]
    if (ours !== old && other !== old && ours !== other) return null
    const text = ours === old ? other : ours
    if (text !== null) texts.push(text)
  }
  return texts.length > mostTexts ? null : { texts, isSentence: mine.isSentence === seen.isSentence ? theirs.isSentence : mine.isSentence }
}
