import { writeFileSync } from 'node:fs'
import path from 'node:path'

const network = {
  imageSize: 64,
  patch: 16,
  width: 8,
  maskChannels: 4,
  decoder: { depth: 1, heads: 1, mlpWidth: 8, crossWidth: 8, masks: 4, iouDepth: 1, iouWidth: 8 },
}

/** weights.safetensors of an official SAM, without tensors: what it says of itself and of the encoder (SHA-256) that belongs to it; answers with its bytes. */
export function writeOfficialWeights(folder: string, encoder: string): number {
  const head = { kind: 'official', network, input: 'padded', precision: 'fp32', encoder }
  const header = Buffer.from(JSON.stringify({ __metadata__: { 'maskwright.sam': JSON.stringify(head) } }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(path.join(folder, 'weights.safetensors'), Buffer.concat([length, header]))
  return 8 + header.length
}
