import { z } from 'zod'

export const keyPresets = ['maskwright', 'labelme', 'xAnyLabeling', 'cvat'] as const
export type KeyPresetId = (typeof keyPresets)[number]

const commandIdSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}\.[A-Za-z0-9]{1,40}$/)
const shortcutSchema = z.string().min(1).max(40)

/** Which keys a user has: a preset, and the commands with keys of their own choice; an empty list takes a command's keys away. */
export const keyChoiceSchema = z.object({
  preset: z.enum(keyPresets),
  changes: z.record(commandIdSchema, z.array(shortcutSchema).max(8)).refine((changes) => Object.keys(changes).length <= 500),
})
export type KeyChoice = z.infer<typeof keyChoiceSchema>
