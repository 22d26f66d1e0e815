import { computed, ref, shallowRef, watch } from 'vue'
import type { SampleLayer, SampleSheet } from '../../../shared/model/sampleSheet.ts'
import { assetUrl } from '../../rpc/hostBridge.ts'
import { pageClient } from '../../stores/link.ts'

/** Sheets by step, the newer of two with the same step; in the order of the steps. */
export function joinSheets(known: readonly SampleSheet[], more: readonly SampleSheet[]): SampleSheet[] {
  const byStep = new Map(known.map((sheet) => [sheet.step, sheet]))
  for (const sheet of more) {
    const before = byStep.get(sheet.step)
    if (!before || before.attempt <= sheet.attempt) byStep.set(sheet.step, sheet)
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step)
}

/** The sample sheets of a run; the newest is shown until another one is chosen. `heard`: sheets that arrive while the page is open. */
export function useRunSamples(runId: () => string, heard: () => readonly SampleSheet[]) {
  const stored = shallowRef<readonly SampleSheet[]>([])
  const error = shallowRef<unknown>(null)
  const chosenStep = ref<number | null>(null)
  const sheets = computed(() => joinSheets(stored.value, heard()))
  const index = computed({
    get: () => {
      const at = sheets.value.findIndex((sheet) => sheet.step === chosenStep.value)
      return at >= 0 ? at : sheets.value.length - 1
    },
    set: (at) => (chosenStep.value = at === sheets.value.length - 1 ? null : (sheets.value[at]?.step ?? null)),
  })
  const sheet = computed(() => sheets.value[index.value] ?? null)

  async function load(): Promise<void> {
    const id = runId()
    try {
      const answer = await pageClient().runs.samples({ runId: id })
      if (id === runId()) [stored.value, error.value] = [answer, null]
    } catch (cause) {
      if (id === runId()) error.value = cause
    }
  }
  watch(
    runId,
    () => {
      stored.value = []
      chosenStep.value = null
      void load()
    },
    { immediate: true },
  )

  const layerUrl = (picture: number, layer: SampleLayer): string =>
    sheet.value ? assetUrl('sample', `${runId()}.${sheet.value.step}.${picture}.${layer}`, { v: sheet.value.attempt }) : ''
  return { sheets, sheet, index, error, load, layerUrl }
}
