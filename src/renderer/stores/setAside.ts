import type { Id } from '../../shared/model/ids.ts'
import type { Item } from '../../shared/model/item.ts'
import { toWire } from '../i18n/errorText.ts'
import { t } from '../i18n/i18n.ts'
import { showToast } from '../ui/toasts.ts'
import { pageClient } from './link.ts'
import { attempt } from './report.ts'

/** Brings a picture that was set aside back into every list; false: it could not be. */
export async function takeBack(itemId: Id, name: string): Promise<boolean> {
  const done = await attempt(() => pageClient().items.takeBack({ itemIds: [itemId] }))
  if (done) showToast({ tone: 'done', text: t('pictures.trouble.takenBack', { name }) })
  return done
}

/** Says how many pictures an undo had to pass over, if any. */
export function tellPassedOver(missing: number): void {
  if (missing > 0) showToast({ tone: 'info', text: t('pictures.trouble.passedOver', {}, missing) })
}

const mostAtOnce = 10_000

/** Brings all these pictures back; the toast says how many. */
export async function takeAllBack(itemIds: readonly Id[]): Promise<void> {
  let back = 0
  await attempt(async () => {
    for (let at = 0; at < itemIds.length; at += mostAtOnce)
      back += (await pageClient().items.takeBack({ itemIds: itemIds.slice(at, at + mostAtOnce) })).changed
  })
  if (back > 0) showToast({ tone: 'done', text: t('pictures.trouble.allTakenBack', {}, back) })
}

/** Takes a picture out of every list, for what is wrong with it (null: somebody wants it so); the toast brings it back, and then calls `back`. */
export async function setAside({ id, name }: Pick<Item, 'id' | 'name'>, error: unknown, back: () => void): Promise<boolean> {
  const wire = error === null ? null : toWire(error)
  const reason = wire && wire.code !== 'cancelled' ? { code: wire.code, message: wire.message, facts: wire.data } : null
  const done = await attempt(() => pageClient().items.setAside({ itemIds: [id], reason }))
  const undo = async (): Promise<void> => void ((await takeBack(id, name)) && back())
  if (done)
    showToast({
      tone: 'info',
      text: t('pictures.trouble.setAsideDone', { name }),
      action: { label: t('common.undo'), run: () => void undo() },
    })
  return done
}
