import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { CancelledError, errorFromWire } from '../../../../shared/errors.ts'
import type { Job } from '../../../../shared/model/job.ts'
import { pageClient } from '../../../stores/link.ts'
import type { ChosenFolder } from '../../folders/chosenFolder.ts'

/** A file of a model: one of the host's machine, or one that was dropped on the page and has to be sent. */
export interface ModelFile {
  readonly id: string
  readonly name: string
  /** For display; absent: it was dropped. */
  readonly path?: string
  readonly dropped?: File
}

/** A model that is being added: its files, and why they were refused. */
export interface AddingModel {
  readonly files: ShallowRef<readonly ModelFile[]>
  readonly error: ShallowRef<unknown>
  readonly busy: Ref<boolean>
  choose(file: ChosenFolder): void
  /** Files were dropped: they are sent and added at once, with those that were dropped before and refused (one half, and then the other). */
  drop(files: readonly File[]): void
  leaveOut(id: string): void
  add(): void
}

export interface AddingPorts {
  readonly added: (modelId: string) => void
  readonly whenEnded: (jobId: string) => Promise<Job>
  /** Sends a file to the host; answers with its id there. */
  readonly send: (file: File) => Promise<string>
}

/** A model is one file, or an encoder and a decoder. */
const mostFiles = 2
/** With the weights that lie beside them. */
const mostDropped = 8

/** Weights of an official SAM: they become ONNX files first. */
const checkpoint = /\.(pth|pt|bin|safetensors)$/i

export function createAddingModel({ added, whenEnded, send }: AddingPorts): AddingModel {
  const files = shallowRef<readonly ModelFile[]>([])
  const error = shallowRef<unknown>(null)
  const busy = ref(false)

  /** The id of the model that the files became. */
  async function addFiles(): Promise<string> {
    const fileIds: string[] = []
    for (const { id, dropped } of files.value) fileIds.push(dropped ? await send(dropped) : id)
    if (fileIds.length > 1 || !checkpoint.test(files.value[0]!.name)) return (await pageClient().assist.addModel({ fileIds })).id
    const { jobId } = await pageClient().assist.importCheckpoint({ fileId: fileIds[0]!, options: {} })
    const { state, error: wire, result } = await whenEnded(jobId)
    if (state === 'cancelled') throw new CancelledError()
    if (wire) throw errorFromWire(wire)
    return (result as { modelId: string }).modelId
  }

  async function add(): Promise<void> {
    if (files.value.length === 0 || busy.value) return
    busy.value = true
    error.value = null
    try {
      const modelId = await addFiles()
      files.value = []
      added(modelId)
    } catch (cause) {
      if (!(cause instanceof CancelledError)) error.value = cause
    } finally {
      busy.value = false
    }
  }

  return {
    files,
    error,
    busy,
    choose(file) {
      error.value = null
      files.value = [...files.value.filter(({ id, dropped }) => !dropped && id !== file.id), file].slice(-mostFiles)
    },
    drop(list) {
      if (busy.value || list.length === 0) return
      const before = files.value.filter(({ name, dropped }) => dropped && list.every((file) => file.name !== name))
      files.value = [...before, ...list.map((dropped) => ({ id: `dropped ${dropped.name}`, name: dropped.name, dropped }))].slice(
        -mostDropped,
      )
      void add()
    },
    leaveOut(id) {
      error.value = null
      files.value = files.value.filter((file) => file.id !== id)
    },
    add: () => void add(),
  }
}
