import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { keyChoiceSchema } from '../../../shared/model/keys.ts'
import { writeWholeNow } from '../../media/wholeFile.ts'
import { whileLocked } from '../assist/fileLock.ts'

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

const none: UserSettings = { locale: null, theme: null, name: null, keys: null, embeddingBytes: null }

/** The name at the system; empty where it has none for this user (a container with a bare number). */
function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? ''
  }
}

/** Settings of this user on this machine, whichever of its processes writes them; a file that cannot be read counts as none. */
export function createUserSettings(stateFolder: string): UserSettingsFile {
  const file = path.join(stateFolder, 'settings.json')
  /** With what another version of the studio knows and this one does not. */
  function stored(): Record<string, unknown> {
    try {
      return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return {}
    }
  }
  const read = (): UserSettings => settingsSchema.parse({ ...none, ...stored() })
  return {
    read,
    who: () => read().name ?? systemUser(),
    // To what is in the file by then: a window, a command line and another studio may write at once.
    change: (patch) => whileLocked(file, () => writeWholeNow(file, JSON.stringify({ ...stored(), ...read(), ...patch }))),
  }
}
