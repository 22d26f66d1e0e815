import type { Run } from '../../../shared/model/run.ts'
import { translateOr } from '../../i18n/i18n.ts'

/** The tasks a run can have, in the order in which they are offered. */
export const runTasks = ['semanticSegmentation', 'promptedMask'] as const
export type RunTask = (typeof runTasks)[number]

/** A SAM trained on the user's masks: scored by clicks, without classes. */
export const isTuning = ({ taskId }: Pick<Run, 'taskId'>): boolean => taskId === ('promptedMask' satisfies RunTask)

export const taskName = ({ taskId }: Pick<Run, 'taskId'>): string => translateOr(`tuning.tasks.${taskId}`, taskId)
