import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { CancelledError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { fileName, rememberFile } from '../folders/chosenFiles.ts'
import { changesAgainst, formSections, setField } from './configForm.ts'
import { readPath, type Config } from './configPath.ts'
import { useDatasetClasses } from './datasetClasses.ts'
import { problemSentence } from './fieldValue.ts'
import { newItem, type FieldOf } from './schemaField.ts'

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
  const config = shallowRef<Config>({})
  const preflight = shallowRef<Preflight | null>(null)
  const checking = ref(false)
  const error = shallowRef<unknown>(null)
  /** Sentences about what was typed and could not become a value; they stop the start. */
  const badInput = shallowRef(new Map<string, string>())

  const preset = computed(() => presets.value.find((each) => each.id === presetId.value) ?? null)
  const sections = computed(() => (schema.value ? formSections(schema.value, config.value) : []))
  const changes = computed(() => changesAgainst(sections.value, preset.value?.config ?? {}, config.value))
  const fields = computed(() => sections.value.flatMap((section) => section.fields))
  const changedPaths = computed(() => new Set(changes.value.map((change) => change.field.path)))
  const origins = computed(() => preflight.value?.origins ?? {})
  /** The sentence of each field that has a problem: what was typed comes first, then what the host says, at the deepest field that holds it. */
  const problems = computed(() => {
    const found = new Map<string, string>()
    for (const problem of preflight.value?.problems ?? []) {
      const holders = fields.value.filter(({ path }) => problem.path === path || problem.path.startsWith(`${path}.`))
      const path = holders.at(-1)?.path ?? problem.path
      if (!found.has(path)) found.set(path, problemSentence(problem))
    }
    return new Map([...found, ...badInput.value])
  })
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
    config.value = presets.value.find((each) => each.id === id)?.config ?? {}
    badInput.value = new Map()
  }
  function set(path: string, value: unknown): void {
    setProblem(path, null)
    config.value = setField(sections.value, config.value, path, value)
  }
  const revert = (path: string): void => set(path, readPath(preset.value?.config ?? {}, path))
  function setProblem(path: string, problem: string | null): void {
    const next = new Map(badInput.value)
    if (problem === null) next.delete(path)
    else next.set(path, problem)
    badInput.value = next
  }

  /** Entries of a list as they are now. */
  const itemsOf = (list: FieldOf<'list'>): readonly unknown[] => {
    const own = readPath(config.value, list.path) ?? list.default
    return Array.isArray(own) ? own : []
  }
  function setItems(list: FieldOf<'list'>, items: readonly unknown[]): void {
    // What was typed wrong belonged to an entry that may be elsewhere now.
    badInput.value = new Map([...badInput.value].filter(([path]) => !path.startsWith(`${list.path}.`)))
    set(list.path, items)
  }
  const listOf = (path: string): FieldOf<'list'> =>
    sections.value
      .flatMap((section) => section.fields)
      .find((field): field is FieldOf<'list'> => field.kind === 'list' && field.path === path)!
  const variantIn = (list: FieldOf<'list'>, type: string | null) =>
    list.variants.find((variant) => variant.type === type) ?? list.variants[0]!
  const items = {
    add: (list: FieldOf<'list'>, type: string | null): void => setItems(list, [...itemsOf(list), newItem(variantIn(list, type))]),
    remove: ({ list, index }: FieldOf<'item'>): void => setItems(listOf(list), itemsOf(listOf(list)).toSpliced(index, 1)),
    move({ list, index }: FieldOf<'item'>, by: -1 | 1): void {
      const now = itemsOf(listOf(list))
      setItems(listOf(list), now.toSpliced(index, 1).toSpliced(index + by, 0, now[index]))
    },
    /** Another type begins anew: its fields are others. */
    retype: ({ list, index }: FieldOf<'item'>, type: string): void =>
      setItems(listOf(list), itemsOf(listOf(list)).with(index, newItem(variantIn(listOf(list), type)))),
  }

  /** The config and the preset it was made from, as the host wants them. */
  const given = () => ({
    config: { ...config.value },
    ...(presetId.value === '' || presetId.value === clonedId ? {} : { preset: presetId.value }),
  })

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
    clonedId,
    suggestedName,
    schema,
    presets,
    presetId,
    datasetId,
    classes,
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
    fields,
    changedPaths,
    origins,
    problems,
    revert,
    items,
    load,
    choosePreset,
    set,
    setProblem,
    check,
    launch,
  }
}
export type LaunchForm = ReturnType<typeof useLaunchForm>
