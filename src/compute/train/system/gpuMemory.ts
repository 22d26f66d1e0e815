import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes in use on each GPU of the machine, by whatever process; empty where nothing tells it. */
export type GpuMemory = readonly number[]

const timeoutMs = 3_000
const nvidiaQuery = ['--query-gpu=memory.used', '--format=csv,noheader,nounits']

/** NVIDIA's own tool, else what the kernel says of AMD cards. */
export async function readGpuMemory(drm = '/sys/class/drm'): Promise<GpuMemory> {
  const nvidia = parseNvidiaMemory(await output('nvidia-smi', nvidiaQuery))
  return nvidia.length > 0 ? nvidia : readDrmMemory(drm)
}

/** A line per GPU, in MiB; '[N/A]' and anything else that is no number is left out. */
export const parseNvidiaMemory = (text: string): GpuMemory =>
  text
    .split('\n')
    .filter((line) => /^\s*\d+\s*$/.test(line))
    .map((line) => Number(line) * 2 ** 20)

/** 'mem_info_vram_used' of the amdgpu driver, in bytes, of each card in its order. */
export async function readDrmMemory(drm: string): Promise<GpuMemory> {
  const cards = (await readdir(drm).catch(() => []))
    .filter((name) => /^card\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
  const used = await Promise.all(cards.map((card) => readFile(join(drm, card, 'device', 'mem_info_vram_used'), 'utf8').catch(() => '')))
  return used.filter((text) => /^\d+\s*$/.test(text)).map(Number)
}

/** Waits for at most so long, also for a program that cannot be ended (a driver that hangs in the kernel). */
const output = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const child = execFile(command, args, { windowsHide: true }, (error, stdout) => {
      clearTimeout(timer)
      resolve(error ? '' : stdout)
    })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      child.unref()
      resolve('')
    }, timeoutMs)
  })
