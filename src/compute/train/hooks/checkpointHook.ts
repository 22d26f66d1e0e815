import type { CheckpointStore } from '../checkpointStore.ts'
import type { CheckpointContent } from '../checkpointFiles.ts'
import { level, type Hook } from '../hook.ts'
import { isDue } from '../../../shared/model/timetable.ts'

/**
 * Writes checkpoints: periodic ones, a new best, and the last step of an attempt. It comes after the log, so a resume never misses a point.
 * `savedStep` is the step that is on the disk already.
 */
export function checkpointHook(
  store: CheckpointStore,
  content: () => Promise<CheckpointContent>,
  syncLog: () => void,
  savedStep: number,
): Hook {
  let saved = savedStep
  return {
    name: 'checkpoint',
    level: level.checkpoint,
    async afterStep(state, voice, facts) {
      const periodic = facts !== null && isDue(state.table, state.config.checkpoint.every, state.step)
      if (!periodic && !state.isBest && !(state.stopping && saved !== state.step)) return
      const before = state.status
      voice.status('saving')
      syncLog()
      await store.save(await content(), { periodic, best: state.isBest })
      saved = state.step
      voice.status(before)
    },
  }
}
