import { LiveWire, type WireWorker } from '../../canvas/livewire/liveWire.ts'
import type { FromWire } from '../../canvas/livewire/wireJob.ts'
import type { LabelState } from './labelStore.ts'

/** Gives the editor the live-wire over the open picture; its thread begins when it is first needed. Answers with how to stop. */
export function attachWire(label: LabelState): () => void {
  let thread: Worker | null = null
  const worker: WireWorker = {
    post(message, transfer) {
      if (!thread) {
        thread = new Worker(new URL('../../canvas/livewire/liveWire.worker.ts', import.meta.url), { type: 'module' })
        thread.onmessage = ({ data }: MessageEvent<FromWire>) => wire.take(data)
      }
      thread.postMessage(message, transfer)
    },
  }
  const wire = new LiveWire({
    pixels: () => label.picture?.source ?? null,
    worker,
    found: () => void label.tools.key({ type: 'wire' }),
  })
  label.editor.finders.wire = wire
  return () => {
    label.editor.finders.wire = null
    thread?.terminate()
  }
}
