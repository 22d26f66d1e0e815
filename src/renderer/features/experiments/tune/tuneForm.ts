import { computed, ref, shallowRef, watch } from 'vue'
import { ruleOf } from '../../../../shared/model/config/rules.ts'
import type { Run } from '../../../../shared/model/run.ts'
import { promptedMask, type TuneBase, type TunePlan } from '../../../../shared/model/samTune.ts'
import { toWire } from '../../../i18n/errorText.ts'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { pageClient } from '../../../stores/link.ts'
import { useConfigEdit } from '../configEdit.ts'
import { readPath, type Config } from '../configPath.ts'
import { useDatasetClasses } from '../datasetClasses.ts'
import { useLateCheck } from '../lateCheck.ts'
import type { Field } from '../schemaField.ts'
import type { Origins } from '../valueOrigin.ts'
import type { TuneRequest } from './tuneRequest.ts'

/** Everything else has a default of the host. */
const plainConfig: Config = { task: promptedMask }
/** These have controls of their own, or no choice. */
const ownControl = /^(task|base\..*|data\.classes|device\.(provider|processes|adapters))$/
/** What a user may want to change without knowing how a SAM is trained. */
const main: readonly string[] = ['loop.epochs', 'data.size', 'data.valShare', 'validation.objects']
/** What only the training of the whole network has. */
const smallOnly: readonly string[] = ['data.size', 'data.zoom', 'data.rendered', 'data.flip', 'data.brightness']

/** Whether a field is shown: the main ones always, the rest where more is wanted, or where it holds a change or a problem. */
export function isFieldShown({ path }: Pick<Field, 'path'>, plan: TunePlan | null, more: boolean, marked: readonly string[]): boolean {
  if (ownControl.test(path)) return false
  if (plan?.base?.kind === 'official' && smallOnly.includes(path)) return false
  if (path === 'data.valShare' && plan !== null && !plan.heldOutByHash) return false
  return more || main.includes(path) || marked.some((each) => each === path || each.startsWith(`${path}.`))
}

function withPlanned(field: Field, plan: TunePlan | null): Field {
  const value = plan ? readPath({ ...plan.config }, field.path) : undefined
  return value === undefined || value === null ? field : { ...field, default: value }
}

/** A config that cannot be read is told at its field; anything else that went wrong stands for itself. */
function problemOf(cause: unknown): { path: string; message: string; rule: ReturnType<typeof ruleOf>; nearest: string | null } | null {
  const { code, data, message } = toWire(cause)
  if (!code.startsWith('config/') || typeof data['path'] !== 'string') return null
  const { path, nearest } = data
  return {
    path,
    message: typeof data['message'] === 'string' ? data['message'] : message,
    rule: ruleOf(data),
    nearest: typeof nearest === 'string' ? nearest : null,
  }
}

/** The state of the dialog: what could be trained, the config being written, and what the host says it would do. */
export function useTuneForm({ datasetId: wanted, from, modelId }: TuneRequest) {
  const datasets = useDatasets()
  const schema = shallowRef<Config | null>(null)
  const bases = shallowRef<readonly TuneBase[] | null>(null)
  const begun = shallowRef<Config>(plainConfig)
  const datasetId = ref(wanted ?? datasets.currentId ?? datasets.all[0]?.id ?? '')
  const known = useDatasetClasses(() => datasetId.value)
  /** Of the others there is nothing to show. */
  const classes = computed(() => known.value.filter(({ annotationCount }) => annotationCount > 0))
  const name = ref('')
  const plan = shallowRef<TunePlan | null>(null)
  const told = shallowRef<ReturnType<typeof problemOf>>(null)
  const error = shallowRef<unknown>(null)
  const edit = useConfigEdit({ schema: () => schema.value, base: () => begun.value, told: () => (told.value ? [told.value] : []) })
  const { config, badInput } = edit

  async function load(): Promise<void> {
    try {
      const [answer, found, stored] = await Promise.all([
        pageClient().tuning.schema({}),
        pageClient().tuning.bases({}),
        from ? pageClient().runs.get({ runId: from.id }) : null,
      ])
      schema.value = answer.schema
      bases.value = found
      // A model without its weights cannot be trained; the default one is offered instead.
      const base = found.find((each) => each.modelId === modelId)
      begun.value = stored?.config ?? (base ? { ...plainConfig, base: { modelId: base.modelId } } : plainConfig)
      edit.begin(begun.value)
      error.value = null
    } catch (cause) {
      error.value = cause
    }
  }

  const { checking, check } = useLateCheck({
    changes: [config, datasetId, schema],
    ready: () => datasetId.value !== '' && schema.value !== null,
    ask: () => pageClient().tuning.plan({ datasetId: datasetId.value, config: { ...config.value } }),
    took: (answer) => ([plan.value, told.value, error.value] = [answer, null, null]),
    failed(cause) {
      told.value = problemOf(cause)
      error.value = told.value ? null : cause
      if (!told.value) plan.value = null
    },
  })
  // Another dataset has other classes.
  watch(datasetId, () => edit.set('data.classes', null))

  /** With the defaults that the chosen model has: on kept embeddings there is nothing to vary. */
  const sections = computed(() =>
    edit.sections.value.map((section) => ({ ...section, fields: section.fields.map((field) => withPlanned(field, plan.value)) })),
  )
  const chosenBase = computed({
    get: () => {
      const own = readPath(config.value, 'base.modelId')
      return plan.value?.base?.modelId ?? (typeof own === 'string' ? own : (bases.value?.[0]?.modelId ?? ''))
    },
    set: (id: string) => {
      const base = bases.value?.find((each) => each.modelId === id)
      if (base) edit.set('base', { modelId: base.modelId, kind: base.kind, name: base.name })
    },
  })
  /** null: all of them. */
  const chosenClasses = computed<readonly string[] | null>({
    get() {
      const own = readPath(config.value, 'data.classes')
      return Array.isArray(own) ? own.map(String) : null
    },
    set: (names) => edit.set('data.classes', names),
  })
  const suggestedName = computed(() => {
    if (from) return t('experiments.launch.cloneName', { name: from.name })
    const dataset = datasets.all.find(({ id }) => id === datasetId.value)?.name ?? ''
    return t('tuning.dialog.nameOf', { dataset })
  })
  const canStart = computed(
    () => plan.value !== null && plan.value.problems.length === 0 && told.value === null && badInput.value.size === 0 && !checking.value,
  )
  const launch = (): Promise<Run> =>
    pageClient().runs.launch({
      datasetId: datasetId.value,
      config: { ...config.value },
      name: (name.value.trim() || suggestedName.value).slice(0, 200),
    })

  void load()
  return {
    ...edit,
    sections,
    schema,
    bases,
    datasetId,
    classes,
    origins: shallowRef<Origins>({}),
    name,
    suggestedName,
    plan,
    checking,
    error,
    chosenBase,
    chosenClasses,
    canStart,
    load,
    check,
    launch,
  }
}
