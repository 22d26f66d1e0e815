import type { SamAdapter } from '../adapter.ts'
import { efficientVitSam, plainSam, rawSam, samMed2d } from './official.ts'

/** Every way a SAM is spoken to, the more particular first: the first that recognises a pair takes it. */
export const samAdapters: readonly SamAdapter[] = [efficientVitSam, rawSam, samMed2d, plainSam]
