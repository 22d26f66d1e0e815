import { useRouter } from 'vue-router'
import type { TunePlan } from '../../../../shared/model/samTune.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { formatBytes } from '../../../ui/format.ts'
import { boxesOpen } from '../../label/assist/boxes/boxesState.ts'
import { useAssist } from '../../label/assist/assistStore.ts'
import { useLabel } from '../../label/labelStore.ts'
import { tuneRequest } from './tuneRequest.ts'

interface NextStep {
  readonly id: string
  readonly label: string
  run(): void
}

/** What leads out of a training that cannot start, or should not yet: a click to the place where it is solved, or the solution. `changed`: the plan may be another one now. */
export function useTuneNext(datasetId: () => string, changed: () => void) {
  const router = useRouter()
  const datasets = useDatasets()

  async function atTheCanvas(then: () => void): Promise<void> {
    tuneRequest.value = null
    datasets.select(datasetId())
    await router.push('/label')
    then()
  }
  const models: NextStep = {
    id: 'models',
    label: t('tuning.next.models'),
    run: () => void atTheCanvas(() => void (useAssist().managing = true)),
  }
  const label: NextStep = {
    id: 'label',
    label: t('tuning.next.label'),
    run: () => void atTheCanvas(() => void useLabel().tools.choose('smart')),
  }
  const boxes: NextStep = {
    id: 'boxes',
    label: t('tuning.next.boxes'),
    run: () => void atTheCanvas(() => void (boxesOpen.value = true)),
  }

  function stepsFor(key: TunePlan['problems'][number]['key'], plan: TunePlan): readonly NextStep[] {
    if (key === 'noModel' || key === 'modelGone') return [models]
    if (key === 'noTrainObjects') return [label]
    if (key !== 'noMasks') return []
    return plan.withoutMasks > 0 ? [boxes, label] : [label]
  }
  function stepsForWarning({ key, data }: TunePlan['warnings'][number]): readonly NextStep[] {
    const limitBytes = Number(data['limitGb']) * 1e9
    if (key !== 'embeddingsOverLimit' || !(limitBytes > 0)) return []
    return [{ id: 'raiseLimit', label: t('tuning.next.raiseLimit', { limit: formatBytes(limitBytes) }), run: () => void raise(limitBytes) }]
  }
  async function raise(limitBytes: number): Promise<void> {
    if (await attempt(() => pageClient().assist.changeCache({ limitBytes }))) changed()
  }
  return { stepsFor, stepsForWarning }
}
