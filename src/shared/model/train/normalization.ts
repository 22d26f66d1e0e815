type Triple = [number, number, number]

/** Mean and standard deviation of ImageNet, R, G, B in 0..255, as SegFormer uses them (specs/segformer.md section 7). */
export const imageNet: { mean: Triple; std: Triple } = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }
