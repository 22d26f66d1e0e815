import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { CancelledError } from '../../shared/errors.ts'

export interface Resource<T> {
  readonly data: ShallowRef<T | null>
  readonly error: ShallowRef<unknown>
  /** True while the first answer is awaited; a reload keeps what is on show. */
  readonly loading: Ref<boolean>
  reload(): Promise<void>
}

/** Something read from the host: read now, again when a source changes, and on reload; a late answer to an old question is dropped. */
export function useResource<T>(read: () => Promise<T>, sources: WatchSource[] = []): Resource<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(true)
  let asked = 0
  async function reload(): Promise<void> {
    const mine = ++asked
    try {
      const answer = await read()
      if (mine !== asked) return
      data.value = answer
      error.value = null
    } catch (cause) {
      if (mine !== asked || cause instanceof CancelledError) return
      error.value = cause
    } finally {
      if (mine === asked) loading.value = false
    }
  }
  if (sources.length > 0)
    watch(sources, () => {
      data.value = null
      loading.value = true
      void reload()
    })
  onScopeDispose(() => asked++)
  void reload()
  return { data, error, loading, reload }
}
