/** A network as evaluation sees it: normalised pictures float32 `[N,3,H,W]` to logits `[N,K,H,W]`. */
export type Infer = (
  images: Float32Array,
  shape: { batch: number; height: number; width: number },
) => Promise<{ shape: readonly number[]; data: Float32Array }>
