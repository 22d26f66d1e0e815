import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { z } from 'zod'
import type { NvidiaFacts, SystemGpu } from '../../../../shared/model/device.ts'
import type { Answer } from './ask.ts'

const text = z.coerce.string().optional()
const gpuSchema = z.object({
  '@id': text,
  product_name: text,
  fb_memory_usage: z.object({ total: text }).optional().catch(undefined),
})
const logSchema = z.object({
  nvidia_smi_log: z.object({ driver_version: text, cuda_version: text, gpu: z.array(gpuSchema).optional().catch([]) }),
})

/** What `nvidia-smi -q -x` answered; null where there is no such program. */
export function readNvidiaSmi(answer: Answer): NvidiaFacts | null {
  if (answer.kind === 'absent') return null
  const nothing = { driver: null, cuda: null, gpus: [] }
  if (answer.kind === 'failed') return { ...nothing, error: answer.reason }
  return parseNvidiaXml(answer.text) ?? { ...nothing, error: `nvidia-smi said something unexpected: ${firstLine(answer.text)}` }
}

/** The report of `nvidia-smi -q -x`; null for anything else. */
export function parseNvidiaXml(xml: string): NvidiaFacts | null {
  if (/<!ENTITY/i.test(xml) || XMLValidator.validate(xml) !== true) return null
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    isArray: (name) => name === 'gpu',
  })
  const log = logSchema.safeParse(parsed(parser, xml))
  if (!log.success) return null
  const { driver_version, cuda_version, gpu = [] } = log.data.nvidia_smi_log
  const driver = versionOf(driver_version)
  return { driver, cuda: versionOf(cuda_version), gpus: gpu.map((card, index) => cardOf(card, index, driver)), error: null }
}

/** The parser refuses some names by throwing. */
function parsed(parser: XMLParser, xml: string): unknown {
  try {
    return parser.parse(xml)
  } catch {
    return null
  }
}

function cardOf(card: z.infer<typeof gpuSchema>, index: number, driver: string | null): SystemGpu {
  const memory = /^([\d.]+) MiB$/.exec(card.fb_memory_usage?.total ?? '')?.[1]
  return {
    name: printed(card.product_name) ?? `GPU ${index}`,
    driver,
    memoryBytes: memory === undefined ? null : Number(memory) * 2 ** 20,
    pci: printed(card['@id']),
  }
}

/** nvidia-smi writes 'N/A' and '[Unknown Error]' where it knows nothing. */
const printed = (value: string | undefined): string | null =>
  value === undefined || value === '' || /^(\[.*\]|N\/A)$/.test(value) ? null : value.slice(0, 200)
const versionOf = (value: string | undefined): string | null => /^\d+(\.\d+)*$/.exec(value ?? '')?.[0] ?? null
const firstLine = (value: string): string => (value.trim().split('\n')[0] ?? '').slice(0, 200) || 'nothing'
