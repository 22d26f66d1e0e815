import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask } from './ask.ts'
import { parseNvidiaXml, readNvidiaSmi } from './nvidiaSmi.ts'

const gpu = (id: string, name: string, memory: string) => `<gpu id="${id}">
    <product_name>${name}</product_name><uuid>GPU-1</uuid>
    <fb_memory_usage><total>${memory}</total><used>3 MiB</used></fb_memory_usage>
    <processes><process_info><pid>1</pid><process_name>a &amp; b</process_name></process_info></processes>
  </gpu>`
const report = (...gpus: string[]) => `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <timestamp>Sat Nov 21 10:00:00 2026</timestamp>
  <driver_version>570.86.15</driver_version><cuda_version>12.8</cuda_version><attached_gpus>${gpus.length}</attached_gpus>
  ${gpus.join('\n')}
</nvidia_smi_log>`

describe('nvidia-smi', () => {
  it('tells the driver, the newest CUDA and every card', () => {
    const facts = parseNvidiaXml(
      report(gpu('00000000:17:00.0', 'NVIDIA RTX A6000', '49140 MiB'), gpu('00000000:65:00.0', '[Unknown Error]', 'N/A')),
    )
    expect(facts).toEqual({
      driver: '570.86.15',
      cuda: '12.8',
      error: null,
      gpus: [
        { name: 'NVIDIA RTX A6000', driver: '570.86.15', memoryBytes: 49140 * 2 ** 20, pci: '00000000:17:00.0' },
        { name: 'GPU 1', driver: '570.86.15', memoryBytes: null, pci: '00000000:65:00.0' },
      ],
    })
    expect(parseNvidiaXml(report())?.gpus).toEqual([])
  })
  it('takes nothing from garbage', () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><nvidia_smi_log>&b;</nvidia_smi_log>'
    const reserved = '<nvidia_smi_log><__proto__><a>1</a></__proto__></nvidia_smi_log>'
    for (const text of [
      reserved,
      '',
      'NVIDIA-SMI has failed',
      '<a>',
      '<html><body/></html>',
      report().slice(0, 200),
      bomb,
      '\0'.repeat(1000),
    ])
      expect(parseNvidiaXml(text), text.slice(0, 30)).toBeNull()
    expect(readNvidiaSmi({ kind: 'text', text: 'No devices were found\n' })).toMatchObject({
      gpus: [],
      error: 'nvidia-smi said something unexpected: No devices were found',
    })
    expect(readNvidiaSmi({ kind: 'absent' })).toBeNull()
  })
})

describe.skipIf(process.platform === 'win32')('a program that is asked', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-ask-'))
  const program = (body: string) => {
    const file = path.join(folder, 'nvidia-smi')
    writeFileSync(file, `#!/bin/sh\n${body}\n`)
    chmodSync(file, 0o755)
    return file
  }
  it('is not waited for when it hangs, and its failure is told in its first words', async () => {
    const start = performance.now()
    const hung = await ask(program('exec sleep 30'), [], 300)
    expect(hung).toMatchObject({ kind: 'failed', reason: expect.stringContaining('did not answer within 0.3 s') as string })
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(await ask(program('echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18'), [], 5_000)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Driver/library version mismatch') as string,
    })
    expect(await ask(program('kill -9 $$'), [], 5_000)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('SIGKILL') as string,
    })
    expect(await ask(path.join(folder, 'absent'), [], 5_000)).toEqual({ kind: 'absent' })
    rmSync(folder, { recursive: true })
  })
})
