import { openSam } from '../src/compute/assist/onnx/openSam.ts'

/** Milliseconds of all processors together since then: on a busy machine it says more than the clock. */
export function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** Milliseconds per picture of a square of noise, through the studio's session: made ready for the network (resized, normalised, padded), then encoded. */
export async function pictureTimes(
  files: { readonly encoderFile: string; readonly decoderFile: string },
  { side, pictures, threads }: { readonly side: number; readonly pictures: number; readonly threads: number },
): Promise<number[]> {
  const session = await openSam({ ...files, provider: 'cpu', threads })
  const rgb = Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 2_654_435_761) >>> 24)
  const times: number[] = []
  // The first one loads the weights.
  for (let i = 0; i <= pictures; i++) {
    const start = performance.now()
    await session.encode({ width: side, height: side, rgb })
    if (i > 0) times.push(performance.now() - start)
  }
  await session.close()
  return times
}
