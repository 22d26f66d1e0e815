import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { DeviceReport } from '../../shared/model/device.ts'
import { pageClient } from './link.ts'

/** Devices found and usable on the host; probing takes seconds, so it is asked for once. */
export const useDevices = defineStore('devices', () => {
  const report = shallowRef<DeviceReport | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(false)

  async function load(fresh = false): Promise<void> {
    if (loading.value || (report.value && !fresh)) return
    loading.value = true
    try {
      report.value = await pageClient().system.devices({ fresh })
      error.value = null
    } catch (cause) {
      error.value = cause
    } finally {
      loading.value = false
    }
  }

  return { report, error, loading, load }
})
