import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { CancelledError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { changesAgainst, formSections, writePath, type Config } from './configForm.ts'

type Preflight = Awaited<ReturnType<ReturnType<typeof pageClient>['runs']['preflight']>>
interface Preset {
  readonly id: string
  readonly config: Config
}

/** The preset to begin with: a recipe of that very dataset (the demo has one), else the smallest, which finishes on any machine. */
export const firstPreset = (ids: readonly string[], dataset: string): string =>
  ids.find((id) => id === dataset) ?? ids.find((id) => id.includes('tiny')) ?? ids[0] ?? ''

/** The state of the launch form: schema, presets, the config being written, and what the host says it would do. */
export function useLaunchForm(initialDataset: string | null) {
  const datasets = useDatasets()
  const schema = shallowRef<Config | null>(null)
  const presets = shallowRef<readonly Preset[]>([])
  const presetId = ref('')
  const datasetId = ref(initialDataset ?? '')
  const name = ref('')
  const config = shallowRef<Config>({})
  const preflight = shallowRef<Preflight | null>(null)
  const checking = ref(false)
  const error = shallowRef<unknown>(null)
  /** Sentences about what was typed and could not become a value; they stop the start. */
  const badInput = shallowRef(new Map<string, string>())

  const preset = computed(() => presets.value.find((each) => each.id === presetId.value) ?? null)
  const sections = computed(() => (schema.value ? formSections(schema.value, config.value) : []))
  const changes = computed(() => changesAgainst(sections.value, preset.value?.config ?? {}, config.value))
  const canStart = computed(
    () =>
      preflight.value !== null &&
      preflight.value.problems.length === 0 &&
      preflight.value.trainItems > 0 &&
      badInput.value.size === 0 &&
      !checking.value,
  )

  async function load(): Promise<void> {
    try {
      const [answer, known] = await Promise.all([pageClient().runs.schema({}), pageClient().runs.presets({})])
      schema.value = answer.schema
      presets.value = known
      error.value = null
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
    config.value = presets.value.find((each) => each.id === id)?.config ?? {}
    badInput.value = new Map()
  }
  function set(path: string, value: unknown): void {
    setProblem(path, null)
    config.value = writePath(config.value, path, value)
  }
  function setProblem(path: string, problem: string | null): void {
    const next = new Map(badInput.value)
    if (problem === null) next.delete(path)
    else next.set(path, problem)
    badInput.value = next
  }

  /** The config and the preset it was made from, as the host wants them. */
  const given = () => ({ config: { ...config.value }, ...(presetId.value === '' ? {} : { preset: presetId.value }) })

  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  async function check(): Promise<void> {
    const mine = ++asked
    if (datasetId.value === '' || !schema.value) return
    try {
      const answer = await pageClient().runs.preflight({ datasetId: datasetId.value, ...given() })
      if (mine !== asked) return
      preflight.value = answer
      error.value = null
    } catch (cause) {
      if (mine === asked && !(cause instanceof CancelledError)) {
        error.value = cause
        preflight.value = null
      }
    } finally {
      if (mine === asked) checking.value = false
    }
  }
  watch([config, datasetId, schema], () => {
    checking.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void check(), 250)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    asked++
  })

  /** 'camvid tiny-cpu': what the run is called unless the user says otherwise. */
  const suggestedName = computed(() => {
    const dataset = datasets.all.find((each) => each.id === datasetId.value)?.name ?? ''
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
    suggestedName,
    schema,
    presets,
    presetId,
    datasetId,
    name,
    config,
    preflight,
    checking,
    error,
    badInput,
    preset,
    sections,
    changes,
    canStart,
    load,
    choosePreset,
    set,
    setProblem,
    check,
    launch,
  }
}
