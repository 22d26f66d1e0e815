import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { useStudio } from '../../stores/studio.ts'
import type { ChosenFolder } from '../folders/chosenFolder.ts'

/** The three ways in. A folder is chosen first; a project is made around it only where none is open. */
export function useDoors() {
  const studio = useStudio()
  const router = useRouter()
  const picking = ref(false)
  const purpose = ref<'images' | 'dataset' | 'project'>('dataset')
  const naming = ref(false)
  const chosen = ref<ChosenFolder | null>(null)
  const demoBusy = ref(false)

  function choose(what: 'images' | 'dataset' | 'project'): void {
    purpose.value = what
    picking.value = true
  }

  async function picked(folder: ChosenFolder): Promise<void> {
    chosen.value = folder
    if (purpose.value === 'project') await openProject(folder.id)
    else if (studio.project) await importChosen()
    else naming.value = true
  }

  async function openProject(folderId: string): Promise<void> {
    const opened = await attempt(async () => {
      await pageClient().projects.open({ folderId })
      await studio.dispatch({ type: 'project' })
    })
    if (opened) await router.push('/datasets')
  }

  async function importChosen(): Promise<void> {
    const folder = chosen.value
    if (!folder) return
    await attempt(() => pageClient().datasets.import({ folderId: folder.id }))
    await router.push('/datasets')
  }

  async function demo(): Promise<void> {
    demoBusy.value = true
    await attempt(() => pageClient().projects.demo({}))
    demoBusy.value = false
  }

  return { picking, purpose, naming, chosen, demoBusy, choose, picked, importChosen, openProject, demo }
}
