import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { CancelledError, errorFromWire } from '../../../../shared/errors.ts'
import type { Job } from '../../../../shared/model/job.ts'
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

/** Weights of an official SAM: they become ONNX files first. */
const checkpoint = /\.(pth|pt|bin|safetensors)$/i

/** The id of the model that the files became. */
async function addFiles(files: readonly ChosenFolder[], whenEnded: (jobId: string) => Promise<Job>): Promise<string> {
  const [first] = files
  if (files.length > 1 || !checkpoint.test(first!.name))
    return (await pageClient().assist.addModel({ fileIds: files.map(({ id }) => id) })).id
  const { jobId } = await pageClient().assist.importCheckpoint({ fileId: first!.id, options: {} })
  const { state, error, result } = await whenEnded(jobId)
  if (state === 'cancelled') throw new CancelledError()
  if (error) throw errorFromWire(error)
  return (result as { modelId: string }).modelId
}

export function createAddingModel(added: (modelId: string) => void, whenEnded: (jobId: string) => Promise<Job>): AddingModel {
  const files = shallowRef<readonly ChosenFolder[]>([])
  const dropped = ref('')
  const error = shallowRef<unknown>(null)
  const busy = ref(false)

  async function add(): Promise<void> {
    if (files.value.length === 0 || busy.value) return
    busy.value = true
    error.value = null
    try {
      const modelId = await addFiles(files.value, whenEnded)
      files.value = []
      dropped.value = ''
      added(modelId)
    } catch (cause) {
      if (!(cause instanceof CancelledError)) error.value = cause
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
