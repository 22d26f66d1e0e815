import { computed, ref, shallowRef } from 'vue'
import type { Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { fileName, rememberFile } from '../folders/chosenFiles.ts'
import { useConfigEdit } from './configEdit.ts'
import { readPath, type Config } from './configPath.ts'
import { useDatasetClasses } from './datasetClasses.ts'
import { useLateCheck } from './lateCheck.ts'

type Preflight = Awaited<ReturnType<ReturnType<typeof pageClient>['runs']['preflight']>>
interface Preset {
  readonly id: string
  readonly config: Config
}

/** The preset to begin with: a recipe of that very dataset (the demo has one), else the smallest, which finishes on any machine. */
export const firstPreset = (ids: readonly string[], dataset: string): string =>
  ids.find((id) => id === dataset) ?? ids.find((id) => id.includes('tiny')) ?? ids[0] ?? ''

/** A run that is trained again stands among the presets. */
const clonedId = 'run'

/** Pages name no paths: the weights file of a stored config is the one that its run names. */
function withSameFile({ run, config }: { readonly run: Run; readonly config: Config }): Config {
  const file = readPath(config, 'weights.file')
  if (typeof file !== 'string' || file === '') return config
  const same = `run:${run.id}`
  rememberFile(same, fileName(file))
  return { ...config, weights: { ...(config['weights'] as Config), file: same } }
}

/** The state of the launch form: schema, presets, the config being written, and what the host says it would do; it begins with the config of `cloned`. */
export function useLaunchForm(initialDataset: string | null, cloned: Run | null = null) {
  const datasets = useDatasets()
  const schema = shallowRef<Config | null>(null)
  const presets = shallowRef<readonly Preset[]>([])
  const presetId = ref('')
  const datasetId = ref(initialDataset ?? '')
  const classes = useDatasetClasses(() => datasetId.value)
  const name = ref('')
  const preflight = shallowRef<Preflight | null>(null)
  const error = shallowRef<unknown>(null)

  const preset = computed(() => presets.value.find((each) => each.id === presetId.value) ?? null)
  const edit = useConfigEdit({
    schema: () => schema.value,
    base: () => preset.value?.config ?? {},
    told: () => preflight.value?.problems ?? [],
  })
  const { config, badInput } = edit

  /** The config and the preset it was made from, as the host wants them. */
  const given = () => ({
    config: { ...config.value },
    ...(presetId.value === '' || presetId.value === clonedId ? {} : { preset: presetId.value }),
  })
  const { checking, check } = useLateCheck({
    changes: [config, datasetId, schema],
    ready: () => datasetId.value !== '' && schema.value !== null,
    ask: () => pageClient().runs.preflight({ datasetId: datasetId.value, ...given() }),
    took(answer) {
      preflight.value = answer
      error.value = null
    },
    failed(cause) {
      error.value = cause
      preflight.value = null
    },
  })

  const origins = computed(() => preflight.value?.origins ?? {})
  const canStart = computed(
    () =>
      preflight.value !== null &&
      preflight.value.problems.length === 0 &&
      (preflight.value.weights?.error ?? null) === null &&
      preflight.value.trainItems > 0 &&
      badInput.value.size === 0 &&
      !checking.value,
  )

  async function load(): Promise<void> {
    try {
      const [answer, known, stored] = await Promise.all([
        pageClient().runs.schema({}),
        pageClient().runs.presets({}),
        cloned ? pageClient().runs.get({ runId: cloned.id }) : null,
      ])
      schema.value = answer.schema
      presets.value = stored ? [{ id: clonedId, config: withSameFile(stored) }, ...known] : known
      error.value = null
      if (stored) return choosePreset(clonedId)
      const dataset = datasets.all.find((each) => each.id === datasetId.value)?.name ?? ''
      choosePreset(
        firstPreset(
          known.map((each) => each.id),
          dataset,
        ),
      )
    } catch (cause) {
      error.value = cause
    }
  }

  function choosePreset(id: string): void {
    presetId.value = id
    edit.begin(presets.value.find((each) => each.id === id)?.config ?? {})
  }

  /** 'camvid tiny-cpu': what the run is called unless the user says otherwise. */
  const suggestedName = computed(() => {
    const dataset = datasets.all.find((each) => each.id === datasetId.value)?.name ?? ''
    if (cloned && presetId.value === clonedId) return t('experiments.launch.cloneName', { name: cloned.name })
    return `${dataset} ${presetId.value.replace(/^segformer-/, '')}`.trim()
  })
  const launch = (): Promise<Run> =>
    pageClient().runs.launch({
      datasetId: datasetId.value,
      ...given(),
      name: (name.value.trim() || suggestedName.value).slice(0, 200),
    })

  void load()
  return {
    ...edit,
    clonedId,
    suggestedName,
    schema,
    presets,
    presetId,
    datasetId,
    classes,
    name,
    preflight,
    checking,
    error,
    preset,
    canStart,
    origins,
    load,
    choosePreset,
    check,
    launch,
  }
}
