import type { StudioEvent } from '../../../shared/api/page/system.ts'
import { AppError } from '../../../shared/errors.ts'
import { conflate } from '../../jobs/conflate.ts'
import { eventKey } from '../eventHub.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import { createClientSlots } from './clientSlots.ts'
import type { UserSettingsFile } from './userSettings.ts'

/** `startUrl`: a new start address of the browser shell, once there is one. */
export function createSystemService(host: Host, settings: UserSettingsFile, startUrl: () => string | null): AreaService<'system'> {
  const slots = createClientSlots()
  return {
    hello: ({ preferredClient }, { connection }) => ({
      version: host.version,
      shell: connection.shell === 'electron' ? 'electron' : 'web',
      platform: process.platform,
      client: slots.take(connection, preferredClient),
      projectOpen: host.slot.current !== null,
    }),
    events: (_input, { signal }) =>
      conflate<StudioEvent>({ signal, subscribe: (push) => host.events.subscribe((event) => push(eventKey(event), event)) }),
    startUrl(_input, { connection }) {
      if (connection.shell !== 'cli') throw new AppError('auth/forbidden', 'only a command line of this user may ask for a start address')
      return { url: startUrl() }
    },
    devices: ({ fresh }) => host.devices.find(fresh),
    settings: () => settings.read(),
    saveSettings(patch) {
      settings.change(patch)
      return {}
    },
  }
}
