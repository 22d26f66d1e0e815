import { computed, shallowRef } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { bothTexts } from '../../../../shared/model/mergeInstructions.ts'
import type { PictureChange } from '../../../../shared/model/pictureChange.ts'
import { sameHome, type Home } from '../../../stores/home.ts'
import type { Settle, Waiting } from '../commitQueue.ts'
import type { Described, Teller } from '../tellers.ts'
import type { Choice } from './conflicts.ts'

type Said = Exclude<PictureChange, { kind: 'tags' }>

/** What was said of one picture as a whole here and elsewhere at the same time. */
export interface PictureConflict {
  /** The project of the picture. */
  readonly home: Home | null
  readonly itemId: Id
  readonly mine: Said
  /** As it is stored now. */
  readonly theirs: Item
}

interface Ports {
  /** The project that is open now. */
  readonly home: () => Home | null
  readonly read: (itemId: Id) => Promise<Item>
  readonly pending: (entry: Waiting) => readonly Waiting[]
  readonly describe: (itemId: Id, change: PictureChange, by: Teller) => Promise<Described>
  readonly changed: () => void
  /** An entry goes no further: it is asked about. */
  readonly yields: (entryId: Id) => void
}

/** The gesture that carries out a choice, on what was stored when it was asked for; null: that stays. */
function resolvePicture({ mine, theirs }: PictureConflict, choice: Choice): Said | null {
  if (choice === 'theirs') return null
  if (mine.kind === 'status') return { ...mine, seen: { status: theirs.status, note: theirs.statusNote } }
  const seen = theirs.instructions
  const texts = choice === 'both' ? bothTexts(seen.texts, mine.instructions.texts) : mine.instructions.texts
  return { kind: 'instructions', instructions: { ...mine.instructions, texts }, seen }
}

/** Texts and states of pictures that wait until the user says which version stays; this window's words are kept until then, also while another project is open. */
export function createPictureConflicts({ home, read, pending, describe, changed, yields }: Ports) {
  const all = shallowRef<readonly PictureConflict[]>([])
  /** Those of the open project: only there they can be settled. */
  const list = computed(() => all.value.filter((one) => sameHome(one.home, home())))
  function put(next: readonly PictureConflict[]): void {
    all.value = next
    changed()
  }

  /** What is stored where somebody was quicker: all that is on its way about the same is taken out and asked about. Null: it is about objects, or tags. */
  async function look(entry: Waiting): Promise<Settle | null> {
    const { itemId, picture, home: madeIn = null } = entry
    if (!picture || picture.kind === 'tags') return null
    const { kind } = picture
    const theirs = await read(itemId)
    return () => {
      const own = pending(entry).filter((one) => one.picture?.kind === kind)
      const last = own.at(-1)?.picture
      const mine = last && last.kind !== 'tags' ? last : picture
      const isOther = (one: PictureConflict): boolean => one.itemId !== itemId || one.mine.kind !== kind || !sameHome(one.home, madeIn)
      put([...all.value.filter(isOther), { home: madeIn, itemId, mine, theirs }])
      for (const { entryId } of own) yields(entryId)
      return new Map<Id, []>(own.map(({ entryId }) => [entryId, []]))
    }
  }

  /** Carries out a choice, as one gesture; refused, the question stays open. */
  async function settle(conflict: PictureConflict, choice: Choice): Promise<void> {
    const change = resolvePicture(conflict, choice)
    const by = { home: conflict.home, keeps: () => all.value.includes(conflict) }
    if (change && (await describe(conflict.itemId, change, by)) === 'refused') return
    put(all.value.filter((one) => one !== conflict))
  }

  return { all, list, look, settle, drop: (gone: (home: Home | null) => boolean) => put(all.value.filter((one) => !gone(one.home))) }
}
