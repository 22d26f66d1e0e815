import type { StudioEvent } from '../../../shared/api/page/system.ts'
import { AppError } from '../../../shared/errors.ts'
import { conflate } from '../../jobs/conflate.ts'
import { eventKey } from '../eventHub.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { Closing } from './closing.ts'
import { createClientSlots } from './clientSlots.ts'
import type { UserSettingsFile } from './userSettings.ts'

export interface SystemParts {
  readonly settings: UserSettingsFile
  readonly closing: Closing
  /** A new start address of the browser shell, once there is one. */
  readonly startUrl: () => string | null
}

export function createSystemService(host: Host, { settings, closing, startUrl }: SystemParts): AreaService<'system'> {
  const slots = createClientSlots()
  return {
    hello: ({ preferredClient, secret }, { connection }) => ({
      version: host.version,
      shell: connection.shell === 'electron' ? 'electron' : 'web',
      platform: process.platform,
      client: slots.take(connection, preferredClient, secret),
      projectOpen: host.slot.current !== null,
    }),
    events: (_input, { signal }) =>
      conflate<StudioEvent>({ signal, subscribe: (push) => host.events.subscribe((event) => push(eventKey(event), event)) }),
    startUrl(_input, { connection }) {
      if (connection.shell !== 'cli') throw new AppError('auth/forbidden', 'only a command line of this user may ask for a start address')
      return { url: startUrl() }
    },
    devices: ({ fresh }) => host.devices.find(fresh),
    answerClosing({ choice }, { connection }) {
      if (connection.shell !== 'electron') throw new AppError('auth/forbidden', 'only a window of the desktop studio closes it')
      closing.answer(choice)
      return {}
    },
    settings: () => ({ ...settings.read(), who: settings.who() }),
    async saveSettings(patch) {
      await settings.change(patch)
      return {}
    },
  }
}
