import { computed, ref, shallowRef, watch } from 'vue'
import type { ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import { pictureTables } from '../../../../shared/comparison/pictureTables.ts'
import type { ClassTable } from '../../../../shared/model/run.ts'
import { t } from '../../../i18n/i18n.ts'
import { pageClient } from '../../../stores/link.ts'
import { tablesOf } from './classTable.ts'

/** The validations that scores are taken from, or the predictions of the compared pictures. */
type Source = 'best' | 'last' | 'pictures'

const has = (table: ClassTable | null, needs: 'scores' | 'confusion'): boolean =>
  table !== null && (needs === 'scores' || table.confusion !== undefined)

/** Class tables of the compared runs, from where they are wanted; where no validation has what is needed, from the pictures. */
export function useComparedTables(runs: () => readonly ComparedRun[], baseline: () => number, needs: 'scores' | 'confusion') {
  const chosen = ref<Source | null>(null)
  const ofPictures = shallowRef<readonly (ClassTable | null)[] | null>(null)
  let asked = 0
  async function load(): Promise<void> {
    const mine = ++asked
    const runIds = runs().map(({ run }) => run.id)
    // Without them the validations remain.
    const answer = await pageClient()
      .comparisons.pictures({ runIds, baselineId: runIds[baseline()] ?? '' })
      .catch(() => null)
    const tables = answer && pictureTables(answer)
    if (mine === asked) ofPictures.value = tables?.some((table) => table !== null) ? tables : null
  }
  watch(
    [
      () =>
        runs()
          .map(({ run }) => run.id)
          .join(),
      baseline,
    ],
    () => void load(),
    { immediate: true },
  )

  const source = computed<Source>({
    get() {
      if (chosen.value !== null && (chosen.value !== 'pictures' || ofPictures.value)) return chosen.value
      return !tablesOf(runs(), 'best').some((table) => has(table, needs)) && ofPictures.value ? 'pictures' : 'best'
    },
    set: (next) => (chosen.value = next),
  })
  const tables = computed(() => (source.value === 'pictures' ? (ofPictures.value ?? []) : tablesOf(runs(), source.value)))
  const options = computed(() =>
    (['best', 'last', 'pictures'] as const)
      .filter((value) => value !== 'pictures' || ofPictures.value)
      .map((value) => ({ value, label: t(`comparison.classes.${value}`) })),
  )
  return { source, tables, options }
}
