import { z } from 'zod'
import type { SystemGpu } from '../../../../shared/model/device.ts'

/** Windows: asks for names, drivers and memory of the display adapters, as JSON. */
export const windowsQuery = [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  'Get-CimInstance Win32_VideoController | Select-Object Name,DriverVersion,AdapterRAM | ConvertTo-Json -Compress',
] as const

const windowsSchema = z.object({
  Name: z.string().nullable().catch(null),
  DriverVersion: z.string().nullable().catch(null),
  AdapterRAM: z.number().nullable().catch(null),
})

/** Its answer: one object or a list. AdapterRAM has 32 bits, so 4 GB and more are told as unknown. */
export function parseWindowsGpus(json: string): SystemGpu[] {
  const found = z.union([z.array(windowsSchema), windowsSchema.transform((one) => [one])]).safeParse(parsed(json))
  if (!found.success) return []
  return found.data.map(({ Name, DriverVersion, AdapterRAM }, index) => ({
    name: Name ?? `GPU ${index}`,
    driver: DriverVersion,
    memoryBytes: AdapterRAM !== null && AdapterRAM > 0 && AdapterRAM < 4_293_918_720 ? AdapterRAM : null,
    pci: null,
  }))
}

const macSchema = z.object({
  SPDisplaysDataType: z.array(
    z.object({
      sppci_model: z.string().optional(),
      _name: z.string().optional(),
      spdisplays_mtlgpufamilysupport: z.string().optional(),
      spdisplays_vram: z.string().optional(),
    }),
  ),
})

/** macOS: `system_profiler SPDisplaysDataType -json`; the Metal family stands for the driver. */
export function parseMacGpus(json: string): SystemGpu[] {
  const found = macSchema.safeParse(parsed(json))
  if (!found.success) return []
  return found.data.SPDisplaysDataType.map((card, index) => {
    const memory = /^(\d+) (MB|GB)$/.exec(card.spdisplays_vram ?? '')
    return {
      name: card.sppci_model ?? card._name ?? `GPU ${index}`,
      driver: card.spdisplays_mtlgpufamilysupport?.replace('spdisplays_metal', 'Metal ') ?? null,
      memoryBytes: memory ? Number(memory[1]) * (memory[2] === 'GB' ? 2 ** 30 : 2 ** 20) : null,
      pci: null,
    }
  })
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
