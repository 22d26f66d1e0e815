import { CheckpointStore } from '../../src/compute/train/checkpointStore.ts'

// Writes checkpoints as fast as it can until it is killed: what a kill leaves behind is the subject of tests/contract/checkpoint.test.ts.
const [folder = '', firstStep = '1', attempt = '1'] = process.argv.slice(2)
const store = new CheckpointStore(folder, { keep: 2 })
const weights = new Float32Array(200_000)
await store.tidy()
for (let step = Number(firstStep); ; step++) {
  weights.fill(step)
  const best = step % 3 === 0
  const primary = { name: 'mIoU', best: step, bestStep: best ? step : step - (step % 3), last: step }
  await store.save(
    {
      state: {
        version: 1,
        runId: 'r',
        attempt: Number(attempt),
        step,
        epoch: step,
        seed: 0,
        snapshotHash: 's',
        configHash: 'c',
        validatedStep: step,
        primary,
        updates: step,
        lossScale: null,
        hooks: {},
        wall: Date.now(),
      },
      model: [{ name: 'w', dtype: 'F32', shape: [weights.length], data: weights }],
      optimizer: [{ name: 'm.w', dtype: 'F32', shape: [weights.length], data: weights }],
    },
    { periodic: step % 2 === 0, best },
  )
  process.send?.(step)
}
