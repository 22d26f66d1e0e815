import type { DeviceReport } from '../../../shared/model/device.ts'
import type { MessageKey } from '../../i18n/i18n.ts'

type ProviderReport = DeviceReport['providers'][number]
/** A sentence of the catalogues, and the machine's own words where they say more. */
export interface DeviceNote {
  readonly key: MessageKey | null
  readonly details: string
}

const nothing: DeviceNote = { key: null, details: '' }

/** Why `auto` takes what it takes. */
export function autoReason({ auto, providers }: Pick<DeviceReport, 'auto' | 'providers'>): MessageKey {
  if (auto.provider !== 'cpu') return 'settings.autoBecause.gpu'
  const webgpu = providers.find((provider) => provider.name === 'webgpu')
  return webgpu?.bundled ? 'settings.autoBecause.noGpu' : 'settings.autoBecause.notBundled'
}

export function providerNote({ name, bundled, usable, error }: ProviderReport): DeviceNote {
  if (usable) return nothing
  if (!bundled) return { key: name === 'cuda' ? 'settings.notes.cudaMissing' : 'settings.notes.otherSystem', details: '' }
  const key = /adapter/i.test(error ?? '') ? 'settings.notes.noAdapter' : 'settings.notes.didNotStart'
  return { key, details: error ?? '' }
}

export function tfjsNote({ installed, loads, state }: DeviceReport['tfjs']): DeviceNote {
  if (loads) return nothing
  return installed ? { key: 'settings.notes.tfjsBroken', details: state } : { key: 'settings.notes.tfjsOptional', details: '' }
}

export const electronNote = ({ installed }: DeviceReport['electron']): DeviceNote =>
  installed ? nothing : { key: 'settings.notes.electronMissing', details: '' }
