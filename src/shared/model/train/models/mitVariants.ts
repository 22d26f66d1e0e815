type Four = readonly [number, number, number, number]
const narrow: Four = [32, 64, 160, 256]
const wide: Four = [64, 128, 320, 512]

/** MiT-B0..B5 with the official head width (specs/segformer.md sections 1 and 2). */
export const mitVariants = {
  'mit-b0': { dims: narrow, depths: [2, 2, 2, 2], embedDim: 256 },
  'mit-b1': { dims: wide, depths: [2, 2, 2, 2], embedDim: 256 },
  'mit-b2': { dims: wide, depths: [3, 4, 6, 3], embedDim: 768 },
  'mit-b3': { dims: wide, depths: [3, 4, 18, 3], embedDim: 768 },
  'mit-b4': { dims: wide, depths: [3, 8, 27, 3], embedDim: 768 },
  'mit-b5': { dims: wide, depths: [3, 6, 40, 3], embedDim: 768 },
} as const satisfies Record<string, { dims: Four; depths: Four; embedDim: number }>

/** The same in all of them. */
export const mitDefaults = { heads: [1, 2, 5, 8], srRatios: [8, 4, 2, 1] } as const
