import type { Sampler as SamplerConfig } from '../../../shared/model/train/samplers/table.ts'
import { balanced } from './balanced.ts'
import type { SamplerFactory, Weighing } from './weighing.ts'

/** Every sampler a config may name. */
const factories: { readonly [Type in SamplerConfig['type']]: SamplerFactory<Type> } = { shuffle: () => null, balanced }

export const createWeighing = <Type extends SamplerConfig['type']>(type: Type, config: Extract<SamplerConfig, { type: Type }>): Weighing =>
  factories[type](config)
