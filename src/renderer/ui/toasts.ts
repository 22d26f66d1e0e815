import { shallowReactive } from 'vue'

export interface Toast {
  readonly id: number
  readonly tone: 'info' | 'done' | 'error'
  readonly text: string
  /** Copied by the details button. */
  readonly details?: string
  readonly action?: { readonly label: string; readonly run: () => void }
  readonly lastsMs: number
}

/** What the frame shows in its corner; newest last. */
export const toasts = shallowReactive<Toast[]>([])
let nextId = 1

/** Undo must stay long enough to be read and reached by keyboard; errors stay until they are dismissed. */
export function showToast(toast: Omit<Toast, 'id' | 'lastsMs'>): number {
  const id = nextId++
  const lastsMs = toast.tone === 'error' ? 30_000 : toast.action ? 12_000 : 4_000
  toasts.push({ ...toast, id, lastsMs })
  if (toasts.length > 4) toasts.splice(0, toasts.length - 4)
  return id
}

export function dismissToast(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id)
  if (at >= 0) toasts.splice(at, 1)
}

/** Shows toasts of one kind: each takes the place of the one before. */
export function toastInPlace(): (toast: Parameters<typeof showToast>[0]) => void {
  let shown = -1
  return (toast) => {
    dismissToast(shown)
    shown = showToast(toast)
  }
}
