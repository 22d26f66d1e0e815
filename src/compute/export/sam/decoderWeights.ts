import path from 'node:path'
import { samWeightsName } from '../../../shared/model/samWeights.ts'
import { sha256OfModel } from '../../assist/onnx/fileHash.ts'
import { readModelHeader } from '../../assist/onnx/modelHeader.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import type { SamDecoderConfig } from '../../models/sam/config.ts'
import { samDecoder } from '../../models/sam/sam.ts'
import { Net } from '../../nn/net.ts'
import { writeSamWeights } from '../../weights/samWeightsFile.ts'
import { encoderName, type SamPairOptions } from './samPair.ts'

/** The tensors of an official prompt encoder and mask decoder, in the order of the graph. */
export function decoderTensors(config: SamDecoderConfig): { name: string; shape: readonly number[] }[] {
  const net = new Net(new GraphBuilder(), false)
  samDecoder(net, config)
  return net.parameters.map(({ name, shape }) => ({ name, shape }))
}

type Options = Pick<SamPairOptions, 'weights' | 'input' | 'precision'> & { readonly config: SamDecoderConfig }

/** Keeps prompt encoder and mask decoder beside the pair, which is written already, so that they can be trained further; answers with the file's name. Errors: disk/*, those of `weights`. */
export async function writeDecoderWeights(folder: string, { config, weights, input, precision }: Options): Promise<string> {
  const { imageSize, patch, width, maskChannels, decoder } = config
  const network = { imageSize, patch, width, maskChannels, decoder: { ...decoder } }
  const tensors = decoderTensors(config).map(({ name, shape }) => ({ name, shape, data: weights(name) }))
  const encoder = await sha256OfModel(readModelHeader(path.join(folder, encoderName)))
  await writeSamWeights(folder, { kind: 'official', network, input, precision, encoder }, tensors, 'fp32')
  return samWeightsName
}
