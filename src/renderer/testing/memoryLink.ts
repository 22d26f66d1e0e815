import type { PageClient } from '../../shared/api/page/contract.ts'
import type { LinkState, PageLink } from '../rpc/pageClient.ts'

type Answers = { [Area in keyof PageClient]?: Partial<{ [Method in keyof PageClient[Area]]: PageClient[Area][Method] }> }

export interface MemoryLink extends PageLink {
  /** Tells the pages that the link is lost, or back. */
  become(state: LinkState): void
  readonly calls: readonly string[]
}

/** A link for tests that answers from memory with the types of the contract; a method that was not given fails the test by name. */
export function memoryLink(answers: Answers): MemoryLink {
  const listeners = new Set<(state: LinkState) => void>()
  const calls: string[] = []
  let state: LinkState = 'open'
  const area = (name: string): object =>
    new Proxy(
      {},
      {
        get: (_, method: string) => (input: unknown, options: unknown) => {
          calls.push(`${name}.${method}`)
          const known = (answers as Record<string, Record<string, (input: unknown, options: unknown) => unknown> | undefined>)[name]?.[
            method
          ]
          if (!known) throw new Error(`the test gave no answer for ${name}.${method}`)
          return known(input, options)
        },
      },
    )
  return {
    client: new Proxy({}, { get: (_, name: string) => area(name) }) as PageClient,
    get state() {
      return state
    },
    onState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => undefined,
    become(next) {
      state = next
      for (const listener of listeners) listener(next)
    },
    calls,
  }
}
