import type { ClassRecord } from '../../shared/model/dataset.ts'

/** Names the colours of some classes: the same text for the same colours. FNV-1a, 32 bits. */
export function colorsKey(classes: readonly Pick<ClassRecord, 'id' | 'color'>[]): string {
  let hash = 0x811c9dc5
  for (const character of classes.map(({ id, color }) => `${id}${color}`).join())
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  return (hash >>> 0).toString(36)
}
