import { availableParallelism } from 'node:os'
import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { isFresh } from './scripts/buildStamp.mjs'

// The contract tests start hundreds of processes and threads from the TypeScript sources: what one compiled, the next need not (half of a start).
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules', '.cache', 'compile')
// And they start what is shipped where it was built from the sources as they are.
if (process.argv.includes('run') && isFresh(import.meta.dirname)) process.env['MASKWRIGHT_TEST_BUILT'] = '1'
else delete process.env['MASKWRIGHT_TEST_BUILT']

/** Small files that take long. Where no earlier run is known, files go by size: these would come last, and one core would wait for them. */
const slow = /\/(webgpuTrain|opsWebgpu|killNine|memory|parallelRun)\.test\.ts$/
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isSlow = ({ moduleId }: TestSpecification) => slow.test(moduleId)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

// Three projects: `unit` lies beside the code, `dom` is unit code that needs a document, `contract` uses real ports, sockets, processes and database files.
export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: SlowFirst },
    // What is waited for is a process or a disk: a busy machine takes longer than the second of the default.
    expect: { poll: { timeout: 20_000 } },
    // Most contract tests wait for processes they started: two at a time on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: ['src/renderer/**/*.dom.test.ts'],
          environment: 'node',
          testTimeout: 20_000,
          // These tests keep no state in modules: sharing a process makes the run three times as fast.
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [vue()],
        test: {
          name: 'dom',
          include: ['src/renderer/**/*.dom.test.ts'],
          environment: 'happy-dom',
          setupFiles: ['src/renderer/testing/unmountAll.ts'],
          testTimeout: 20_000,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['tests/{contract,golden}/**/*.test.ts'],
          environment: 'node',
          // What waits for processes may fail by chance where a machine is busy; scripts/test.mjs asks for a second try and names who needed it.
          retry: Number(process.env['MASKWRIGHT_TEST_RETRIES'] ?? 0),
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
