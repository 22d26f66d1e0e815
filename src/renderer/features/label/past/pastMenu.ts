import { boundsMeet } from '../../../../shared/geometry/box.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { Editor } from '../../../canvas/engine/editor.ts'
import { pickShape, reachAt } from '../../../canvas/engine/hitTest.ts'
import { isOnShow } from '../../../canvas/engine/look.ts'
import { t } from '../../../i18n/i18n.ts'
import type { MenuEntry } from '../../../ui/menu.ts'
import type { usePast } from './pastStore.ts'
import { classNameOf } from './words.ts'

/** The object of an earlier state at a place, also one that the change on show deleted. */
export function pastRecordAt({ ghosts, camera, gesture, look }: Editor, p: ImageVec): Annotation | null {
  const then = new Map([...ghosts.list.map(({ record }) => record), ...(ghosts.past ?? [])].map((record) => [record.id, record]))
  const reach = reachAt(camera.scale, gesture.coarse)
  const around = { minX: p.x - reach.edge, minY: p.y - reach.edge, maxX: p.x + reach.edge, maxY: p.y + reach.edge }
  const near = [...then.values()].filter((record) => isOnShow(look, record) && boundsMeet(shapeBounds(record.shape), around))
  const id = near.length === 0 ? null : pickShape(near, p, reach)
  return id === null ? null : then.get(id)!
}

/** What can be done with an earlier state where a right click met it. */
export function pastMenu(past: ReturnType<typeof usePast>): MenuEntry[] {
  const { picked } = past
  return [
    {
      id: 'pastOne',
      label: t('safety.past.one', { name: picked ? classNameOf(picked) : '' }),
      disabled: !picked,
      run: () => void past.bringBackPicked(),
    },
    { id: 'pastAll', label: t('safety.past.goBack'), separatorBefore: true, run: () => void past.goBack() },
    { id: 'pastLeave', label: t('safety.past.leave'), run: () => past.leave() },
  ]
}
