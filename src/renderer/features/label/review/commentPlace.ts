import type { Comment } from '../../../../shared/model/comment.ts'
import { focusBounds } from '../../../canvas/engine/camera.ts'
import { focusSelection } from '../../../canvas/engine/actions.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLabel } from '../labelStore.ts'

/** Picture pixels around a bare pin that come into view. */
const aroundPx = 60

/** What a comment is about, in words and on the canvas. */
export function useCommentPlace() {
  const label = useLabel()
  const datasets = useDatasets()

  function placeName({ at, annotationId }: Comment): string {
    void label.ticks.records
    if (at === null) return t('review.places.picture')
    if (annotationId === null) return t('review.places.point', { x: formatCount(at[0]), y: formatCount(at[1]) })
    const record = label.editor.records.get(annotationId)
    if (!record) return t('review.places.gone')
    const name = record.region === 'void' ? t('label.void') : (datasets.classById.get(record.classId ?? '')?.name ?? t('label.unnamed'))
    return t('review.places.object', { name })
  }

  /** Brings the place into view; its object is selected. */
  function goTo({ at, annotationId }: Comment): void {
    const { editor } = label
    if (annotationId !== null && editor.records.has(annotationId)) {
      editor.select([annotationId])
      focusSelection(editor)
    } else if (at !== null) {
      const [x, y] = at
      const around = { minX: x - aroundPx, minY: y - aroundPx, maxX: x + aroundPx, maxY: y + aroundPx }
      editor.setCamera(focusBounds(around, editor.view, editor.image))
    }
  }
  return { placeName, goTo }
}
