import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { AssistModel } from '../../../../shared/model/assist.ts'
import { pageClient } from '../../../stores/link.ts'
import type { ChosenFolder } from '../../folders/chosenFolder.ts'

/** A model that is being added: its files, and why they were refused. */
export interface AddingModel {
  readonly files: ShallowRef<readonly ChosenFolder[]>
  /** Names of files that were dropped, of which a page knows no place. */
  readonly dropped: Ref<string>
  readonly error: ShallowRef<unknown>
  readonly busy: Ref<boolean>
  choose(file: ChosenFolder): void
  /** Files were dropped: their names are said, their places have to be chosen. */
  drop(names: readonly string[]): void
  leaveOut(id: string): void
  add(): void
}

/** A model is one file, or an encoder and a decoder. */
const mostFiles = 2

export function createAddingModel(added: (model: AssistModel) => void): AddingModel {
  const files = shallowRef<readonly ChosenFolder[]>([])
  const dropped = ref('')
  const error = shallowRef<unknown>(null)
  const busy = ref(false)

  async function add(): Promise<void> {
    if (files.value.length === 0 || busy.value) return
    busy.value = true
    error.value = null
    try {
      const model = await pageClient().assist.addModel({ fileIds: files.value.map(({ id }) => id) })
      files.value = []
      dropped.value = ''
      added(model)
    } catch (cause) {
      error.value = cause
    } finally {
      busy.value = false
    }
  }

  return {
    files,
    dropped,
    error,
    busy,
    choose(file) {
      error.value = null
      files.value = [...files.value.filter(({ id }) => id !== file.id), file].slice(-mostFiles)
    },
    drop(names) {
      dropped.value = names.join(', ')
    },
    leaveOut(id) {
      error.value = null
      files.value = files.value.filter((file) => file.id !== id)
    },
    add: () => void add(),
  }
}
