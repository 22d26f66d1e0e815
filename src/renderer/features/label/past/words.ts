import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import { batchIdOf } from '../../../../shared/model/batch.ts'
import type { HistoryEntry } from '../../../../shared/model/history.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { formatDateTime, formatTime } from '../../../ui/format.ts'
import { gestureName } from '../gestureName.ts'

/** The time of day for today's entries, the date as well for older ones. */
export const when = (atMs: number): string =>
  new Date(atMs).toDateString() === new Date().toDateString() ? formatTime(atMs) : formatDateTime(atMs)

type Told = Pick<HistoryEntry, 'kind' | 'command' | 'client' | 'who'>

/** What an entry did. */
export function whatOf({ kind, command }: Pick<Told, 'kind' | 'command'>): string {
  const what = gestureName(command)
  return kind === 'undo' || kind === 'redo' ? t(`safety.past.${kind}`, { what }) : what
}

/** Who made an entry, and in which window, or by a job. */
export function whoOf({ who, client }: Pick<Told, 'who' | 'client'>, ownClient: string): string {
  const where = batchIdOf(client) ? t('batches.job') : client === ownClient ? t('safety.past.here') : t('safety.past.elsewhere')
  return who ? `${who} · ${where}` : where
}

/** The class of an annotation in words. */
export function classNameOf(record: Annotation): string {
  if (record.region === 'void') return t('label.void')
  return (record.classId ? useDatasets().classById.get(record.classId)?.name : undefined) ?? t('label.unnamed')
}

/** The colour of the class of an annotation. */
export const classColorOf = ({ classId }: Annotation): string =>
  (classId ? useDatasets().classById.get(classId)?.color : undefined) ?? '#8f99a1'

/** How wide and high an annotation is, in whole pixels. */
export function extentOf({ shape }: Annotation): string {
  const { minX, minY, maxX, maxY } = shapeBounds(shape)
  return `${Math.round(maxX - minX)} × ${Math.round(maxY - minY)}`
}
