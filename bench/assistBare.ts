import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { GraphBuilder } from '../src/compute/graph/builder.ts'
import { encodeModel } from '../src/compute/graph/codec.ts'
import { bindWeights } from '../src/compute/graph/passes.ts'
import { samVariants, type SamConfig } from '../src/compute/models/sam/config.ts'
import { samDecoder, samEncoder } from '../src/compute/models/sam/sam.ts'
import { initialise } from '../src/compute/nn/init.ts'
import { Net } from '../src/compute/nn/net.ts'

export interface SamFiles {
  readonly encoderFile: string
  readonly decoderFile: string
}

export interface BareFiles extends SamFiles {
  readonly threads: number
}

/** A click in a square of so many pixels. */
export interface BareRun {
  /** 'whole': the file as it is, with masks as logits for every pixel, enlarged by the runtime; 'small': as the studio loads it, which enlarges them itself. */
  readonly which: 'whole' | 'small'
  readonly x: number
  readonly y: number
  readonly side: number
}

export interface Bare {
  /** Milliseconds of it. */
  run(wanted: BareRun): Promise<number>
  close(): void
}

/** The decoder of a model alone with ONNX Runtime in a process of its own: the same session options, threads and size of embedding as in the studio, and nothing around it. */
export async function openBare(files: BareFiles): Promise<Bare> {
  const child = fork(path.join(import.meta.dirname, 'assistBareChild.ts'), [JSON.stringify(files)], { serialization: 'advanced' })
  await once(child, 'message')
  return {
    async run(wanted) {
      const answer = once(child, 'message')
      child.send(wanted)
      return ((await answer) as [number])[0]
    },
    close: () => void child.kill(),
  }
}

/** A small encoder, the official decoder. */
export function writeOfficial(folder: string): SamFiles {
  const official = samVariants['vit-b']
  const config: SamConfig = { ...official, encoder: { ...official.encoder, width: 32, depth: 1, heads: 1, mlpWidth: 32, globalBlocks: [] } }
  mkdirSync(folder, { recursive: true })
  const write = (name: string, build: (net: Net) => void): string => {
    const net = new Net(new GraphBuilder('sam'), false)
    build(net)
    const weights = new Map(
      net.parameters.map(({ name: parameter, shape, init }) => {
        const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1))
        initialise(data, init, 1, parameter)
        return [parameter, data]
      }),
    )
    const file = path.join(folder, `${name}.onnx`)
    writeFileSync(file, encodeModel(bindWeights(net.b.graph(), (parameter) => weights.get(parameter)!)))
    return file
  }
  return {
    encoderFile: write('encoder', (net) => samEncoder(net, config, 'padded')),
    decoderFile: write('decoder', (net) => void samDecoder(net, config)),
  }
}
