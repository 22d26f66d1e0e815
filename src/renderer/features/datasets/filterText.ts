import type { ItemFilter } from '../../../shared/model/item.ts'

type Written = Pick<ItemFilter, 'text' | 'score'>

const scorePattern = /(?:^|\s)score:(<|>)(0?\.\d+|[01](?:\.0*)?|\d(?:\.\d+)?e-[1-9]\d*)(?=\s|$)/g

/** What the search field says: words of the name, and how sure a model must be ('score:<0.5', 'score:>0.8', or both). */
export function readFilterText(written: string): Written {
  let score: ItemFilter['score'] = null
  const text = written.replace(scorePattern, (_, sign: string, value: string) => {
    const { from, to } = score ?? { from: 0, to: 1 }
    score = sign === '<' ? { from, to: Number(value) } : { from: Number(value), to }
    return ' '
  })
  return { text: text.replace(/\s+/g, ' ').trim(), score }
}

/** As it would be written: read again it says the same. 'score:>0' lets through whatever a model looked at. */
export function filterText({ text, score }: Written): string {
  const parts = score ? [(score.from > 0 || score.to === 1) && `score:>${score.from}`, score.to < 1 && `score:<${score.to}`, text] : [text]
  return parts.filter((part) => part !== false && part !== '').join(' ')
}
