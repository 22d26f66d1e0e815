import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

const longMs = 300

/** True from when on something has been going on for longer than a glance, until it ends. */
export function useLongWait(goesOn: () => boolean): Readonly<Ref<boolean>> {
  const long = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    goesOn,
    (on) => {
      clearTimeout(timer)
      long.value = false
      if (on) timer = setTimeout(() => (long.value = true), longMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return readonly(long)
}
