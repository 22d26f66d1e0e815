import { watch } from 'vue'
import type { ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import type { SamScores } from '../../../../shared/model/samTune.ts'
import { pageClient } from '../../../stores/link.ts'
import { useNewestAnswer } from './newestAnswer.ts'

/** What a training of a SAM came to; null where nothing was measured. */
interface ClickResult {
  readonly before: SamScores['scores'] | null
  /** Of the best validation after the first step, else of the newest. */
  readonly after: SamScores['scores'] | null
}

async function resultOf(runId: string): Promise<ClickResult> {
  const { before, best, last } = await pageClient().tuning.scores({ runId })
  const after = best !== null && best.step > 0 ? best : last
  return { before: before?.scores ?? null, after: after !== null && after.step > 0 ? after.scores : null }
}

/** The results of runs that train a SAM, in their order; null until they are there. */
export function useComparedClicks(runs: () => readonly ComparedRun[]) {
  const { answer: results, error, load } = useNewestAnswer(() => Promise.all(runs().map(({ run }) => resultOf(run.id))))
  watch(
    () =>
      runs()
        .map(({ run }) => [run.id, run.primary?.last, run.endedAt].join(':'))
        .join(),
    () => {
      if (results.value?.length !== runs().length) results.value = null
      void load()
    },
    { immediate: true },
  )
  return { results, error, load }
}
