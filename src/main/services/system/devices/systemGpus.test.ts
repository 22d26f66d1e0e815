import { expect, it } from 'vitest'
import { parseMacGpus, parseWindowsGpus } from './systemGpus.ts'

it('reads the display adapters of Windows, one or several; 4 GB and more do not fit its number', () => {
  const one = '{"Name":"NVIDIA GeForce RTX 4090","DriverVersion":"32.0.15.6094","AdapterRAM":4293918720}'
  const integrated = '{"Name":"Intel(R) UHD Graphics","DriverVersion":"31.0.101.2111","AdapterRAM":1073741824}'
  expect(parseWindowsGpus(one)).toEqual([{ name: 'NVIDIA GeForce RTX 4090', driver: '32.0.15.6094', memoryBytes: null, pci: null }])
  expect(parseWindowsGpus(`[${one},${integrated}]`)).toHaveLength(2)
  expect(parseWindowsGpus(`[${integrated}]`)[0]!.memoryBytes).toBe(1073741824)
  expect(parseWindowsGpus('[{"Name":null}]')).toEqual([{ name: 'GPU 0', driver: null, memoryBytes: null, pci: null }])
  for (const text of ['', 'Get-CimInstance : not recognised', '[1]', 'null']) expect(parseWindowsGpus(text)).toEqual([])
})

it('reads the graphics of macOS', () => {
  const apple = { sppci_model: 'Apple M3 Max', spdisplays_mtlgpufamilysupport: 'spdisplays_metal3' }
  const amd = { _name: 'AMD Radeon Pro 5500M', spdisplays_vram: '8 GB' }
  expect(parseMacGpus(JSON.stringify({ SPDisplaysDataType: [apple, amd] }))).toEqual([
    { name: 'Apple M3 Max', driver: 'Metal 3', memoryBytes: null, pci: null },
    { name: 'AMD Radeon Pro 5500M', driver: null, memoryBytes: 8 * 2 ** 30, pci: null },
  ])
  for (const text of ['', '{}', '{"SPDisplaysDataType":{}}']) expect(parseMacGpus(text)).toEqual([])
})
