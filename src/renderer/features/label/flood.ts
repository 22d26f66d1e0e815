import { watch } from 'vue'
import { ColorFlood } from '../../canvas/wand/colorFlood.ts'
import type { FromFlood } from '../../canvas/wand/floodJob.ts'
import type { LabelState } from './labelStore.ts'

/** Gives the editor the flood over the open picture; its thread begins when it is first needed. Answers with how to stop. */
export function attachFlood(label: LabelState): () => void {
  let thread: Worker | null = null
  const flood = new ColorFlood({
    pixels: () => label.picture?.source ?? null,
    post(message, transfer) {
      if (!thread) {
        thread = new Worker(new URL('../../canvas/wand/flood.worker.ts', import.meta.url), { type: 'module' })
        thread.onmessage = ({ data }: MessageEvent<FromFlood>) => flood.take(data)
      }
      thread.postMessage(message, transfer)
    },
    found: () => void label.tools.key({ type: 'flood' }),
  })
  label.editor.finders.flood = flood
  const unwatch = watch(
    () => label.picture,
    () => flood.forget(),
  )
  return () => {
    unwatch()
    label.editor.finders.flood = null
    thread?.terminate()
  }
}
