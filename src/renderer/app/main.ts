import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import { i18n } from '../i18n/i18n.ts'
import { createPageClient } from '../rpc/pageClient.ts'
import { useDatasets } from '../stores/datasets.ts'
import { useDevices } from '../stores/devices.ts'
import { useJobs } from '../stores/jobs.ts'
import { setLink } from '../stores/link.ts'
import { useModels } from '../stores/models.ts'
import { useRuns } from '../stores/runs.ts'
import { useStudio } from '../stores/studio.ts'
import AppRoot from './AppRoot.vue'
import { tellInterrupted } from './frame/interruptedToasts.ts'
import { announceJobs } from './frame/jobToasts.ts'
import { createPageRouter } from './router.ts'
import './styles.css'

setLink(await createPageClient())
const app = createApp(AppRoot)
app.use(createPinia())
app.use(i18n)

const studio = useStudio()
studio.applyRemembered()
const ready = new Promise<void>((resolve) => {
  const stop = watch(
    () => studio.ready,
    (now) => {
      if (!now) return
      stop()
      resolve()
    },
    { flush: 'sync' },
  )
})
// The first page is chosen once it is known whether a project is open.
const router = createPageRouter(ready, () => studio.project !== null)
app.use(router)
app.mount('#app')
void ready.then(() => {
  useDatasets().start()
  useJobs().start()
  announceJobs(useJobs().onEnded, router)
  useRuns().start()
  watch(
    () => useRuns().all,
    (all) => tellInterrupted(all, router),
  )
  useModels().start()
  void useDevices().load()
})
watch(
  () => studio.project?.id,
  (id, before) => {
    if (id !== undefined && router.currentRoute.value.path === '/start') void router.replace('/datasets')
    if (id === undefined && before !== undefined) void router.replace('/start')
  },
)
void studio.start()
