import { samImportOptionsSchema, type SamImportOptions, type SamReport } from '../../../../../shared/model/samImport.ts'

/** What a checkpoint is to become, as typed; '' stands for what the file says. */
export interface CheckpointDraft {
  readonly name: string
  readonly imageSize: string
  readonly precision: SamImportOptions['precision']
}

export const newDraft: CheckpointDraft = { name: '', imageSize: '', precision: 'fp32' }

/** The host takes no longer one. */
const mostName = 120

export type ReadCheckpoint =
  { readonly options: SamImportOptions; readonly name: string | undefined } | { readonly bad: 'name' | 'imageSize' }

/** What the draft says, or the field that makes no sense; `patch` is known once the file was looked at. */
export function readCheckpoint({ name, imageSize, precision }: CheckpointDraft, patch: number | null): ReadCheckpoint {
  const said = name.trim()
  if (said.length > mostName) return { bad: 'name' }
  const side = imageSize.trim() === '' ? null : Number(imageSize)
  const read = samImportOptionsSchema.safeParse({ imageSize: side, precision })
  if (!read.success || (side !== null && patch !== null && side % patch !== 0)) return { bad: 'imageSize' }
  return { options: read.data, name: said === '' ? undefined : said }
}

/** Weights alone, which is nearly all of the files. */
export const writtenBytes = ({ parameters }: Pick<SamReport, 'parameters'>, precision: SamImportOptions['precision']): number =>
  parameters * (precision === 'fp16' ? 2 : 4)
