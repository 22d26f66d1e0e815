import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { mostModelFiles } from '../../../../shared/assist/modelUpload.ts'
import { CancelledError, errorFromWire } from '../../../../shared/errors.ts'
import type { Job } from '../../../../shared/model/job.ts'
import { samConversionSchema, samImportOptionsSchema, type SamConversion, type SamReport } from '../../../../shared/model/samImport.ts'
import { pageClient } from '../../../stores/link.ts'
import type { ChosenFolder } from '../../folders/chosenFolder.ts'
import { newDraft, readCheckpoint, type CheckpointDraft, type ReadCheckpoint } from './checkpoint/checkpointDraft.ts'

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
  /** The chosen file where it is a checkpoint of an official SAM: it is converted first, into what the draft says. */
  readonly checkpoint: ComputedRef<ModelFile | null>
  readonly draft: ShallowRef<CheckpointDraft>
  readonly wanted: ComputedRef<ReadCheckpoint>
  /** What the checkpoint holds; null: not looked at yet (a dropped one is not sent before it is converted). */
  readonly report: ShallowRef<SamReport | null>
  /** The conversion under way. */
  readonly jobId: Ref<string | null>
  /** What the last checkpoint became. */
  readonly conversion: ShallowRef<SamConversion | null>
  /** The last conversion needs no more to be told of. */
  seen(): void
  say(draft: CheckpointDraft): void
  choose(file: ChosenFolder): void
  /**
   * Files were dropped: they are sent and added at once, with those that were dropped before and refused (one half, and then the other); a checkpoint waits
   * for what it is to become.
   */
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

/** Weights of an official SAM: they become ONNX files first. */
const checkpointName = /\.(pth|pt|bin|safetensors)$/i

export function createAddingModel({ added, whenEnded, send }: AddingPorts): AddingModel {
  const files = shallowRef<readonly ModelFile[]>([])
  const error = shallowRef<unknown>(null)
  const busy = ref(false)
  const draft = shallowRef(newDraft)
  const report = shallowRef<SamReport | null>(null)
  const jobId = ref<string | null>(null)
  const conversion = shallowRef<SamConversion | null>(null)
  const checkpoint = computed(() => {
    const [only, other] = files.value
    return only && !other && checkpointName.test(only.name) ? only : null
  })
  const wanted = computed(() => readCheckpoint(draft.value, report.value?.patch ?? null))

  /** The id of the model that the files became. */
  async function addFiles(): Promise<string> {
    const fileIds: string[] = []
    for (const { id, dropped } of files.value) fileIds.push(dropped ? await send(dropped) : id)
    return (await pageClient().assist.addModel({ fileIds })).id
  }
  async function convert({ id, dropped }: ModelFile, { options, name }: Exclude<ReadCheckpoint, { bad: unknown }>): Promise<string> {
    const fileId = dropped ? await send(dropped) : id
    const started = await pageClient().assist.importCheckpoint({ fileId, options, ...(name === undefined ? {} : { name }) })
    jobId.value = started.jobId
    const { state, error: wire, result } = await whenEnded(started.jobId)
    if (state === 'cancelled') throw new CancelledError()
    if (wire) throw errorFromWire(wire)
    conversion.value = samConversionSchema.parse(result)
    return conversion.value.modelId
  }

  async function add(): Promise<void> {
    if (files.value.length === 0 || busy.value) return
    const converted = checkpoint.value
    const said = wanted.value
    if (converted && 'bad' in said) return
    busy.value = true
    error.value = null
    try {
      const modelId = converted && !('bad' in said) ? await convert(converted, said) : await addFiles()
      take([])
      added(modelId)
    } catch (cause) {
      if (!(cause instanceof CancelledError)) error.value = cause
    } finally {
      busy.value = false
      jobId.value = null
    }
  }

  /** Other files than before: what was said of the others is of no use to them. */
  function take(next: readonly ModelFile[]): void {
    error.value = null
    report.value = null
    draft.value = newDraft
    files.value = next
    const looked = checkpoint.value
    if (looked && !looked.dropped) void look(looked)
  }
  async function look(file: ModelFile): Promise<void> {
    const isStill = (): boolean => checkpoint.value === file
    try {
      const found = await pageClient().assist.inspectCheckpoint({ fileId: file.id, options: samImportOptionsSchema.parse({}) })
      if (isStill()) report.value = found
    } catch (cause) {
      // What a conversion of the same file says comes later and knows more.
      if (isStill() && !busy.value) error.value = cause
    }
  }

  return {
    files,
    error,
    busy,
    checkpoint,
    draft,
    wanted,
    report,
    jobId,
    conversion,
    seen: () => void (conversion.value = null),
    say: (said) => void (draft.value = said),
    choose: (file) => take([...files.value.filter(({ id, dropped }) => !dropped && id !== file.id), file].slice(-mostFiles)),
    drop(list) {
      if (busy.value || list.length === 0) return
      const before = files.value.filter(({ name, dropped }) => dropped && list.every((file) => file.name !== name))
      take([...before, ...list.map((dropped) => ({ id: `dropped ${dropped.name}`, name: dropped.name, dropped }))].slice(-mostModelFiles))
      if (!checkpoint.value) void add()
    },
    leaveOut: (id) => take(files.value.filter((file) => file.id !== id)),
    add: () => void add(),
  }
}
