import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { DeviceRow } from '../../bench/devices.ts'

const root = path.join(import.meta.dirname, '../..')

test('the bench of devices trains the same on each and says who does not take part', async () => {
  const args = [
    'bench/run.ts',
    'devices',
    '--training',
    'tiny:32:1',
    '--providers',
    'cpu,tfjs,coreml',
    '--steps',
    '2',
    '--rounds',
    '2',
    '--gpu',
    '',
    '--json',
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  const { results } = JSON.parse(stdout) as { results: { training: string; rows: DeviceRow[] }[] }
  expect(results).toHaveLength(1)
  const { training, rows } = results[0]!
  expect(training).toBe('tiny:32:1')
  const of = (name: string) => rows.find((row) => row.name === name)!
  expect(of('cpu')).toMatchObject({ error: null, maxDifference: 0, ratio: 1 })
  expect(of('cpu').losses).toHaveLength(3)
  expect(of('cpu').losses[2]).toBeLessThan(of('cpu').losses[0]!)
  expect(of('tfjs').maxDifference).toBeLessThan(1e-4)
  if (process.platform !== 'darwin') expect(of('coreml').error).toContain('coreml')
}, 120_000)
