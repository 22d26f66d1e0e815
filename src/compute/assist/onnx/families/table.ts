import type { SamAdapter } from '../adapter.ts'
import { edgeSam } from './edgeSam.ts'
import { efficientSam } from './efficientSam.ts'
import { hfSam, hfSam2 } from './huggingFace.ts'
import { efficientVitSam, plainSam, rawSam, samMed2d } from './official.ts'
import { sam2 } from './sam2.ts'
import { samHq } from './samHq.ts'

/** Every way a SAM is spoken to, the more particular first: the first that recognises a pair takes it. */
export const samAdapters: readonly SamAdapter[] = [
  samHq,
  sam2,
  hfSam2,
  hfSam,
  efficientSam,
  edgeSam,
  efficientVitSam,
  rawSam,
  samMed2d,
  plainSam,
]
