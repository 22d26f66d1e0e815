import { computed, ref, shallowRef } from 'vue'
import type { FolderEntry } from '../../../shared/api/page/folders.ts'
import { pageClient } from '../../stores/link.ts'

type Listing = Awaited<ReturnType<ReturnType<typeof pageClient>['folders']['list']>>

/** Walks the folders the host may use; ids are opaque, paths are for display only. */
export function useFolderBrowser() {
  const listing = shallowRef<Listing | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  let asked = 0

  async function go(folderId: string | null): Promise<void> {
    const mine = ++asked
    loading.value = true
    try {
      const answer = await pageClient().folders.list({ folderId })
      if (mine !== asked) return
      listing.value = answer
      error.value = null
    } catch (cause) {
      if (mine === asked) error.value = cause
    } finally {
      if (mine === asked) loading.value = false
    }
  }

  const folders = computed<readonly FolderEntry[]>(() => (listing.value?.entries ?? []).filter((entry) => entry.kind === 'folder'))
  const weightFiles = computed<readonly FolderEntry[]>(() =>
    (listing.value?.entries ?? []).filter((entry) => entry.looksLike === 'weights'),
  )
  const atRoots = computed(() => listing.value?.folder === null)
  return { listing, folders, weightFiles, atRoots, error, loading, go }
}

/** The first root, where a new project goes unless the user says otherwise. */
export async function defaultLocation(): Promise<{ id: string; path: string } | null> {
  const roots = await pageClient().folders.list({ folderId: null })
  const root = roots.entries.find((entry) => entry.kind === 'folder')
  if (!root) return null
  const inside = await pageClient().folders.list({ folderId: root.id })
  return { id: root.id, path: inside.displayPath }
}
