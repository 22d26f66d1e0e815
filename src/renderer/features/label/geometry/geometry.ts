import { computed } from 'vue'
import { hasVertices, type VertexAt } from '../../../../shared/geometry/vertices.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Shape } from '../../../../shared/model/shape.ts'
import { noDraft } from '../../../canvas/engine/draft.ts'
import { movedTwins, vertexTwins } from '../../../canvas/engine/twins.ts'
import { t } from '../../../i18n/i18n.ts'
import { heldText } from '../heldText.ts'
import { useLabel } from '../labelStore.ts'
import {
  isRefusal,
  shapeNumbers,
  shownNumber,
  vertexPlace,
  withNumber,
  withVertexNumber,
  type Change,
  type NumberId,
  type Refusal,
} from './numbers.ts'
import { vertexRows } from './vertexRows.ts'

/** What an entry field asks before it takes a number over. */
export interface NumberTarget {
  /** Shows the shape with the number; the sentence says why it cannot be. */
  readonly preview: (value: number) => string | null
  /** Changes the shape, as one entry. */
  readonly take: (value: number) => string | null
  readonly abandon: () => void
}

/** Other objects that go along. */
type Along = (id: Id, before: Shape, next: Shape) => readonly [Id, Shape][]

const sentence = (refusal: Refusal): string =>
  refusal.reason === 'range'
    ? t('aids.geometry.refused.range', { low: shownNumber(refusal.low), high: shownNumber(refusal.high) })
    : t(`aids.geometry.refused.${refusal.reason}`)

/** The numbers of the one selected object, to be read and typed. */
export function useGeometry() {
  const label = useLabel()
  const { editor } = label
  const record = computed(() => (void label.ticks.records, void label.ticks.selection, editor.single))
  const shape = computed(() => record.value?.shape ?? null)
  const numbers = computed(() => (shape.value ? shapeNumbers(shape.value) : []))
  const vertexShape = computed(() => (shape.value && hasVertices(shape.value) ? shape.value : null))
  const rows = computed(() => vertexShape.value && vertexRows(vertexShape.value))
  const activeVertex = computed(() => (void label.ticks.selection, void label.ticks.records, editor.activeVertex?.at ?? null))

  /** What is typed is for the object that was shown then, also when another one is selected before it is taken over. */
  function target(change: (shape: Shape, value: number) => Change | null, along: Along = () => []): NumberTarget {
    const id = record.value?.id
    const changed = (value: number): { readonly shapes: ReadonlyMap<Id, Shape>; readonly gesture: string } | string | null => {
      const known = id === undefined ? undefined : editor.records.get(id)
      const before = known?.shape
      const next = before && change(before, value)
      if (id === undefined || !next) return null
      if (known.locked) return heldText()
      return isRefusal(next)
        ? sentence(next)
        : { shapes: new Map([[id, next.shape], ...along(id, before, next.shape)]), gesture: next.gesture }
    }
    return {
      preview(value) {
        const next = changed(value)
        if (typeof next === 'string') return next
        if (next && !label.tools.busy) editor.gesture.setDraft({ kind: 'reshape', shapes: next.shapes })
        return null
      },
      take(value) {
        const next = changed(value)
        if (typeof next === 'string') return next
        if (!label.tools.busy) editor.gesture.setDraft(noDraft)
        if (next) editor.commitPatches(next.gesture, new Map([...next.shapes].map(([id, moved]) => [id, { shape: moved }])))
        return null
      },
      abandon: () => void (!label.tools.busy && editor.gesture.setDraft(noDraft)),
    }
  }

  const numberTarget = (id: NumberId): NumberTarget => target((shape, value) => withNumber(shape, id, value, editor.image))

  function vertexTarget(at: VertexAt, axis: 'x' | 'y'): NumberTarget {
    return target(
      (before, value) => (hasVertices(before) ? withVertexNumber(before, at, axis, value, editor.image) : null),
      (id, before, next) => {
        if (!editor.settings.aids.together || !hasVertices(before) || !hasVertices(next)) return []
        return movedTwins(vertexTwins(editor, id, vertexPlace(before, at)), vertexPlace(next, at))
      },
    )
  }

  const activate = (at: VertexAt): void => {
    if (record.value) editor.setActiveVertex({ id: record.value.id, at })
  }
  return { record, numbers, rows, activeVertex, activate, numberTarget, vertexTarget }
}
