import { expect, it } from 'vitest'
import type { Hardware, NvidiaFacts } from '../../../../shared/model/device.ts'
import { missingForCuda, olderThan } from './cudaFit.ts'

const library = (file: string, path: string | null = `/usr/lib/${file}`) => ({ file, path, version: path === null ? null : '1' })
const cuda = (more: Partial<Hardware['cuda']> = {}): Hardware['cuda'] => ({
  driverCuda: '12.8',
  error: null,
  devices: [{ index: 0, name: 'Card', memoryBytes: 1, pci: null }],
  libraries: [library('libcudart.so.12'), library('libcudnn.so.9')],
  ...more,
})
const nvidia = (driver: string): NvidiaFacts => ({ driver, cuda: '12.8', gpus: [], error: null })

it('names nothing when all is there, or when there is no card and nothing was fetched', () => {
  expect(missingForCuda(nvidia('570.86.15'), cuda(), true)).toEqual([])
  expect(missingForCuda(null, cuda({ driverCuda: null, devices: [], libraries: [library('libcudnn.so.9', null)] }), false)).toEqual([])
})

it('names each missing piece and how to get it', () => {
  const pieces = missingForCuda(
    nvidia('570.86.15'),
    cuda({ libraries: [library('libcudart.so.12'), library('libcublasLt.so.12', null), library('libcudnn.so.9', null)] }),
    false,
  )
  expect(pieces).toEqual([
    { key: 'provider', data: {} },
    { key: 'library', data: { file: 'libcublasLt.so.12', package: 'libcublas-12-8' } },
    { key: 'library', data: { file: 'libcudnn.so.9', package: 'libcudnn9-cuda-12' } },
  ])
})

it('says when the driver is missing, too old, or does not start', () => {
  const first = (...args: Parameters<typeof missingForCuda>) => missingForCuda(...args)[0]
  expect(first(null, cuda({ driverCuda: null }), true)).toMatchObject({ key: 'driver' })
  expect(first(nvidia('470.57.02'), cuda({ driverCuda: '11.4' }), true)).toMatchObject({ key: 'driverCuda', data: { cuda: '11.4' } })
  expect(first(nvidia('525.53'), cuda(), true)).toMatchObject({ key: 'driverOld', data: { driver: '525.53' } })
  expect(first(nvidia('570.1'), cuda({ error: 'cuInit answers 999' }), true)).toMatchObject({
    key: 'driverBroken',
    data: { reason: 'cuInit answers 999' },
  })
})

it('compares versions by number, not by text', () => {
  expect([
    olderThan('525.60', '525.60.13'),
    olderThan('1000.1', '525.60.13'),
    olderThan('525.60.13', '525.60.13'),
    olderThan('525.105.17', '525.60.13'),
  ]).toEqual([true, false, false, false])
})
