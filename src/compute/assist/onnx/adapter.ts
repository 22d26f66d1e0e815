import type { SamFamily, SamPreprocess, SamPromptRule, SamTensor } from '../../../shared/model/samModel.ts'
import type { ModelHeader } from './modelHeader.ts'

/** Numbers for one input; they are fed in the element type that the input declares. */
export interface Feed {
  readonly dims: readonly number[]
  readonly data: Float32Array | Uint8Array | readonly number[]
}

/** One prompt in pixels of the frame, measured between pixel centres as the official graph wants them (it adds 0.5 itself). */
export interface FramePrompt {
  readonly points: readonly { readonly x: number; readonly y: number; readonly label: number }[]
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number] | null
  /** `[grid,grid]`; null: none. */
  readonly logits: Float32Array | null
  /** Width and height of the picture in the frame. */
  readonly content: readonly [number, number]
}

/** An input of the decoder and the output, or outputs to be stacked, of the encoder that it takes. */
export interface Link {
  readonly input: SamTensor
  readonly outputs: readonly SamTensor[]
}

/** What a signature says of a model before anyone overrides it. */
export interface Signature {
  readonly family: SamFamily
  readonly picture: SamTensor
  readonly links: readonly Link[]
  readonly preprocess: SamPreprocess
  readonly prompts: SamPromptRule
  readonly box: 'native' | 'emulated'
  readonly feedback: boolean
  readonly grid: number
}

/** The header of the encoder and of the decoder; of one file that does both it is the same. */
export interface Pair {
  readonly encoder: ModelHeader
  readonly decoder: ModelHeader
}

/** One way to speak to a SAM: everything that is particular to it. */
export interface SamAdapter {
  readonly family: SamFamily
  /** A preprocessor_config.json beside the files is about them. */
  readonly usesProcessorConfig?: true
  /** Null where the files are not of this kind. */
  readonly recognise: (pair: Pair) => Signature | null
  /** What the decoder wants beside the embedding; inputs that a file does not have are left out. `entries`: points, corners and padding. */
  readonly feeds: (
    prompt: FramePrompt,
    model: { signature: Signature; decoder: ModelHeader },
  ) => { feeds: Readonly<Record<string, Feed>>; entries: number }
}
