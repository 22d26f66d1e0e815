import type { TrainConfig } from '../../trainConfig.ts'
import { problem, type Problem } from '../problem.ts'
import { trainSources } from './data.ts'

type TransformList = TrainConfig['data']['train']

/** Rules between keys of one transform, which its schema cannot hold. */
function transformProblems(list: TransformList, path: string): Problem[] {
  return list.flatMap((transform, i): Problem[] => {
    const at = `${path}.${i}`
    if (transform.type === 'Resize') {
      const { scale, shortSide, keepRatio } = transform
      if ((scale === undefined) === (shortSide === undefined))
        return [problem(`${at}.scale`, 'exactly one of scale and shortSide is needed', 'scaleOrShortSide')]
      if (shortSide !== undefined && !keepRatio)
        return [problem(`${at}.keepRatio`, 'a short side alone keeps the proportions', 'shortSideKeepsRatio')]
    }
    const ranges = transform.type === 'RandomErasing' ? { area: transform.area, aspect: transform.aspect } : {}
    return Object.entries(ranges)
      .filter(([, [low, high]]) => low > high)
      .map(([key]) => problem(`${at}.${key}`, 'the first number is the smaller one', 'rangeReversed'))
  })
}

/** Rules between keys of `data`. */
export function dataProblems({ data }: Pick<TrainConfig, 'data'>): Problem[] {
  const problems = [
    ...transformProblems(data.train, 'data.train'),
    ...transformProblems(data.val, 'data.val'),
    ...data.sources.flatMap(({ transforms }, i) => transformProblems(transforms, `data.sources.${i}.transforms`)),
  ]
  // Validation and prediction score a picture at its own size, so only what scales the picture alone may come before the network.
  data.val.forEach(({ type }, i) => {
    if (type !== 'Resize' && type !== 'ResizeToMultiple')
      problems.push(
        problem(`data.val.${i}.type`, `${type} is for training; validation knows Resize and ResizeToMultiple`, 'trainingOnly', { type }),
      )
  })
  const { mix, batchSize, cropSize } = data
  const sources = trainSources(data).length
  if (mix && mix.rates.length !== sources)
    problems.push(
      problem('data.mix.rates', `${mix.rates.length} rates for ${sources} sources; one each is needed`, 'rateForEachSource', {
        rates: mix.rates.length,
        sources,
      }),
    )
  if (mix && !mix.rates.some((rate) => rate > 0)) problems.push(problem('data.mix.rates', 'one rate at least must be above 0', 'noRate'))
  if (batchSize * cropSize[0] * cropSize[1] > 2 ** 28)
    problems.push(
      problem(
        'data.batchSize',
        `a batch of ${batchSize} crops of ${cropSize[0]} x ${cropSize[1]} pixels is more than 268 million pixels`,
        'batchTooLarge',
      ),
    )
  return problems
}
