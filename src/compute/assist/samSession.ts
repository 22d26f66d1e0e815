import type { SamFacts, SamOverrides } from '../../shared/model/samModel.ts'
import type { Provider } from '../../shared/model/device.ts'

/** The window that is encoded, a whole picture or a crop, in its own pixels: RGB bytes `[H,W,3]` without padding. */
export interface SamPicture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

export interface SamPoint {
  readonly x: number
  readonly y: number
  readonly positive: boolean
}

/** Coordinates are pixels of the window; the centre of its first pixel is (0.5, 0.5). */
export interface SamPrompt {
  readonly points: readonly SamPoint[]
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number] | null
  /** Of a candidate before, or of a start shape; its grid may be any, also of another model. */
  readonly logits: SamLogits | null
}

/** Mask logits as the decoder gave them, padding cut off: window px = grid px * scale. */
export interface SamLogits {
  readonly width: number
  readonly height: number
  /** `[height,width]`. */
  readonly data: Float32Array
  readonly scale: readonly [x: number, y: number]
}

export interface SamCandidate {
  /** As predicted by the model, not bounded; null where the model predicts none. */
  readonly iou: number | null
  readonly logits: SamLogits
  /** Bytes `[H,W]` of the window, 1 inside: logits bilinear at the size of the window, > 0. */
  mask(): Uint8Array
}

export interface SamTensorData {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** Where the window lies in the square that the network sees. */
export interface SamFrame {
  readonly size: number
  /** Width and height of the resized window in the frame, from its upper left corner. */
  readonly content: readonly [width: number, height: number]
}

/** What the encoder made of a window; holds for any number of prompts, and for any session whose facts have the same hash. */
export interface SamEmbedding {
  readonly tensors: readonly SamTensorData[]
  readonly window: { readonly width: number; readonly height: number }
  readonly frame: SamFrame
}

/** One SAM-family model. Calls may not overlap: the runtime computes one thing at a time. */
export interface SamSession {
  readonly facts: SamFacts
  /** Every file that says what it is: the halves, the weights beside them, what configures them (which need not be there). */
  readonly files: readonly string[]
  /** The encoder's weights are loaded by the first call. Errors: input/invalid (no pixels), assist/broken-model, device/failed, device/out-of-memory, cancelled. */
  encode(picture: SamPicture, signal?: AbortSignal): Promise<SamEmbedding>
  /** Candidates, the one to show first in front; none where the model says that there is no object. Errors: assist/broken-model, device/*. */
  decode(embedding: SamEmbedding, prompt: SamPrompt): Promise<SamCandidate[]>
  /** Gives the memory of the encoder's weights back; the next `encode` loads them again. */
  releaseEncoder(): Promise<void>
  close(): Promise<void>
}

export interface OpenSamOptions {
  readonly encoderFile: string
  /** Null: the model is one file, or its other half is looked for in the same folder. */
  readonly decoderFile: string | null
  readonly overrides?: SamOverrides
  readonly provider: Provider
  readonly threads: number
  /** Hashes of the files' contents where they are known; otherwise the files are read for them. */
  readonly sha256?: { readonly encoder: string; readonly decoder: string | null } | undefined
}
