import { useRouter } from 'vue-router'
import type { TunePlan } from '../../../../shared/model/samTune.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { boxesOpen } from '../../label/assist/boxes/boxesState.ts'
import { useAssist } from '../../label/assist/assistStore.ts'
import { useLabel } from '../../label/labelStore.ts'
import { tuneRequest } from './tuneRequest.ts'

interface NextStep {
  readonly id: string
  readonly label: string
  run(): void
}

/** What leads out of a training that cannot start: a click to the place where it is solved. */
export function useTuneNext(datasetId: () => string) {
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
  return { stepsFor }
}
