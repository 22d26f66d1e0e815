import { z } from 'zod'
import { keyChoiceSchema, type KeyChoice } from '../../../../shared/model/keys.ts'
import { isShortcut } from '../../../ui/shortcut.ts'

const fileSchema = keyChoiceSchema.extend({ format: z.literal('maskwright-keys'), version: z.literal(1) })

/** Nobody's keys need more; what is larger is something else. */
export const keyFileLimitBytes = 65_536

export type KeyFileFault = 'tooLarge' | 'notJson' | 'notKeys' | 'badKey'

export function writeKeyFile({ preset, changes }: KeyChoice): string {
  return `${JSON.stringify({ format: 'maskwright-keys', version: 1, preset, changes } satisfies z.infer<typeof fileSchema>, null, 2)}\n`
}

/** A file with keys, from anywhere: taken over whole or refused with the reason. `what`: the key that cannot be pressed. */
export function readKeyFile(text: string): { readonly choice: KeyChoice } | { readonly fault: KeyFileFault; readonly what: string } {
  if (text.length > keyFileLimitBytes) return { fault: 'tooLarge', what: '' }
  let content: unknown
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return { fault: 'notJson', what: '' }
  }
  const read = fileSchema.safeParse(content)
  if (!read.success) return { fault: 'notKeys', what: '' }
  const { preset, changes } = read.data
  const bad = Object.values(changes)
    .flat()
    .find((keys) => !isShortcut(keys))
  return bad === undefined ? { choice: { preset, changes } } : { fault: 'badKey', what: bad }
}
