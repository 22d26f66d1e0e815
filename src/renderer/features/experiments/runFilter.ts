import type { Run } from '../../../shared/model/run.ts'

/** Words of a search, all of which a run must have: '#12', a tag, a part of its name, notes, dataset, status or device. */
export function matchesSearch(run: Run, search: string, words: readonly string[]): boolean {
  const text = [`#${run.number}`, run.name, run.notes, run.device ?? '', ...run.tags, ...words].join('\n').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** 'baseline, tiny' as tags: trimmed, none empty, none twice. */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、]/)
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]
