import type { PageClient } from '../../shared/api/page/contract.ts'
import { invariant } from '../../shared/errors.ts'
import type { PageLink } from '../rpc/pageClient.ts'

let current: PageLink | null = null

/** The start-up hands over the link once; tests hand over one that answers from memory. */
export function setLink(link: PageLink): void {
  current = link
}

export function pageLink(): PageLink {
  invariant(current, 'the link is set before the first page mounts')
  return current
}

/** The typed client of this page. Failures are AppError or CancelledError. */
export const pageClient = (): PageClient => pageLink().client
