import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { keyChoiceSchema } from '../../../shared/model/keys.ts'
import { fromDiskError, writeWhole } from '../../media/wholeFile.ts'

const settingsSchema = z.object({
  locale: z.enum(['en', 'zh-CN']).nullable().catch(null),
  theme: z.enum(['dark', 'light']).nullable().catch(null),
  name: z.string().nullable().catch(null),
  keys: keyChoiceSchema.nullable().catch(null),
  /** Bytes of embeddings kept on disk per project; null: as many as is usual. */
  embeddingBytes: z.int().min(0).nullable().catch(null),
})
export type UserSettings = z.infer<typeof settingsSchema>

export interface UserSettingsFile {
  read(): UserSettings
  /** Errors: disk/full, disk/failed. */
  change(patch: Partial<UserSettings>): Promise<void>
  /** Who signs changes: the name in the settings, else the one this user has on the machine. */
  who(): string
}

/** The name at the system; empty where it has none for this user (a container with a bare number). */
function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? ''
  }
}

/** Settings of this user on this machine; a file that cannot be read counts as none. */
export function createUserSettings(stateFolder: string): UserSettingsFile {
  const file = path.join(stateFolder, 'settings.json')
  const read = (): UserSettings => {
    try {
      return settingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return { locale: null, theme: null, name: null, keys: null, embeddingBytes: null }
    }
  }
  async function write(patch: Partial<UserSettings>): Promise<void> {
    try {
      await mkdir(stateFolder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw fromDiskError(error)
    }
    await writeWhole(file, JSON.stringify({ ...read(), ...patch }))
  }
  // One after another: each adds to what the one before has left in the file.
  let writing: Promise<void> = Promise.resolve()
  return {
    read,
    who: () => read().name ?? systemUser(),
    change: (patch) =>
      (writing = writing.then(
        () => write(patch),
        () => write(patch),
      )),
  }
}
