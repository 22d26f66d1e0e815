import { computed, ref, shallowRef } from 'vue'
import type { EmbeddingCache } from '../../../shared/model/assist.ts'
import { t } from '../../i18n/i18n.ts'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { formatBytes } from '../../ui/format.ts'
import { showToast } from '../../ui/toasts.ts'

const limits: readonly number[] = [0.5e9, 1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 64e9]

/** The limits that can be chosen; the one in force is among them, whoever set it. */
export const limitChoices = (inForce: number): number[] => [...new Set([...limits, inForce])].sort((a, b) => a - b)

/** What the embeddings of smart select take in the open project, and how that is changed. */
export function useEmbeddingCache() {
  const cache = shallowRef<EmbeddingCache | null>(null)
  const error = shallowRef<unknown>(null)
  const busy = ref(false)

  async function load(): Promise<void> {
    try {
      cache.value = await pageClient().assist.cache({})
      error.value = null
    } catch (cause) {
      error.value = cause
    }
  }
  async function change(patch: Parameters<ReturnType<typeof pageClient>['assist']['changeCache']>[0]): Promise<boolean> {
    busy.value = true
    const done = await attempt(async () => (cache.value = await pageClient().assist.changeCache(patch)))
    busy.value = false
    return done
  }
  const limit = computed({
    get: () => String(cache.value?.limitBytes ?? 0),
    set: (next: string) => void change({ limitBytes: Number(next) }),
  })
  async function empty(): Promise<void> {
    const before = cache.value
    if ((await change({ clear: true })) && before)
      showToast({ tone: 'info', text: t('tuning.cache.emptied', { size: formatBytes(before.bytes - (cache.value?.bytes ?? 0)) }) })
  }

  void load()
  return {
    cache,
    error,
    busy,
    load,
    limit,
    options: computed(() =>
      limitChoices(cache.value?.limitBytes ?? 0).map((value) => ({ value: String(value), label: formatBytes(value) })),
    ),
    empty,
  }
}
